/**
 * The program on real Odoo servers, with the sandbox's shop in front.
 * `WCODOO_LIVE_ODOO_ENV_FILES` names env files, separated by commas, each with
 * ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_PASSWORD or ODOO_API_KEY of an
 * administrator; `WCODOO_LIVE_PROTOCOLS` narrows the protocols. The program
 * itself runs as a user with the least rights, which `provision` makes.
 *
 * The first protocol of a server takes all cases, the others a short sync.
 */
import type { OdooApi, OdooProtocol } from '../../src/core/ports';
import { Money } from '../../src/lib/money';
import { textOf } from '../../src/odoo/schema';
import { buildCatalogue, DEFAULT_CATALOGUE } from '../../src/sandbox/catalogue';
import { cleanSlate } from './clean-slate';
import { connectAdmin, liveServers } from './live-servers';
import { flowOf, openLiveShop, type LiveShop, type LiveShopOptions, type ProgramRun } from './live-shop';
import { notesOf, ordersInOdoo, writtenByUser, type OrderInOdoo } from './odoo-side';
import { ensureTax, provision, type Provisioned } from './provision';
import {
  addGeneratedOrders,
  addRecordedOrder,
  expectedState,
  ordersInShop,
  recordedOrders,
  type OrderInShop,
} from './shop-side';

const FULL_ORDERS = 300;
const SHORT_ORDERS = 60;
const GENERATED_ORDERS = 500;
const SEED = 20_261_123;
const TAG_NAME = 'wcodoo: check total';

const catalogue = buildCatalogue(DEFAULT_CATALOGUE);
const servers = liveServers();

function say(line: string): void {
  process.stdout.write(`    ${line}\n`);
}

if (servers.length === 0) {
  it('needs a real Odoo server', () => {
    throw new Error(
      'set WCODOO_LIVE_ODOO_ENV_FILES to one or more env files of Odoo servers, separated by commas',
    );
  });
}

for (const server of servers) {
  describe(`the program on ${server.name}`, () => {
    let admin: OdooApi;
    let provisioned: Provisioned;

    beforeAll(async () => {
      admin = await connectAdmin(server);
      say(`${server.name}: Odoo ${admin.server.version}, first protocol all cases, the others a short sync`);
      provisioned = await provision(admin, server, catalogue, say);
    });

    async function openShop(
      protocol: OdooProtocol,
      sandbox: LiveShopOptions['sandbox'],
      orders?: LiveShopOptions['orders'],
    ): Promise<LiveShop> {
      await cleanSlate(admin, catalogue, say);
      return openLiveShop({ server, protocol, provisioned, sandbox, ...(orders && { orders }) });
    }

    server.protocols.forEach((protocol, index) => {
      if (index === 0) {
        describe(`over ${protocol}`, () => {
          firstSyncCases(
            () => admin,
            () => openShop(protocol, { orders: FULL_ORDERS }),
          );
          moneyCases(
            () => admin,
            (sandbox, orders) => openShop(protocol, sandbox, orders),
          );
        });
      } else {
        it(`syncs over ${protocol} and then has nothing left to do`, async () => {
          const shop = await openShop(protocol, { orders: SHORT_ORDERS });
          try {
            const first = await shop.sync();
            report(`${server.name} ${protocol} first sync`, first);
            expect(first).toMatchObject({ status: 'done', exitCode: 0 });
            expectEqualTotals(ordersInShop(shop.sandbox), await ordersInOdoo(admin, shop.store));
            await expectNoWrites(admin, shop, [], `${server.name} ${protocol} second sync`);
          } finally {
            await shop.close();
          }
        });
      }
    });
  });
}

