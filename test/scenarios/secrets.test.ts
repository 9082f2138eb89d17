/** What the other side says of a secret stays out of everything a run tells and keeps. */
import { RetryableError, SkippableError } from '../../src/core/errors';
import type { RunEvent } from '../../src/core/events';
import type { OdooApi } from '../../src/core/ports';
import { SECRET_MARK } from '../support/find-leaks';
import { startBench, type Bench } from '../support/run-sync';
import { marked } from '../support/secrets';
import { wrapWrites } from '../support/wrap-ports';

const SAID = `not with ${marked('user-key')}`;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ orders: 4, customers: 3, products: 10 });
});
afterAll(() => bench.close());

/** An Odoo that refuses every write of a model with its own sentence, or is gone when it is asked. */
function refusing(model: string, error: () => Error): (odoo: OdooApi) => OdooApi {
  return (odoo) =>
    wrapWrites(odoo, (name, call) => (name.startsWith(`${model}.`) ? Promise.reject(error()) : call()));
}

test('an outage is told without it: in notices, in the summary of the flow and of the run', async () => {
  const events: RunEvent[] = [];
  const result = await bench.sync({
    wrapOdoo: refusing('res.partner', () => new RetryableError(SAID, { ambiguous: true })),
    on: (event) => events.push(event),
  });
  expect(result.summary.status).toBe('incomplete');
  const told = JSON.stringify(events);
  expect(told).toContain('"type":"notice"');
  expect(told).toContain('not with ***');
  expect(told).not.toContain(SECRET_MARK);
  expect(bench.stateBytes()?.includes(SECRET_MARK)).toBe(false);
});

test('a refusal of a record is owed and audited without it', async () => {
  const refuse = (odoo: OdooApi): OdooApi => ({
    ...odoo,
    load: (model, columns, records, context) =>
      model === 'sale.order'
        ? Promise.resolve(records.map(() => ({ ok: false as const, message: SAID })))
        : odoo.load(model, columns, records, context),
  });
  const result = await bench.sync({ wrapOdoo: refuse });
  expect(result.rows.filter(({ message }) => message === 'not with ***').length).toBeGreaterThan(0);
  const debts = await bench.debts();
  expect(debts.filter(({ message }) => message === 'not with ***').length).toBeGreaterThan(0);
  expect(JSON.stringify([result, debts])).not.toContain(SECRET_MARK);
  expect(bench.stateBytes()?.includes(SECRET_MARK)).toBe(false);
});

test('a flow that Odoo refuses as a whole says it without it', async () => {
  await bench.releaseDebts();
  const result = await bench.sync({
    wrapOdoo: refusing('sale.order', () => new SkippableError('odoo-refused', SAID)),
  });
  expect(JSON.stringify(result.summary)).toContain('not with ***');
  expect(JSON.stringify(result)).not.toContain(SECRET_MARK);
});
