import { contextForTests } from '../support/context-for-tests';
import type { Change, Flow } from '../../src/core/entity';
import { recordKey, type RecordKey } from '../../src/core/keys';
import { RetryableError, SkippableError } from '../../src/core/errors';
import type { Debt, OdooApi } from '../../src/core/ports';
import { Progress } from '../../src/core/process-page';
import { runFlow } from '../../src/core/run-flow';
import { openState, type OpenState } from '../../src/state/open';

const KEY = recordKey('shop', 'thing', 1);
const CHECKPOINT = {
  store: 'shop',
  flow: 'things',
  watermark: '2026-01-01T00:00:00Z',
  position: null,
  fullAt: null,
};
const CHANGE: Change = {
  key: KEY,
  action: 'create',
  businessKey: 'thing 1',
  changes: [],
  reason: '',
  message: '',
  requires: [],
  payload: {},
};

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now: () => new Date() });
});
afterEach(() => {
  state.close();
});

function flowWith(parts: Partial<Flow>): Flow {
  return {
    name: 'things',
    direction: 'wooToOdoo',
    dependsOn: [],
    entities: ['thing'],
    odooModel: () => 'x.thing',
    // eslint-disable-next-line @typescript-eslint/require-await -- a source need not wait for anything
    async *read() {
      yield { records: [{ key: KEY, raw: {} }], checkpoint: CHECKPOINT };
    },
    plan: () => Promise.resolve({ changes: [CHANGE], failures: [], unchanged: [] }),
    write: () => Promise.resolve([{ key: KEY, status: 'done' }]),
    ...parts,
  };
}

async function run(flow: Flow, odoo: Partial<OdooApi> = {}): Promise<void> {
  const flows = new Map([[flow.name, flow]]);
  await runFlow(
    { context: contextForTests({ state, odoo: odoo as OdooApi }), flows, progress: new Progress() },
    flow,
  );
}

test('a page whose records are all decided moves the checkpoint', async () => {
  await run(flowWith({}));

  expect(await state.checkpoints.get('shop', 'things')).toMatchObject({ watermark: CHECKPOINT.watermark });
});

test('a plan that forgets a record stops the run before the checkpoint moves', async () => {
  const forgetful = flowWith({ plan: () => Promise.resolve({ changes: [], failures: [], unchanged: [] }) });

  await expect(run(forgetful)).rejects.toThrow('decided nothing about shop/thing/1');

  expect(await state.checkpoints.get('shop', 'things')).toBeUndefined();
});

test('a write that says nothing of a record leaves it owed', async () => {
  await run(flowWith({ write: () => Promise.resolve([]) }));

  const [debt] = await state.debts.list('shop');
  expect(debt).toMatchObject({ key: KEY, reason: 'no-outcome', state: 'retry' });
});

test('what follows from a page is applied before its checkpoint moves', async () => {
  let seen: unknown = 'never asked';
  const flow = flowWith({
    after: async () => {
      seen = await state.checkpoints.get('shop', 'things');
      return [];
    },
  });

  await run(flow);

  expect(seen).toBeUndefined();
});

describe('an answer that is lost', () => {
  const lost = (): Error => new RetryableError('Odoo did not answer in time', { ambiguous: true });

  test('is followed by a look-up, and only what is absent is sent again', async () => {
    let sent = 0;
    const asked: string[] = [];
    const flow = flowWith({
      write: () => {
        sent += 1;
        return sent === 1 ? Promise.reject(lost()) : Promise.resolve([{ key: KEY, status: 'done' }]);
      },
    });

    await run(flow, {
      findExternalId: (id) => {
        asked.push(`${id} after ${sent} write`);
        return Promise.resolve(undefined);
      },
    });

    expect(asked).toEqual(['__wcodoo__.shop_thing_1 after 1 write']);
    expect(sent).toBe(2);
    expect(await state.intents.list('shop')).toEqual([]);
  });

  test('of a record that needs nothing more is told as created, with its id on the other side', async () => {
    const flow = flowWith({
      write: () => Promise.reject(lost()),
      plan: async (context) => {
        const isLinked = (await context.state.links.count('shop')) > 0;
        return isLinked
          ? { changes: [], failures: [], unchanged: [KEY] }
          : { changes: [CHANGE], failures: [], unchanged: [] };
      },
    });

    await run(flow, { findExternalId: () => Promise.resolve(77) });

    expect([...state.auditOf('run')]).toEqual([
      expect.objectContaining({ action: 'create', status: 'done', reason: 'answer-lost', odooId: '77' }),
    ]);
  });

  test('ends the flow when one follows the other, with its intents open and its checkpoint where it was', async () => {
    let sent = 0;
    const flow = flowWith({
      write: () => {
        sent += 1;
        return Promise.reject(lost());
      },
    });

    await expect(run(flow, { findExternalId: () => Promise.resolve(undefined) })).rejects.toThrow(
      'did not answer in time',
    );

    expect(sent).toBe(9);
    expect(await state.intents.list('shop')).toHaveLength(1);
    expect(await state.checkpoints.get('shop', 'things')).toBeUndefined();
  });

  test('of a record that may not be looked up ends as a debt, and not the run', async () => {
    let sent = 0;
    const flow = flowWith({
      write: () => {
        sent += 1;
        return sent === 1
          ? Promise.reject(lost())
          : Promise.resolve([{ key: KEY, status: 'failed', reason: 'odoo-refused' }]);
      },
      plan: () =>
        Promise.resolve({
          changes: sent < 2 ? [CHANGE] : [],
          failures: [],
          unchanged: sent < 2 ? [] : [KEY],
        }),
    });
    const refuse = (): Promise<never> =>
      Promise.reject(new SkippableError('odoo-refused', 'this user may not read it'));

    await run(flow, { findExternalId: refuse });

    const [debt] = await state.debts.list('shop');
    expect(debt).toMatchObject({ key: KEY, reason: 'odoo-refused' });
  });
});