function firstSyncCases(admin: () => OdooApi, open: () => Promise<LiveShop>): void {
  describe('a first sync', () => {
    let shop: LiveShop;
    let dryRun: ProgramRun;
    let run: ProgramRun;
    let inShop: OrderInShop[];
    let inOdoo: Map<number, OrderInOdoo>;
    let writtenBeforeDryRun: Record<string, string>;
    let writtenAfterDryRun: Record<string, string>;
    let stateAfterDryRun: Buffer[];

    beforeAll(async () => {
      shop = await open();
      writtenBeforeDryRun = await writtenByUser(admin());
      dryRun = await shop.sync('--dry-run');
      report('dry run', dryRun);
      writtenAfterDryRun = await writtenByUser(admin());
      stateAfterDryRun = shop.stateBytes();
      run = await shop.sync();
      report('first sync', run);
      inShop = ordersInShop(shop.sandbox);
      inOdoo = await ordersInOdoo(admin(), shop.store);
    });

    afterAll(() => shop.close());

    it('is planned by a dry run that writes nothing on either side nor in the state', () => {
      expect(dryRun).toMatchObject({ dryRun: true, shopWrites: 0 });
      expect(writtenAfterDryRun).toEqual(writtenBeforeDryRun);
      expect(stateAfterDryRun).toEqual([]);
    });

    it('does what the dry run said', async () => {
      const rows = await shop.auditOf(run.runId);
      const done = rows.map(({ flow, entity, wooId, action }) => `${flow} ${entity}/${wooId} ${action}`);
      const planned = (dryRun.plan ?? []).map(({ flow, record, action }) => `${flow} ${record} ${action}`);
      expect(planned.length).toBeGreaterThan(FULL_ORDERS);
      expect(done.sort()).toEqual(planned.sort());
    });

    it('gives the totals that the dry run predicted', () => {
      const predicted = (dryRun.plan ?? [])
        .filter(({ flow, action }) => flow === 'orders' && action === 'create')
        .map(({ record, changes }) => ({
          id: Number(record.split('/')[1]),
          total: changes.find(({ field }) => field === 'total')?.after,
          tax: changes.find(({ field }) => field === 'tax')?.after,
        }));
      const found = predicted.map(({ id }) => ({
        id,
        total: inOdoo.get(id)?.total,
        tax: inOdoo.get(id)?.tax,
      }));
      expect(predicted.length).toBe(inOdoo.size);
      expect(found).toEqual(predicted);
    });

    it('leaves nothing behind: every order is in Odoo, or left out for its status', async () => {
      expect(run).toMatchObject({ status: 'done', exitCode: 0, debts: { total: 0 } });
      const rows = await shop.auditOf(run.runId);
      const skipped = rows.filter(({ flow, action }) => flow === 'orders' && action === 'skip');
      expect(skipped.every(({ reason }) => reason === 'status-ignored')).toBe(true);
      const leftOut = new Set(skipped.map(({ wooId }) => Number(wooId)));
      expect(inShop.filter(({ id }) => !inOdoo.has(id) && !leftOut.has(id))).toEqual([]);
      expect(inShop.length).toBe(FULL_ORDERS);
      say(`orders: ${inShop.length} in the shop, ${inOdoo.size} in Odoo, ${leftOut.size} left out by status`);
    });

    it("keeps the shop's totals to the cent, and its taxes to a cent for each taxed line", () => {
      expectEqualTotals(inShop, inOdoo);
    });

    it('keeps the dates, in UTC, also of confirmed orders', () => {
      const imported = inShop.filter(({ id }) => inOdoo.has(id));
      expect(imported.map(({ id }) => `${id} ${inOdoo.get(id)?.date ?? ''}`)).toEqual(
        imported.map(({ id, date }) => `${id} ${date}`),
      );
    });

    it('confirms, cancels and leaves as drafts what the statuses say', () => {
      const imported = inShop.filter(({ id }) => inOdoo.has(id));
      expect(imported.map(({ id }) => `${id} ${inOdoo.get(id)?.state ?? ''}`)).toEqual(
        imported.map(({ id, status }) => `${id} ${expectedState(status) ?? ''}`),
      );
    });

    it('has nothing left to do in a second sync', async () => {
      await expectNoWrites(admin(), shop, [], 'second sync');
    });

    it('leaves the state as it is to the byte in a dry run', async () => {
      const before = shop.stateBytes();
      const again = await shop.sync('--dry-run', '--full');
      report('dry run --full', again);
      expect(shop.stateBytes()).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
    });

    it('has nothing left to do when everything is compared', async () => {
      await expectNoWrites(admin(), shop, ['--full'], 'sync --full');
    });

    it('links everything and creates nothing when the state is lost', async () => {
      shop.forget();
      const before = await writtenByUser(admin());
      const again = await shop.sync();
      report('sync with the state lost', again);
      expect(again).toMatchObject({ status: 'done', exitCode: 0, debts: { total: 0 }, shopWrites: 0 });
      expect(again.flows.map(({ flow, created, updated }) => ({ flow, created, updated }))).toEqual(
        again.flows.map(({ flow }) => ({ flow, created: 0, updated: 0 })),
      );
      expect(flowOf(again, 'orders').linked).toBe(inOdoo.size);
      expect(await writtenByUser(admin())).toEqual(before);
      expect(await ordersInOdoo(admin(), shop.store)).toEqual(inOdoo);
    });
  });
}

