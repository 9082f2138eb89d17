import { noCounts, type FlowSummary, type RunEvent, type RunSummary } from '../../src/core/events';
import { scrubEvent } from '../../src/core/scrub-event';

const scrub = (text: string): string => text.replaceAll('hush', '***');

const flow: FlowSummary = {
  ...noCounts(),
  store: 'shop',
  flow: 'orders',
  status: 'incomplete',
  message: 'refused: hush',
  durationMs: 1,
};
const summary: RunSummary = {
  runId: 'r1',
  status: 'incomplete',
  exitCode: 1,
  dryRun: false,
  flows: [flow, flow],
  debts: { total: 0, quarantine: 0 },
  requests: { woo: 1, odoo: 1 },
  durationMs: 1,
};

test.each<RunEvent>([
  { type: 'notice', level: 'warn', message: 'hush' },
  { type: 'flow-finished', summary: flow },
  { type: 'run-finished', summary },
])('the texts of $type are scrubbed, the rest is as it was', (event) => {
  const scrubbed = scrubEvent(event, scrub);
  expect(JSON.stringify(scrubbed)).toBe(JSON.stringify(event).replaceAll('hush', '***'));
});

test.each<RunEvent>([
  { type: 'run-started', runId: 'r1', store: 'shop', dryRun: false },
  { type: 'flow-started', store: 'shop', flow: 'orders' },
  { type: 'flow-progress', store: 'shop', flow: 'orders', read: 1, expected: 2 },
  { type: 'decided', rows: [] },
])('$type is passed on as it is', (event) => {
  expect(scrubEvent(event, scrub)).toBe(event);
});