test('two hundred thousand debts that are due are all read again', async () => {
  const at = new Date(0).toISOString();
  const debts = Array.from({ length: 200_000 }, (_, id): Debt => ({
    key: recordKey('shop', 'thing', id),
    flow: 'things',
    state: 'retry',
    reason: 'odoo-refused',
    message: 'no',
    attempts: 1,
    waitingFor: null,
    origin: null,
    businessKey: String(id),
    firstAt: at,
    nextAt: at,
    configHash: 'config',
  }));
  let owed = 0;
  const flow = flowWith({
    // eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for
    async *read(_context, request) {
      owed = request.owed.length;
      yield { records: [] };
    },
    plan: () => Promise.resolve({ changes: [], failures: [], unchanged: [] }),
  });
  const context = {
    ...contextForTests(),
    state: { ...state, debts: { ...state.debts, due: () => Promise.resolve(debts) } },
  };

  await runFlow({ context, flows: new Map([[flow.name, flow]]), progress: new Progress() }, flow);

  expect(owed).toBe(200_000);
});

describe('a run for single records', () => {
  const OTHER = recordKey('shop', 'thing', 2);

  async function runOnly(flow: Flow, only: readonly RecordKey[]): Promise<void> {
    await runFlow(
      {
        context: contextForTests({ state, request: { full: false, only } }),
        flows: new Map([[flow.name, flow]]),
        progress: new Progress(),
      },
      flow,
    );
  }

  test('reads them, whether they are owed or not, and no others that are due', async () => {
    await run(flowWith({ write: () => Promise.resolve([]) }));
    await state.debts.release([KEY], new Date().toISOString());
    const asked: unknown[] = [];
    const flow = flowWith({
      // eslint-disable-next-line @typescript-eslint/require-await -- a source need not wait for anything
      async *read(_context, request) {
        asked.push(request.owed, request.restricted);
        yield { records: [] };
      },
    });

    await runOnly(flow, [OTHER, recordKey('shop', 'other', 3)]);

    expect(asked).toEqual([[OTHER], true]);
  });

  test('moves no checkpoint, remembers no listing, and writes nothing that was not asked for', async () => {
    const written: RecordKey[] = [];
    const flow = flowWith({
      // eslint-disable-next-line @typescript-eslint/require-await -- a source need not wait for anything
      async *read() {
        yield {
          records: [
            { key: KEY, raw: {} },
            { key: OTHER, raw: {} },
          ],
          checkpoint: CHECKPOINT,
          listed: 2,
        };
      },
      plan: (_context, records) =>
        Promise.resolve({
          changes: records.map(({ key }) => ({ ...CHANGE, key })),
          failures: [],
          unchanged: [],
        }),
      write: (_context, changes) => {
        written.push(...changes.map(({ key }) => key));
        return Promise.resolve(changes.map(({ key }) => ({ key, status: 'done' as const })));
      },
    });

    await runOnly(flow, [OTHER]);

    expect(written).toEqual([OTHER]);
    expect(await state.checkpoints.get('shop', 'things')).toBeUndefined();
    expect(await state.listings.get('shop', 'things')).toBeUndefined();
  });
});