function moneyCases(
  admin: () => OdooApi,
  open: (sandbox: LiveShopOptions['sandbox'], orders?: LiveShopOptions['orders']) => Promise<LiveShop>,
): void {
  it("keeps the totals of a real shop's recorded orders", async () => {
    const shop = await open({ orders: 1, customers: 5 });
    try {
      removeOrders(shop);
      const recorded = recordedOrders();
      for (const order of recorded) {
        addRecordedOrder(shop.sandbox, order);
      }
      const run = await shop.sync();
      report('recorded orders', run);
      expect(run).toMatchObject({ status: 'done', exitCode: 0 });
      const inOdoo = await ordersInOdoo(admin(), shop.store);
      expect(inOdoo.size).toBe(recorded.length);
      expect(recorded.length).toBeGreaterThan(10);
      expectEqualTotals(ordersInShop(shop.sandbox), inOdoo);
    } finally {
      await shop.close();
    }
  });

  it('gives the same amounts for generated orders as the sandbox does', async () => {
    const [company] = await admin().searchRead('res.company', [], ['tax_calculation_rounding_method'], {
      order: 'id',
      limit: 1,
    });
    const shop = await open({
      orders: 1,
      customers: 5,
      odooVersion: admin().server.major === 14 ? 14 : 19,
      roundingMethod:
        company?.['tax_calculation_rounding_method'] === 'round_globally'
          ? 'round_globally'
          : 'round_per_line',
    });
    try {
      removeOrders(shop);
      addGeneratedOrders(shop.sandbox, catalogue, GENERATED_ORDERS, SEED);
      const inSandbox = await shop.syncSandbox();
      report('generated orders, sandbox', inSandbox);
      const run = await shop.sync();
      report('generated orders', run);
      expect(run).toMatchObject({ status: 'done', exitCode: 0 });
      const real = await ordersInOdoo(admin(), shop.store);
      const own = new Map(
        shop.sandbox.odoo.records
          .read('sale.order', ['origin', 'amount_total', 'amount_tax'])
          .map((row) => [Number(textOf(row['origin']).split(':')[2]), row]),
      );
      expect(real.size).toBe(GENERATED_ORDERS);
      expect([...real].map(([id, { total, tax }]) => `${id} ${total} ${tax}`).sort()).toEqual(
        [...own]
          .map(
            ([id, row]) =>
              `${id} ${Number(row['amount_total']).toFixed(2)} ${Number(row['amount_tax']).toFixed(2)}`,
          )
          .sort(),
      );
      expectEqualTotals(ordersInShop(shop.sandbox), real);
    } finally {
      await shop.close();
    }
  });

  it('holds back every order that a wrong tax in Odoo would falsify', async () => {
    const shop = await open({ orders: SHORT_ORDERS }, { prices: 'tax-included' });
    const id = await ensureTax(admin(), 20, true, say);
    try {
      await admin().write('account.tax', [id], { amount: 19 });
      const run = await shop.sync();
      report('with a wrong tax', run);
      expect(run).toMatchObject({ status: 'incomplete', exitCode: 1 });
      const inOdoo = await ordersInOdoo(admin(), shop.store);
      const imported = ordersInShop(shop.sandbox).filter(({ id: order }) => inOdoo.has(order));
      const falsified = imported.filter((order) => isFalsified(order, inOdoo.get(order.id)));
      const quarantined = await shop.quarantine();
      const notes = await notesOf(
        admin(),
        [...inOdoo.values()].map((order) => order.id),
      );
      const [tag] = await admin().searchRead('crm.tag', [['name', '=', TAG_NAME]], ['id']);

      say(`${falsified.length} of ${imported.length} orders falsified, ${quarantined.length} in quarantine`);
      expect(falsified.length).toBeGreaterThan(SHORT_ORDERS / 3);
      expect(falsified.every(({ rateIds }) => rateIds.includes(1))).toBe(true);
      expect(quarantined.map(({ key }) => Number(key.id)).sort()).toEqual(
        falsified.map((order) => order.id).sort(),
      );
      for (const order of falsified) {
        const found = inOdoo.get(order.id);
        expect(found).toMatchObject({ state: 'draft', tagIds: [tag?.id] });
        const note = notes.get(found?.id ?? 0) ?? '';
        expect(note).toContain(found?.tax);
        expect(note).toContain(order.tax);
      }
      for (const order of imported.filter((candidate) => !falsified.includes(candidate))) {
        expect(inOdoo.get(order.id)).toMatchObject({ state: expectedState(order.status), tagIds: [] });
      }
    } finally {
      await ensureTax(admin(), 20, true, say);
      await shop.close();
    }
  });
}

