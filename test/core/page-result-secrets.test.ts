import type { RunContext } from '../../src/core/context';
import type { Change, Flow, Outcome } from '../../src/core/entity';
import { noCounts } from '../../src/core/run-summary';
import { recordKey } from '../../src/core/keys';
import { PageResult } from '../../src/core/page-result';
import { SECRET_MARK } from '../support/find-leaks';

const key = recordKey('shop', 'thing', '1');
const HUSH = `it says ${SECRET_MARK}`;

function resultOf(): PageResult {
  const context = {
    runId: 'run',
    store: 'shop',
    clock: { now: () => new Date('2026-01-31T00:00:00Z') },
    dryRun: false,
    configHash: 'config',
    scrub: (text: string) => text.replaceAll(SECRET_MARK, '***'),
  } as Partial<RunContext> as RunContext;
  const flow = { name: 'things', direction: 'wooToOdoo' } as Partial<Flow> as Flow;
  return new PageResult(context, flow, new Map(), 1);
}

const change: Change = {
  key,
  action: 'create',
  businessKey: HUSH,
  changes: [{ field: 'name', before: HUSH, after: HUSH }],
  reason: '',
  message: HUSH,
  requires: [],
  payload: {},
};

describe('no secret gets into what is kept of', () => {
  test.each<[what: string, outcome: Outcome | undefined]>([
    ['a change that is done', { key, status: 'done' }],
    ['a change that is done with a remark', { key, status: 'done', message: HUSH, changes: change.changes }],
    ['a change that failed', { key, status: 'failed', reason: 'odoo-refused', message: HUSH }],
    ['a change that needs a person', { key, status: 'quarantined', reason: 'odoo-refused', message: HUSH }],
    ['a change that waits', { key, status: 'waiting', message: HUSH, waitingFor: key }],
    ['a change of which nothing was said', undefined],
  ])('%s', (_what, outcome) => {
    const result = resultOf();
    result.keepOutcome(change, outcome, noCounts());
    expect(result.rows).toMatchObject([{ changes: [{ field: 'name', before: 'it says ***' }] }]);
    expect(result.debts).toHaveLength(outcome?.status === 'done' ? 0 : 1);
    expect(JSON.stringify([result.rows, result.debts])).not.toContain(SECRET_MARK);
  });

  test('a record that could not be planned', () => {
    const result = resultOf();
    const failure = { key, businessKey: HUSH, reason: 'invalid-record', message: HUSH, quarantine: true };
    result.keepFailure(failure, noCounts());
    expect(result.rows).toMatchObject([{ businessKey: 'it says ***', message: 'it says ***' }]);
    expect(result.debts).toMatchObject([{ businessKey: 'it says ***', message: 'it says ***' }]);
  });
});
