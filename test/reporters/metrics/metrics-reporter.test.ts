/** Publishing after a run: whatever goes wrong is a warning. */
import { createMetricsReporter } from '../../../src/reporters/metrics/metrics-reporter';
import { openState } from '../../../src/state/open';
import { startGateway } from './gateway-for-tests';
import { NOW, SOURCE } from './samples';

const now = (): Date => NOW;

test('without a state there is nothing to publish and nothing to warn of', async () => {
  const gateway = await startGateway('well');
  const warnings: string[] = [];
  const pushgateway = { url: gateway.url, timeoutMs: 5_000, grouping: { job: 'w' }, userAgent: 'w' };
  const warn = (message: string): number => warnings.push(message);
  await createMetricsReporter({ source: SOURCE, now, warn, pushgateway }).close();
  expect([gateway.pushed, warnings]).toEqual([[], []]);
  await gateway.close();
});

test('a state that cannot be read is one warning', async () => {
  const state = await openState({ path: ':memory:', now });
  state.close();
  const warnings: string[] = [];
  const warn = (message: string): number => warnings.push(message);
  await createMetricsReporter({ source: SOURCE, now, warn, textfile: '/nowhere/wcodoo.prom' }).close(state);
  expect(warnings).toEqual([expect.stringMatching(/^the metrics were not computed: /)]);
});

test('a file that cannot be written does not keep the metrics from the gateway', async () => {
  const gateway = await startGateway('well');
  const state = await openState({ path: ':memory:', now });
  const warnings: string[] = [];
  const warn = (message: string): number => warnings.push(message);
  await createMetricsReporter({
    source: SOURCE,
    now,
    warn,
    textfile: '/nowhere/wcodoo.prom',
    pushgateway: { url: gateway.url, timeoutMs: 5_000, grouping: { job: 'w' }, userAgent: 'w' },
  }).close(state);
  state.close();
  expect(warnings).toEqual([
    'the metrics were not written: The metrics cannot be written to /nowhere/wcodoo.prom (ENOENT).',
  ]);
  expect(gateway.pushed).toHaveLength(1);
  await gateway.close();
});