function removeOrders(shop: LiveShop): void {
  for (const { id } of [...shop.sandbox.woo.shop.orders]) {
    shop.sandbox.woo.shop.deleteOrder(id);
  }
}

function isFalsified(order: OrderInShop, found: OrderInOdoo | undefined): boolean {
  const allowed = new Money('0.01').times(order.taxedLines);
  return found?.total !== order.total || new Money(found.tax).minus(order.tax).abs().gt(allowed);
}

function expectEqualTotals(inShop: readonly OrderInShop[], inOdoo: ReadonlyMap<number, OrderInOdoo>): void {
  const imported = inShop.filter(({ id }) => inOdoo.has(id));
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.map(({ id }) => `${id} ${inOdoo.get(id)?.total ?? ''}`)).toEqual(
    imported.map(({ id, total }) => `${id} ${total}`),
  );
  expect(imported.filter((order) => isFalsified(order, inOdoo.get(order.id)))).toEqual([]);
  const exact = imported.filter(({ id, tax }) => inOdoo.get(id)?.tax === tax).length;
  say(`totals equal: ${imported.length} of ${imported.length}; taxes equal to the cent: ${exact}`);
}

/** A sync that finds everything in order: no write on either side. */
async function expectNoWrites(
  admin: OdooApi,
  shop: LiveShop,
  args: readonly string[],
  name: string,
): Promise<void> {
  const before = await writtenByUser(admin);
  const run = await shop.sync(...args);
  report(name, run);
  expect(run).toMatchObject({ status: 'done', exitCode: 0, shopWrites: 0 });
  expect(run.flows.map(({ flow, created, updated, linked }) => ({ flow, created, updated, linked }))).toEqual(
    run.flows.map(({ flow }) => ({ flow, created: 0, updated: 0, linked: 0 })),
  );
  expect(await writtenByUser(admin)).toEqual(before);
}

/** One line of figures a run. */
function report(name: string, run: ProgramRun): void {
  const flows = run.flows
    .filter(({ read }) => read > 0)
    .map(
      ({ flow, read, created, updated, linked }) =>
        `${flow} ${read} (${[
          [created, 'created'],
          [updated, 'updated'],
          [linked, 'linked'],
        ]
          .filter(([count]) => count !== 0)
          .map((pair) => pair.join(' '))
          .join(', ')})`,
    );
  say(
    `${name}: exit ${run.exitCode}, ${run.seconds.toFixed(1)} s, requests ${run.requests.woo} shop / ${run.requests.odoo} Odoo; ${flows.join('; ')}`,
  );
}
