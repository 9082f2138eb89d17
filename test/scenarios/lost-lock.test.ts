import Database from 'better-sqlite3';
import { startBench, type Bench } from '../support/run-sync';
import { smallPages, wrapWrites } from '../support/wrap-ports';
import { LockHeldError } from '../../src/core/errors';
import { statePath } from '../../src/own-state';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({ orders: 12, customers: 5 });
});
afterEach(() => bench.close());

/** As another run does once this one was silent for two minutes. */
function takeOver(): void {
  const db = new Database(statePath(bench.config()));
  db.exec("UPDATE run_lock SET token = 'theirs', owner = 'the other run'");
  db.close();
}

test.each(['res.partner.load', 'sale.order.load', 'sale.order.action_confirm'])(
  'a run that lost the lock while it was about to call %s does not call it',
  async (name) => {
    const { odoo } = bench.sandbox;
    let at: number | undefined;
    const run = bench.sync({
      wrapOdoo: (api) =>
        wrapWrites(api, (called, call) => {
          if (called === name && at === undefined) {
            takeOver();
            at = odoo.writes;
          }
          return call();
        }),
    });
    await expect(run).rejects.toThrow(LockHeldError);
    expect(odoo.writes).toBe(at);
  },
);

test('a run that lost the lock while it was about to write stock does not write it', async () => {
  const run = bench.sync({
    wrapWoo: (api) => ({
      ...smallPages(api),
      batch: (...args) => {
        takeOver();
        return api.batch(...args);
      },
    }),
  });
  await expect(run).rejects.toThrow(LockHeldError);
  expect(bench.sandbox.woo.writes).toBe(0);
});

test.each(['customers', 'orders', 'stock'])(
  'a run that lost the lock before its %s writes nothing more on either side nor in the state',
  async (flow) => {
    const { woo, odoo } = bench.sandbox;
    let at: number[] | undefined;
    const run = bench.sync({
      on: (event) => {
        if (event.type === 'flow-started' && event.flow === flow) {
          takeOver();
          at = [woo.writes, odoo.writes];
        }
      },
    });
    await expect(run).rejects.toThrow(LockHeldError);
    await expect(run).rejects.toThrow('lost the lock');
    expect([woo.writes, odoo.writes]).toEqual(at);
    const db = new Database(statePath(bench.config()), { readonly: true });
    expect(db.prepare('SELECT owner FROM run_lock').pluck().get()).toBe('the other run');
    db.close();
  },
);
