/** Whoever tells of a run tells the same: the summary, the CSV, the rows in the state and the metrics. */
import { externalId, recordKey } from '../../src/core/keys';
import type { AuditCount } from '../../src/core/ports';
import type { RunSummary } from '../../src/core/run-summary';
import { textOf } from '../../src/odoo/schema';
import { startGateway } from '../reporters/metrics/gateway-for-tests';
import { readMetrics } from '../reporters/metrics/read-metrics';
import { ordersOn } from '../support/orders-bench';
import { readAuditCells } from '../support/read-audit';
import { runCommand } from '../support/run-command';
import {
  figuresOf,
  figuresOfCsv,
  figuresOfMetrics,
  figuresOfSummary,
  type Figures,
} from '../support/run-figures';
import { startBench, type Bench } from '../support/run-sync';

let bench: Bench;
const { place, edit } = ordersOn(() => bench);

beforeAll(async () => {
  bench = await startBench({ orders: 8, customers: 6, products: 70 });
  await bench.sync();
});
afterAll(() => bench.close());

/** Gives the external id of a record to a country: Odoo refuses the record. */
function poison(entity: string, id: number): void {
  const [module, ...name] = externalId(recordKey('shop', entity, id)).split('.');
  bench.sandbox.odoo.records.create('ir.model.data', {
    module: module!,
    name: name.join('.'),
    model: 'res.country',
    res_id: 1,
  });
}

/** Something of everything that can become of a record. */
function prepareTrouble(): void {
  const { woo, odoo } = bench.sandbox;
  place();
  edit(place(), { status: 'on-hold' });
  poison('order', place().id);
  place().overrides = { currency: 'CHF' };
  // Sold in the shop and unknown to Odoo.
  place({ lines: [{ sku: 'SIM-0041', quantity: 1 }] });
  const [customer, other] = ['one', 'two'].map((name) =>
    woo.shop.addCustomer({ email: `${name}@exemple.fr`, billing: { city: 'Lyon', country: 'FR' } }),
  );
  poison('customer', other!.id);
  place({ customer_id: other!.id });
  woo.shop.editCustomer(customer!.id, { billing: { city: 'Nantes' } });
  const references = odoo.records
    .read('product.product', ['default_code'])
    .map((row) => textOf(row['default_code']))
    .filter((reference) => reference.startsWith('SIM-'));
  for (const reference of references.slice(-20)) {
    odoo.records.setStock(reference, 0);
  }
}

const SETTINGS = { orders: { missingProduct: 'quarantine' }, limits: { stockToZero: '10%' } };

interface Told {
  readonly summary: RunSummary;
  readonly metrics: ReadonlyMap<string, number>;
}

async function syncAndPush(): Promise<Told> {
  const gateway = await startGateway('well');
  try {
    const { stdout, code } = await runCommand(bench, ['sync', '--full', '--json'], {
      environment: { PUSHGATEWAY_URL: gateway.url },
      settings: {
        ...SETTINGS,
        orders: { ...(bench.sandbox.config['orders'] as object), ...SETTINGS.orders },
      },
    });
    const summary = JSON.parse(stdout) as RunSummary;
    expect(summary.exitCode).toBe(code);
    return { summary, metrics: readMetrics(gateway.pushed[0]?.body ?? '') };
  } finally {
    await gateway.close();
  }
}

interface Shown {
  readonly decisions: readonly AuditCount[];
}

async function auditShow(runId: string): Promise<Shown> {
  const { stdout } = await runCommand(bench, ['audit', 'show', runId, '--json']);
  return JSON.parse(stdout) as Shown;
}

/** The figures of one run, by who tells them. */
async function figuresByTeller({ summary, metrics }: Told): Promise<Readonly<Record<string, Figures>>> {
  const { runId } = summary;
  return {
    summary: figuresOfSummary(summary),
    csv: figuresOfCsv(await readAuditCells(bench.config(), runId)),
    state: await bench.withState((state) => Promise.resolve(figuresOf(state.auditOf(runId)))),
    metrics: figuresOfMetrics(metrics),
    show: figuresOf((await auditShow(runId)).decisions),
  };
}

