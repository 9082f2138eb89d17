import { RunMemory, type RunContext } from '../../src/core/context';
import type { Change, Flow } from '../../src/core/entity';
import { recordKey } from '../../src/core/keys';
import type { OdooApi, WooApi } from '../../src/core/ports';
import { Progress, runFlow } from '../../src/core/run-flow';
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

function contextWith(): RunContext {
  return {
    runId: 'run',
    store: 'shop',
    woo: {} as WooApi,
    odoo: {} as OdooApi,
    state,
    clock: { now: () => new Date() },
    emit: () => undefined,
    dryRun: false,
    request: { full: false },
    configHash: 'config',
    signal: new AbortController().signal,
    memory: new RunMemory(),
  };
}

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

async function run(flow: Flow): Promise<void> {
  const flows = new Map([[flow.name, flow]]);
  await runFlow({ context: contextWith(), flows, progress: new Progress() }, flow);
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
