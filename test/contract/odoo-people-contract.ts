/** What Odoo does when people work on the same records: holds for real servers and for the sandbox alike. */
import { randomBytes } from 'node:crypto';
import type { LoadOutcome, LoadRecord, OdooApi, OdooValue } from '../../src/core/ports';

/**
 * Defines the cases; see `odooContract`.
 * @param connect gives the API to test (`odoo`) and one with all rights (`admin`); they may be the same user
 */
export function odooPeopleContract(
  title: string,
  connect: () => Promise<{ odoo: OdooApi; admin: OdooApi }>,
): void {
  describe(title, () => {
    const run = `pc${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
    let odoo: OdooApi;
    let admin: OdooApi;
    let productId: number;
    let taxId: number;
    let partnerId: number;
    let addressId: number;
    let counter = 0;

    beforeAll(async () => {
      ({ odoo, admin } = await connect());
      const { storable, taxIncluded } = admin.server.capabilities;
      const included = { [taxIncluded]: taxIncluded === 'price_include' ? true : 'tax_included' };
      taxId = await create('account.tax', {
        name: `10 ${run}`,
        amount: 10,
        amount_type: 'percent',
        type_tax_use: 'sale',
        ...included,
      });
      productId = await create('product.product', {
        name: `Mug ${run}`,
        taxes_id: [[6, 0, []]],
        ...storable,
      });
      partnerId = await create('res.partner', { name: `Buyer ${run}` });
      addressId = await create('res.partner', {
        name: `Door ${run}`,
        parent_id: partnerId,
        type: 'delivery',
        street: '1 rue de la Paix',
      });
    });

    async function create(model: string, values: Readonly<Record<string, OdooValue>>): Promise<number> {
      const ids = (await admin.call(model, 'create', undefined, { vals_list: [values] })) as number[];
      return ids[0]!;
    }

    const columns = (): string[] => [
      'id',
      'partner_id/.id',
      'partner_shipping_id/.id',
      'client_order_ref',
      'origin',
      'date_order',
      'order_line/id',
      'order_line/product_id/.id',
      'order_line/name',
      'order_line/product_uom_qty',
      'order_line/price_unit',
      `order_line/${odoo.server.capabilities.lineTaxes}/.id`,
    ];

    /** Two mugs at 11.00 with 10 % included. */
    function twoMugs(product = productId): LoadRecord {
      counter += 1;
      const id = `__wcodoo__.${run}_order_${counter}`;
      const own = [id, String(partnerId), String(addressId), `REF ${id}`, `woo:${run}:${counter}`];
      return [
        [...own, '2026-01-02 10:11:12', `${id}_line_1`, String(product), 'Mug', '2', '11', String(taxId)],
      ];
    }

    async function load(records: readonly LoadRecord[]): Promise<LoadOutcome[]> {
      return odoo.load('sale.order', columns(), records);
    }

    async function loadOrder(record: LoadRecord): Promise<number> {
      const [outcome] = await load([record]);
      if (outcome?.ok !== true) {
        throw new Error(`refused: ${outcome?.message ?? ''}`);
      }
      return outcome.id;
    }

    async function readOrder(id: number, fields: readonly string[]): Promise<Record<string, unknown>> {
      const [row] = await odoo.read('sale.order', [id], fields);
      return row!;
    }

    async function refusalOf(attempt: Promise<unknown>): Promise<string> {
      return attempt.then(
        () => 'not refused',
        (error: unknown) => (error as Error).message,
      );
    }

    it('shows on an order who changed one of its lines or its customer last', async () => {
      const ids = [await loadOrder(twoMugs()), await loadOrder(twoMugs())];
      const [first, second] = ids as [number, number];
      const writer = async (id: number): Promise<unknown> =>
        ((await readOrder(id, ['write_uid']))['write_uid'] as [number, string])[0];
      expect(await writer(first)).toBe(odoo.server.uid);
      const [line] = await admin.searchRead('sale.order.line', [['order_id', '=', first]], ['id']);
      await admin.write('sale.order.line', [line!.id], { price_unit: 12 });
      expect(await writer(first)).toBe(admin.server.uid);
      await admin.write('sale.order', [second], { partner_id: await create('res.partner', { name: run }) });
      expect(await writer(second)).toBe(admin.server.uid);
    });

    it('keeps an order as it was computed when its tax is changed, until its lines are sent again', async () => {
      const record = twoMugs();
      const id = await loadOrder(record);
      const amounts = ['amount_total', 'amount_tax'];
      expect(await readOrder(id, amounts)).toMatchObject({ amount_total: 22, amount_tax: 2 });
      await admin.write('account.tax', [taxId], { amount: 20 });
      expect((await readOrder(id, amounts))['amount_tax']).toBe(2);
      await loadOrder(record);
      expect((await readOrder(id, amounts))['amount_tax']).toBeCloseTo(3.67, 6);
      await admin.write('account.tax', [taxId], { amount: 10 });
    });

    it('copies an order with its origin, without its reference and its external id', async () => {
      const id = await loadOrder(twoMugs());
      const answer = await admin.call('sale.order', 'copy', [id]);
      const copyId = (Array.isArray(answer) ? answer[0] : answer) as number;
      const original = await readOrder(id, ['origin']);
      const copy = await readOrder(copyId, ['origin', 'client_order_ref', 'state']);
      expect(copy).toMatchObject({ origin: original['origin'], client_order_ref: false, state: 'draft' });
      const names = await odoo.externalIds('sale.order', [id, copyId]);
      expect(names.get(copyId) ?? []).toEqual([]);
      expect(names.get(id)).toHaveLength(1);
    });

    it('refuses to change the lines of a locked order, were it to the same values; its note and date may change', async () => {
      const record = twoMugs();
      const id = await loadOrder(record);
      await odoo.act('sale.order', 'action_confirm', [id]);
      const lock = (await admin.fields('sale.order')).has('locked') ? 'action_lock' : 'action_done';
      await admin.call('sale.order', lock, [id]);
      const lines = columns().filter((column) => column === 'id' || column.startsWith('order_line/'));
      const [row] = record;
      const sent = [row![0]!, ...row!.slice(6)];
      const [refused] = await odoo.load('sale.order', lines, [[sent]]);
      expect(refused).toMatchObject({
        ok: false,
        message: expect.stringContaining(
          'It is forbidden to modify the following fields in a locked order',
        ) as string,
      });
      const [noted] = await odoo.load(
        'sale.order',
        ['id', 'note', 'date_order'],
        [[[row![0]!, 'a word', '2026-01-03 10:11:12']]],
      );
      expect(noted).toEqual({ ok: true, id });
      await admin.call('sale.order', 'action_unlock', [id]);
      expect(await odoo.load('sale.order', lines, [[sent]])).toEqual([{ ok: true, id }]);
    });

    it('refuses to delete what an order stands on, and archives it', async () => {
      await loadOrder(twoMugs());
      for (const [model, id] of [
        ['res.partner', addressId],
        ['res.partner', partnerId],
        ['product.product', productId],
      ] as const) {
        expect(await refusalOf(admin.call(model, 'unlink', [id]))).toMatch(/archiv/);
        await admin.write(model, [id], { active: false });
      }
      expect(await load([twoMugs()])).toMatchObject([{ ok: true }]);
      for (const [model, id] of [
        ['res.partner', partnerId],
        ['res.partner', addressId],
        ['product.product', productId],
      ] as const) {
        await admin.write(model, [id], { active: true });
      }
    });

    it('lets a contact below another one stand alone when that one is deleted', async () => {
      const parent = await create('res.partner', { name: `Parent ${run}` });
      const child = await create('res.partner', { name: `Child ${run}`, parent_id: parent, type: 'other' });
      await admin.call('res.partner', 'unlink', [parent]);
      expect(await odoo.read('res.partner', [child], ['parent_id'])).toEqual([
        { id: child, parent_id: false },
      ]);
    });

    it('refuses an order with a product of another company, and lets the others pass', async () => {
      const name = 'wcodoo contract company';
      const [known] = await admin.searchRead('res.company', [['name', '=', name]], ['id']);
      const [own] = await admin.searchRead('res.company', [['name', '!=', name]], ['currency_id'], {
        order: 'id',
        limit: 1,
      });
      const [currency] = own!['currency_id'] as [number, string];
      const company = known?.id ?? (await create('res.company', { name, currency_id: currency }));
      const foreign = await create('product.product', { name: `Foreign ${run}` });
      await admin.write('product.product', [foreign], { company_id: company });
      const outcomes = await load([twoMugs(), twoMugs(foreign), twoMugs()]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
      expect(outcomes[1]).toMatchObject({ message: expect.stringMatching(/\w+ \w+/) as string });
    });

    it('tells every user when the database was made: its countries are as old as it', async () => {
      const [country] = await odoo.searchRead('res.country', [], ['create_date'], { order: 'id', limit: 1 });
      expect(country!['create_date']).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
    });
  });
}