let told: Told;
beforeAll(async () => {
  prepareTrouble();
  told = await syncAndPush();
});

test('the run had something of everything', () => {
  const { summary } = told;
  const kinds = Object.keys(figuresOfSummary(summary)).map((name) => name.split(' ').slice(1).join(' '));
  expect(kinds).toEqual(
    expect.arrayContaining([
      'create done',
      'create failed',
      'create waiting',
      'conflict quarantined',
      'update stopped',
    ]),
  );
  expect(summary.flows.map(({ status }) => status)).toContain('stopped');
  expect(summary).toMatchObject({ exitCode: 4, status: 'stopped' });
});

test('every teller has each decision as often', async () => {
  const { summary, ...others } = await figuresByTeller(told);
  for (const [teller, figures] of Object.entries(others)) {
    expect({ teller, figures }).toEqual({ teller, figures: summary });
  }
});

test('the counts of the summary are those of the metrics, and sums of the decisions', () => {
  const { summary, metrics } = told;
  for (const flow of summary.flows) {
    for (const result of ['read', 'created', 'updated', 'linked', 'unchanged', 'skipped'] as const) {
      const name = `wcodoo_last_run_records{flow="${flow.flow}",result="${result}"}`;
      expect([name, metrics.get(name)]).toEqual([name, flow[result]]);
    }
    const sum = (matches: RegExp): number =>
      flow.decisions
        .filter(({ action, status }) => matches.test(`${action} ${status}`))
        .reduce((total, { count }) => total + count, 0);
    expect({
      flow: flow.flow,
      created: flow.created,
      updated: flow.updated,
      linked: flow.linked,
      conflicts: flow.conflicts,
      failed: flow.failed,
    }).toEqual({
      flow: flow.flow,
      created: sum(/^create done$/),
      updated: sum(/^(update|archive) done$/),
      linked: sum(/^link done$/),
      conflicts: sum(/^conflict done$| quarantined$/),
      failed: sum(/ (failed|waiting)$/),
    });
  }
});

test('debts, requests and the end of the run are the same in the summary, the state and the metrics', async () => {
  const { summary, metrics } = told;
  const debts = await bench.debts();
  const sumOf = (start: string): number =>
    [...metrics].filter(([name]) => name.startsWith(start)).reduce((sum, [, value]) => sum + value, 0);
  expect(sumOf('wcodoo_debts{')).toBe(debts.length);
  expect(summary.debts.total).toBe(debts.length);
  expect(metrics.get('wcodoo_quarantined_records')).toBe(summary.debts.quarantine);
  expect(debts.filter(({ state }) => state === 'quarantine')).toHaveLength(summary.debts.quarantine);
  expect(sumOf('wcodoo_last_run_api_calls{')).toBe(summary.requests.woo + summary.requests.odoo);
  expect(sumOf('wcodoo_last_run_api_call_duration_seconds_count{')).toBe(
    summary.requests.woo + summary.requests.odoo,
  );
  expect(metrics.get('wcodoo_last_run_exit_code')).toBe(summary.exitCode);
  expect(metrics.get('wcodoo_last_run_duration_seconds')).toBe(summary.durationMs / 1000);
  expect(metrics.get('wcodoo_last_run_status{status="stopped"}')).toBe(1);
  const [run] = await bench.withState((state) => state.runs.list('shop', 1));
  expect(run).toMatchObject({ runId: summary.runId, status: summary.status, exitCode: summary.exitCode });
  expect(run?.summary).toMatchObject({ flows: summary.flows, debts: summary.debts });
});

test('the next run is told of by itself, and not together with this one', async () => {
  const next = await syncAndPush();
  const { summary, ...others } = await figuresByTeller(next);
  for (const [teller, figures] of Object.entries(others)) {
    expect({ teller, figures }).toEqual({ teller, figures: summary });
  }
  expect(summary).not.toEqual(figuresOfSummary(told.summary));
});
