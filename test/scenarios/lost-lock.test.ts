import Database from 'better-sqlite3';
import { startBench, type Bench } from '../support/run-sync';
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
