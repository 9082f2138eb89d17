/** What must hold after any run on spoiled records, whatever became of them; each breach as a sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatKey } from '../../src/core/keys';
import type { Debt } from '../../src/core/ports';
import { textOf } from '../../src/odoo/schema';
import type { FuzzBench, FuzzRun } from './fuzz-bench';
import { findBadCells } from './read-audit';

/** Codes of the tables in docs/operations.md. */
const DOCUMENTED: ReadonlySet<string> = new Set(
  [
    ...readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8').matchAll(
      /^\| (`[^|]*`) *\|/gm,
    ),
  ].flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code)),
);
/** No debt is longer than what a person reads. */
const LONGEST_MESSAGE = 1_000;
const LONGEST_KEY = 200;
const UNSAFE_ON_TERMINAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** @param isDone false where a flow may stop because the other side answers nonsense */
export async function judgeRun(bench: FuzzBench, run: FuzzRun, isDone = true): Promise<string[]> {
  if (run.summary === undefined) {
    return [`the run ended with ${run.exitCode}: ${run.complaint}`];
  }
  const debts = await bench.withState((state) => state.debts.list('shop'));
  return [
    ...(run.exitCode <= 1 ? [] : [`the run ended with ${run.exitCode}`]),
    ...run.summary.flows
      .filter(({ status }) => isDone && status !== 'done')
      .map(({ flow, status, message }) => `the flow ${flow} is ${status}: ${message}`),
    ...findBadCells(run.cells).map((problem) => `audit: ${problem}`),
    ...(run.cells.length === run.rows.length + 1
      ? []
      : [`the audit file has ${run.cells.length} rows, the state ${run.rows.length}`]),
    ...(UNSAFE_ON_TERMINAL.test(run.stderr) ? ['control characters on the terminal'] : []),
    ...run.rows
      .filter(({ reason }) => reason !== '' && !DOCUMENTED.has(reason))
      .map(({ reason }) => `the audit has the undocumented reason ${reason}`),
    ...debts.flatMap(judgeDebt),
    ...judgeNumbers(bench),
  ];
}

function judgeDebt({ key, reason, message, businessKey }: Debt): string[] {
  const name = formatKey(key);
  return [
    ...(DOCUMENTED.has(reason) ? [] : [`${name} is owed for the undocumented reason ${reason}`]),
    ...(message === '' ? [`${name} is owed without a message`] : []),
    ...(message.length > LONGEST_MESSAGE ? [`the message of ${name} has ${message.length} characters`] : []),
    ...(businessKey.length > LONGEST_KEY
      ? [`the business key of ${name} has ${businessKey.length} characters`]
      : []),
  ];
}

/** No figure on either side that is none, and no order there twice. */
function judgeNumbers(bench: FuzzBench): string[] {
  const { records } = bench.sandbox.odoo;
  const orders = records.read('sale.order', ['origin', 'amount_total', 'amount_tax']);
  const lines = records.read('sale.order.line', ['price_unit', 'product_uom_qty']);
  const inOdoo = [...orders, ...lines].flatMap((row) =>
    Object.entries(row)
      .filter(([, value]) => typeof value === 'number' && !Number.isFinite(value))
      .map(([field, value]) => `${field} of a record in Odoo is ${JSON.stringify(value)}`),
  );
  const inShop = [...bench.sandbox.woo.shop.shop.products.values()]
    .filter(({ stockQuantity }) => stockQuantity !== null && !Number.isSafeInteger(stockQuantity))
    .map(({ sku, stockQuantity }) => `the stock of ${sku} is ${String(stockQuantity)}`);
  const origins = orders.map(({ origin }) => textOf(origin));
  const doubled = origins.filter((origin, index) => origins.indexOf(origin) !== index);
  return [...inOdoo, ...inShop, ...doubled.map((origin) => `${origin} is in Odoo twice`)];
}
