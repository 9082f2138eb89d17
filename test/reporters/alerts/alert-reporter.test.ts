import type { RunEvent } from '../../../src/core/events';
import { EXIT, FatalError, LockHeldError } from '../../../src/core/errors';
import { openState, type OpenState } from '../../../src/state/open';
import type { AlertMessage } from '../../../src/reporters/alerts/alert-message';
import { createAlertReporter } from '../../../src/reporters/alerts/alert-reporter';
import { rowOf, summaryOf } from '../samples';
import { debtOf, START } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now: () => START });
});
afterEach(() => {
  state.close();
});

const failed: RunEvent = {
  type: 'run-failed',
  runId: 'r1',
  store: 'shop',
  dryRun: false,
  error: new FatalError('wrong key'),
  exitCode: 3,
};

interface Told {
  readonly messages: AlertMessage[];
  readonly said: string[];
}

/** One run that two channels are told of, of which the second fails. */
async function tell(events: readonly RunEvent[]): Promise<Told> {
  const messages: AlertMessage[] = [];
  const said: string[] = [];
  const reporter = createAlertReporter({
    channels: [
      {
        name: 'webhook',
        title: 'webhook (json)',
        send(message) {
          messages.push(message);
          return Promise.resolve();
        },
      },
      { name: 'mail', title: 'e-mail', send: () => Promise.reject(new Error('gave no answer')) },
    ],
    store: 'shop',
    host: 'srv1',
    clock: { now: () => START },
    quietMs: 3_600_000,
    incompleteRuns: 1,
    scrub: (text) => text,
    warn: (message) => said.push(message),
  });
  for (const event of events) {
    reporter.handle(event);
  }
  await reporter.close(state);
  return { messages, said };
}

test('a record that failed for the last time is told as one that needs a person', async () => {
  await state.commit({ debts: [debtOf('329', { reason: 'odoo-refused', attempts: 8 }), debtOf('12')] });
  const { messages } = await tell([
    { type: 'decided', rows: [rowOf({ status: 'failed', wooId: '329', attempt: 8 })] },
    { type: 'run-finished', summary: summaryOf({ exitCode: 1, status: 'incomplete' }) },
  ]);
  expect(messages).toHaveLength(1);
  expect(messages[0]?.subject).toBe('wcodoo shop: 1 record needs you');
  expect(messages[0]?.sections[0]?.text).toContain('(odoo-refused)');
});

test('a channel that fails is told of, tried again by the next run, and holds up no other', async () => {
  const first = await tell([failed]);
  const second = await tell([failed]);
  expect([first.messages.length, second.messages.length]).toEqual([1, 0]);
  expect([first.said.length, second.said.length]).toEqual([1, 1]);
  expect(first.said[0]).toBe(
    'The alert "wcodoo shop: the sync stopped" did not arrive: e-mail gave no answer. `wcodoo alerts test` tries it.',
  );
});

test('a state that fails while it is asked keeps no alert back', async () => {
  state.close();
  expect((await tell([failed])).messages).toHaveLength(1);
});

test('a run that another one kept out tells nobody, and leaves what the other remembers as it is', async () => {
  await state.commit({ debts: [debtOf('329')] });
  const rows = [rowOf({ status: 'quarantined', wooId: '329' })];
  await tell([
    { type: 'decided', rows },
    { type: 'run-finished', summary: summaryOf({ exitCode: 1, status: 'incomplete' }) },
  ]);
  const remembered = await state.alerts.list('shop', 'webhook');
  await state.commit({ settledDebts: [debtOf('329').key] });
  const kept: RunEvent = {
    ...failed,
    error: new LockHeldError('another run is at work'),
    exitCode: EXIT.lockHeld,
  };
  expect((await tell([kept])).messages).toEqual([]);
  expect(await state.alerts.list('shop', 'webhook')).toEqual(remembered);
});
