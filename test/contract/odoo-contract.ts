/** What every Odoo must do, asked through `OdooApi`: holds for real servers and for the sandbox alike. */
import { randomBytes } from 'node:crypto';
import { SkippableError } from '../../src/core/errors';
import type { LoadOutcome, LoadRecord, OdooApi, OdooValue } from '../../src/core/ports';

const MISSING_ID = 99_999_999;
const DATETIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * Defines the cases. They make their own records, with names that occur once,
 * and can run again and again on one server.
 * @param connect gives the API to test (`odoo`) and one with all rights (`admin`); they may be the same
 */
export function odooContract(title: string, connect: () => Promise<{ odoo: OdooApi; admin: OdooApi }>): void {
  describe(title, () => {
    /** Occurs in every name, e-mail address and external id of this run. */
    const run = `ct${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
    let odoo: OdooApi;
    let admin: OdooApi;
    let productId: number;
    let serviceId: number;
    /** 19 % and 5.5 %, both included in the price. */
    let taxIds: [number, number];
    let partnerId: number;
    let counter = 0;

    beforeAll(async () => {
      ({ odoo, admin } = await connect());
      const { storable, taxIncluded } = admin.server.capabilities;
      const included = { [taxIncluded]: taxIncluded === 'price_include' ? true : 'tax_included' };
      const tax = { amount_type: 'percent', type_tax_use: 'sale', ...included };
      taxIds = [
        await create('account.tax', { ...tax, name: `19 ${run}`, amount: 19 }),
        await create('account.tax', { ...tax, name: `5.5 ${run}`, amount: 5.5 }),
      ];
      productId = await create('product.product', { name: `Mug ${run}`, list_price: 11.9, ...storable });
      serviceId = await create('product.product', { name: `Flat ${run}`, type: 'service', list_price: 4.9 });
      partnerId = await create('res.partner', { name: `Buyer ${run}` });
    });

    async function create(model: string, values: Readonly<Record<string, OdooValue>>): Promise<number> {
      const ids = (await admin.call(model, 'create', undefined, { vals_list: [values] })) as number[];
      return ids[0]!;
    }

    /** An external id that occurs once. */
    function newId(kind: string): string {
      counter += 1;
      return `__wcodoo__.${run}_${kind}_${counter}`;
    }

    function idsOf(outcomes: readonly LoadOutcome[]): number[] {
      return outcomes.map((outcome) => {
        if (!outcome.ok) {
          throw new Error(`refused: ${outcome.message}`);
        }
        return outcome.id;
      });
    }

    async function loadPartner(id: string, name: string): Promise<number> {
      return idsOf(await odoo.load('res.partner', ['id', 'name'], [[[id, name]]]))[0]!;
    }

    const orderColumns = (): string[] => [
      'id',
      'partner_id/.id',
      'client_order_ref',
      'date_order',
      'order_line/id',
      'order_line/product_id/.id',
      'order_line/name',
      'order_line/product_uom_qty',
      'order_line/price_unit',
      `order_line/${odoo.server.capabilities.lineTaxes}/.id`,
    ];

    /** An order of two mugs at 11.90 with 19 % included, and shipping at 4.90 without tax. */
    function twoMugs(id: string, product = productId): LoadRecord {
      const own = [id, String(partnerId), `REF ${id}`, '2026-01-02 10:11:12'];
      return [
        [...own, `${id}_line_1`, String(product), 'Mug', '2', '11.9', String(taxIds[0])],
        ['', '', '', '', `${id}_line_2`, String(serviceId), 'Shipping', '1', '4.9', ''],
      ];
    }

    async function loadOrders(count: number): Promise<number[]> {
      const records = Array.from({ length: count }, () => twoMugs(newId('order')));
      return idsOf(await odoo.load('sale.order', orderColumns(), records));
    }

    async function readOne(
      model: string,
      id: number,
      fields: readonly string[],
    ): Promise<Record<string, unknown>> {
      const rows = await odoo.read(model, [id], fields);
      expect(rows).toHaveLength(1);
      return rows[0]!;
    }

    async function refusalOf(attempt: Promise<unknown>): Promise<SkippableError> {
      const error: unknown = await attempt.then(
        () => new Error('not refused'),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(SkippableError);
      expect((error as SkippableError).reason).toBe('odoo-refused');
      expect((error as SkippableError).message).not.toMatch(/Traceback|File "/);
      return error as SkippableError;
    }

    describe('the server', () => {
      it('says its version, its protocol and who we are', () => {
        expect(odoo.server.version).toMatch(/^\d+\.\d+/);
        expect(odoo.server.major).toBe(Number.parseInt(odoo.server.version, 10));
        expect(odoo.server.uid).toBeGreaterThan(0);
        expect(['json2', 'jsonrpc', 'xmlrpc']).toContain(odoo.server.protocol);
      });

      it('gives its own time, which is that of the records it writes', async () => {
        const id = await create('res.partner', { name: `Clock ${run}` });
        const { create_date: created } = await readOne('res.partner', id, ['create_date']);
        const time = await odoo.serverTime();
        const createdAt = new Date(`${String(created).replace(' ', 'T')}Z`);
        expect(Math.abs(time.getTime() - createdAt.getTime())).toBeLessThan(60_000);
      });

      it('counts its requests', async () => {
        const before = odoo.requests;
        await odoo.searchCount('res.partner', []);
        expect(odoo.requests).toBe(before + 1);
      });

      it('knows which fields a model has', async () => {
        const fields = await odoo.fields('sale.order.line');
        const { lineTaxes, lineUnit } = odoo.server.capabilities;
        expect(fields.get('order_id')).toMatchObject({
          type: 'many2one',
          relation: 'sale.order',
          required: true,
        });
        expect(fields.get(lineTaxes)).toMatchObject({ type: 'many2many', relation: 'account.tax' });
        expect(fields.get(lineUnit)).toMatchObject({ type: 'many2one', relation: 'uom.uom' });
        expect(fields.has('no_such_field')).toBe(false);
        expect((await odoo.fields('account.tax')).has(odoo.server.capabilities.taxIncluded)).toBe(true);
      });
    });

    describe('reading', () => {
      it('gives false for an empty value, an empty list for an empty relation and 0 for an empty number', async () => {
        const id = await create('res.partner', { name: `Empty ${run}` });
        const row = await readOne('res.partner', id, [
          'email',
          'country_id',
          'child_ids',
          'color',
          'comment',
        ]);
        expect(row).toEqual({ id, email: false, country_id: false, child_ids: [], color: 0, comment: false });
      });

      it('gives a many2one as id and name', async () => {
        const [germany] = await odoo.searchRead('res.country', [['code', '=', 'DE']], ['name']);
        const id = await create('res.partner', { name: `German ${run}`, country_id: germany!.id });
        expect((await readOne('res.partner', id, ['country_id']))['country_id']).toEqual([
          germany!.id,
          'Germany',
        ]);
      });

      it('leaves out records that do not exist', async () => {
        expect(await odoo.read('res.partner', [MISSING_ID], ['name'])).toEqual([]);
        const rows = await odoo.read('res.partner', [partnerId, MISSING_ID], ['name']);
        expect(rows).toEqual([{ id: partnerId, name: `Buyer ${run}` }]);
      });

      it('leaves out a record that was deleted, also when it is asked for its id alone', async () => {
        const gone = await create('res.partner', { name: `Gone ${run}` });
        await admin.call('res.partner', 'unlink', [gone]);
        const rows = await odoo.read('res.partner', [partnerId, gone], ['id']);
        expect(rows.map(({ id }) => id)).toEqual([partnerId]);
        expect(await odoo.findHidden('res.partner', [partnerId, gone])).toEqual(new Map());
      });

      it('searches, counts, orders and pages', async () => {
        const ids = idsOf(
          await odoo.load(
            'res.partner',
            ['id', 'name', 'ref'],
            ['a', 'b', 'c'].map((name) => [[newId('page'), `${name} ${run}`, `page ${run}`]]),
          ),
        );
        const mine = [['ref', '=', `page ${run}`]] as const;
        expect(await odoo.searchCount('res.partner', mine)).toBe(3);
        const page = await odoo.searchRead('res.partner', mine, ['name'], {
          order: 'id desc',
          limit: 1,
          offset: 1,
        });
        expect(page).toEqual([{ id: ids[1], name: `b ${run}` }]);
        const or = ['|', ['id', '=', ids[0]!], ['id', '=', ids[2]!]] as const;
        expect(await odoo.searchCount('res.partner', or)).toBe(2);
      });

      it('hides archived records unless they are asked for', async () => {
        const email = `Archived.${run}@Example.com`;
        const id = await create('res.partner', { name: `Archived ${run}`, email, active: false });
        const domain = [
          ['email_normalized', 'in', [email.toLowerCase(), `other.${run}@example.com`]],
        ] as const;
        expect(await odoo.searchRead('res.partner', domain, ['active'])).toEqual([]);
        const found = [{ id, active: false }];
        expect(
          await odoo.searchRead('res.partner', [...domain, ['active', 'in', [true, false]]], ['active']),
        ).toEqual(found);
        const context = { active_test: false };
        expect(await odoo.searchRead('res.partner', domain, ['active'], { context })).toEqual(found);
        expect(await odoo.read('res.partner', [id], ['active'])).toEqual(found);
      });
    });

    describe('load', () => {
      it('creates a record by external id and updates it when it comes again', async () => {
        const id = newId('partner');
        const first = await loadPartner(id, `First ${run}`);
        expect(await loadPartner(id, `Second ${run}`)).toBe(first);
        expect((await readOne('res.partner', first, ['name']))['name']).toBe(`Second ${run}`);
      });

      it('makes one record of one external id, however many create it at once', async () => {
        const id = newId('partner');
        const ids = await Promise.all([1, 2, 3].map(() => loadPartner(id, `Race ${run}`)));
        expect(new Set(ids).size).toBe(1);
        expect(await odoo.searchCount('res.partner', [['name', '=', `Race ${run}`]])).toBe(1);
      });

      it('updates by database id', async () => {
        const id = await create('res.partner', { name: `By id ${run}`, ref: 'kept' });
        const outcomes = await odoo.load('res.partner', ['.id', 'name'], [[[String(id), `New name ${run}`]]]);
        expect(outcomes).toEqual([{ ok: true, id }]);
        expect(await readOne('res.partner', id, ['name', 'ref'])).toMatchObject({
          name: `New name ${run}`,
          ref: 'kept',
        });
      });

      it('finds an archived record by its database id', async () => {
        const id = await create('res.partner', { name: `Archived by id ${run}`, active: false });
        const outcomes = await odoo.load(
          'res.partner',
          ['.id', 'name'],
          [[[String(id), `Still archived ${run}`]]],
        );
        expect(outcomes).toEqual([{ ok: true, id }]);
        expect(await readOne('res.partner', id, ['name', 'active'])).toMatchObject({
          name: `Still archived ${run}`,
          active: false,
        });
        const [missing] = await odoo.load('res.partner', ['.id', 'name'], [[[String(MISSING_ID), 'x']]]);
        expect(missing).toMatchObject({
          ok: false,
          message: expect.stringContaining(String(MISSING_ID)) as string,
        });
      });

      it('updates an archived record and leaves it archived', async () => {
        const externalId = newId('partner');
        const id = await loadPartner(externalId, `Old ${run}`);
        await odoo.write('res.partner', [id], { active: false });
        expect(await loadPartner(externalId, `Newer ${run}`)).toBe(id);
        expect(await readOne('res.partner', id, ['name', 'active'])).toMatchObject({
          name: `Newer ${run}`,
          active: false,
        });
      });

      it('empties a field whose cell is empty', async () => {
        const columns = ['id', 'name', 'ref'];
        const externalId = newId('partner');
        const [id] = idsOf(await odoo.load('res.partner', columns, [[[externalId, `Ref ${run}`, 'R1']]]));
        await odoo.load('res.partner', columns, [[[externalId, `Ref ${run}`, '']]]);
        expect((await readOne('res.partner', id!, ['ref']))['ref']).toBe(false);
      });

      it('stores a datetime as it was sent, unless the caller names another timezone', async () => {
        const columns = ['id', 'partner_id/.id', 'date_order'];
        const order = (): LoadRecord => [[newId('order'), String(partnerId), '2026-07-02 10:11:12']];
        const [utc] = idsOf(await odoo.load('sale.order', columns, [order()]));
        expect((await readOne('sale.order', utc!, ['date_order']))['date_order']).toBe('2026-07-02 10:11:12');
        const [paris] = idsOf(await odoo.load('sale.order', columns, [order()], { tz: 'Europe/Paris' }));
        expect((await readOne('sale.order', paris!, ['date_order']))['date_order']).toBe(
          '2026-07-02 08:11:12',
        );
      });

      it('makes an order with lines and taxes, whose totals Odoo computes, and repeats it without a trace', async () => {
        const record = twoMugs(newId('order'));
        const [id] = idsOf(await odoo.load('sale.order', orderColumns(), [record]));
        const fields = [
          'amount_total',
          'amount_tax',
          'state',
          'client_order_ref',
          'date_order',
          'order_line',
        ];
        const order = await readOne('sale.order', id!, fields);
        expect(order).toMatchObject({
          state: 'draft',
          client_order_ref: record[0]![2],
          date_order: '2026-01-02 10:11:12',
        });
        expect(order['amount_total']).toBeCloseTo(28.7, 6);
        expect(order['amount_tax']).toBeCloseTo(3.8, 6);
        expect(order['order_line']).toHaveLength(2);
        expect(idsOf(await odoo.load('sale.order', orderColumns(), [record]))).toEqual([id]);
        expect(await readOne('sale.order', id!, fields)).toEqual(order);
      });

      it('takes several taxes and a negative price on one line', async () => {
        const columns = orderColumns();
        const id = newId('order');
        const line = [`${id}_line_1`, String(serviceId), 'Discount', '1', '-2.2', taxIds.join(',')];
        const own = [id, String(partnerId), '', '2026-01-02 10:11:12'];
        const [orderId] = idsOf(await odoo.load('sale.order', columns, [[[...own, ...line]]]));
        const order = await readOne('sale.order', orderId!, ['amount_total', 'amount_tax']);
        expect(order['amount_total']).toBeCloseTo(-2.2, 6);
        expect(Math.abs(Number(order['amount_tax']) + 0.43)).toBeLessThan(0.011);
      });

      it('keeps a line that is left out', async () => {
        const record = twoMugs(newId('order'));
        const [id] = idsOf(await odoo.load('sale.order', orderColumns(), [record]));
        await odoo.load('sale.order', orderColumns(), [[record[0]!]]);
        expect((await readOne('sale.order', id!, ['order_line']))['order_line']).toHaveLength(2);
      });

      it('names the refused record and lets the others pass', async () => {
        const ids = [newId('partner'), newId('partner'), newId('partner')];
        const names = [`Good ${run}`, '', `Good too ${run}`];
        const outcomes = await odoo.load(
          'res.partner',
          ['id', 'name'],
          ids.map((id, index) => [[id, names[index]!]]),
        );
        expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
        expect(outcomes[1]).toMatchObject({ message: expect.stringContaining('name') as string });
        for (const [index, id] of ids.entries()) {
          const outcome = outcomes[index]!;
          expect(await odoo.findExternalId(id)).toBe(outcome.ok ? outcome.id : undefined);
        }
      });

      it('names the refused order by any of its rows', async () => {
        const good = [newId('order'), newId('order')];
        const bad = newId('order');
        const outcomes = await odoo.load('sale.order', orderColumns(), [
          twoMugs(good[0]!),
          twoMugs(bad, MISSING_ID),
          twoMugs(good[1]!),
        ]);
        expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
        expect(outcomes[1]).toMatchObject({ message: expect.stringContaining(String(MISSING_ID)) as string });
        const orders = await odoo.read('sale.order', idsOf([outcomes[0]!, outcomes[2]!]), [
          'client_order_ref',
        ]);
        expect(orders.map((order) => order['client_order_ref'])).toEqual(good.map((id) => `REF ${id}`));
      });

      it('lets eight good records pass among twelve bad ones, where Odoo stops checking', async () => {
        const records = Array.from({ length: 20 }, (_, index) => {
          const isGood = index < 4 || index >= 16;
          return [[newId('partner'), isGood ? `Good ${index} ${run}` : '']];
        });
        const outcomes = await odoo.load('res.partner', ['id', 'name'], records);
        expect(outcomes.map(({ ok }) => ok)).toEqual(records.map(([row]) => row![1] !== ''));
        const names = await odoo.read('res.partner', idsOf(outcomes.filter(({ ok }) => ok)), ['name']);
        expect(names.map((row) => row['name'])).toEqual(
          records.map(([row]) => row![1]!).filter((name) => name !== ''),
        );
      });

      it('takes one external id once: what comes again in the same call is refused', async () => {
        const id = newId('partner');
        const outcomes = await odoo.load(
          'res.partner',
          ['id', 'name'],
          [[[id, `One ${run}`]], [[newId('partner'), `Other ${run}`]], [[id, `Two ${run}`]]],
        );
        expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, false]);
        const found = await odoo.findExternalId(id);
        expect((await readOne('res.partner', found!, ['name']))['name']).toBe(`One ${run}`);
      });

      it('does not touch the record of another model that has the external id', async () => {
        const record = twoMugs(newId('order'));
        const [id] = idsOf(await odoo.load('sale.order', orderColumns(), [record]));
        const outcomes = await odoo.load('res.partner', ['id', 'name'], [[[record[0]![0]!, `Wrong ${run}`]]]);
        const outcome = outcomes[0]!;
        // Odoo 14 gives the external id to a new partner, 19 refuses.
        if (!outcome.ok) {
          expect(outcome.message).toContain('found record of different model');
        }
        const order = await readOne('sale.order', id!, ['client_order_ref', 'partner_id']);
        expect(order).toMatchObject({
          client_order_ref: record[0]![2],
          partner_id: [partnerId, `Buyer ${run}`],
        });
      });

      it('refuses a missing relation and an unknown column', async () => {
        const [nowhere] = await odoo.load(
          'res.partner',
          ['id', 'name', 'country_id/.id'],
          [[[newId('partner'), `Nowhere ${run}`, String(MISSING_ID)]]],
        );
        expect(nowhere).toMatchObject({
          ok: false,
          message: expect.stringContaining(String(MISSING_ID)) as string,
        });
        const [unknown] = await odoo.load(
          'res.partner',
          ['id', 'name', 'no_such_field'],
          [[[newId('partner'), `Unknown ${run}`, '1']]],
        );
        expect(unknown).toMatchObject({
          ok: false,
          message: expect.stringContaining('no_such_field') as string,
        });
      });

      it('stores text without its control characters, and any other text as it is', async () => {
        const text = `a\u000bb\u0000c <&> ]]> "ö" 漢 😀 ${run}`;
        const id = await loadPartner(newId('partner'), text);
        expect((await readOne('res.partner', id, ['name']))['name']).toBe(`abc <&> ]]> "ö" 漢 😀 ${run}`);
      });
    });

    describe('external ids', () => {
      it('gives all of each record, in bulk', async () => {
        const first = [newId('partner'), newId('partner')];
        const second = newId('partner');
        const a = await loadPartner(first[0]!, `Two ids ${run}`);
        const b = await loadPartner(second, `One id ${run}`);
        const none = await create('res.partner', { name: `No id ${run}` });
        await create('ir.model.data', {
          module: '__wcodoo__',
          name: first[1]!.slice('__wcodoo__.'.length),
          model: 'res.partner',
          res_id: a,
        });
        const found = await odoo.externalIds('res.partner', [a, b, none, MISSING_ID]);
        expect([...found.keys()].sort((x, y) => x - y)).toEqual([a, b, none]);
        expect([...found.get(a)!].sort()).toEqual([...first].sort());
        expect(found.get(b)).toEqual([second]);
        expect(found.get(none)).toEqual([]);
      });

      it('finds the record behind one, archived or not, and nothing behind one that does not exist', async () => {
        const externalId = newId('partner');
        expect(await odoo.findExternalId(externalId)).toBeUndefined();
        const id = await loadPartner(externalId, `Found ${run}`);
        expect(await odoo.findExternalId(externalId)).toBe(id);
        await odoo.write('res.partner', [id], { active: false });
        expect(await odoo.findExternalId(externalId)).toBe(id);
      });

      it('is swept with those of the same beginning, archived records too, with and without the right to read their table', async () => {
        const ids = [newId('swept'), newId('swept')];
        const kept = await loadPartner(ids[0]!, `Swept ${run}`);
        const archived = await loadPartner(ids[1]!, `Swept and archived ${run}`);
        await loadPartner(newId('other'), `Not swept ${run}`);
        // An underscore stands for any character in the searches of a database.
        await loadPartner(`__wcodoo__.${run}xsweptx1`, `Not swept ${run}`);
        await odoo.write('res.partner', [archived], { active: false });
        for (const user of [odoo, admin]) {
          const pages = user.sweepExternalIds('res.partner', `__wcodoo__.${run}_swept_`, [
            ['name', '=like', `% ${run}`],
          ]);
          const found: unknown[] = [];
          for await (const page of pages) {
            found.push(...page);
          }
          expect(found).toEqual([
            { id: kept, externalId: ids[0] },
            { id: archived, externalId: ids[1] },
          ]);
        }
      });

      it('vanishes with its record', async () => {
        const externalId = newId('partner');
        const id = await loadPartner(externalId, `Gone ${run}`);
        await admin.call('res.partner', 'unlink', [id]);
        expect(await odoo.findExternalId(externalId)).toBeUndefined();
      });
    });

    describe('refusals', () => {
      it('refuses to write on a record that does not exist', async () => {
        const error = await refusalOf(odoo.write('res.partner', [MISSING_ID], { name: 'x' }));
        expect(error.message).toContain('does not exist or has been deleted');
      });

      it('names an unknown field in one sentence', async () => {
        const read = await refusalOf(odoo.searchRead('res.partner', [], ['no_such_field'], { limit: 1 }));
        expect(read.message).toContain('no_such_field');
        const search = await refusalOf(odoo.searchCount('res.partner', [['no_such_field', '=', 1]]));
        expect(search.message).toContain('no_such_field');
        const write = await refusalOf(odoo.write('res.partner', [partnerId], { no_such_field: 1 }));
        expect(write.message).toContain('no_such_field');
      });

      it('keeps the sentence of Odoo for a wrong value, an unknown model and an unknown method', async () => {
        const value = await refusalOf(odoo.write('res.partner', [partnerId], { type: 'bogus' }));
        expect(value.message).toBe("Wrong value for res.partner.type: 'bogus'");
        const model = await refusalOf(odoo.searchCount('no.model', []));
        expect(model.message).toMatch(/no\.model.*(doesn't|does not) exist/);
        const method = await refusalOf(odoo.call('res.partner', 'no_such_method', [partnerId]));
        expect(method.message).toContain('no_such_method');
      });

      it('keeps a batch create whole: one bad record, none created', async () => {
        const name = `Batch ${newId('partner')}`;
        await refusalOf(
          admin.call('res.partner', 'create', undefined, { vals_list: [{ name }, { name, type: 'bogus' }] }),
        );
        expect(await odoo.searchCount('res.partner', [['name', '=', name]])).toBe(0);
      });
    });

    describe('actions', () => {
      it('confirms orders once: a second time nothing changes', async () => {
        const ids = await loadOrders(2);
        const outcomes = await odoo.act('sale.order', 'action_confirm', ids);
        expect(outcomes.map(({ ok, id }) => ({ ok, id }))).toEqual(ids.map((id) => ({ ok: true, id })));
        const confirmed = await odoo.read('sale.order', ids, ['state', 'picking_ids']);
        expect(confirmed.map((order) => order['state'])).toEqual(['sale', 'sale']);
        expect(confirmed.every((order) => (order['picking_ids'] as number[]).length === 1)).toBe(true);
        // Refused by some versions, ignored by others.
        await odoo.act('sale.order', 'action_confirm', ids);
        expect(await odoo.read('sale.order', ids, ['state', 'picking_ids'])).toEqual(confirmed);
      });

      it('confirms the others when one is refused, and says why', async () => {
        const ids = await loadOrders(4);
        const cancelled = ids[2]!;
        await odoo.act('sale.order', 'action_cancel', [cancelled]);
        const outcomes = await odoo.act('sale.order', 'action_confirm', ids);
        expect(outcomes.map(({ id, ok }) => [id, ok])).toEqual(ids.map((id) => [id, id !== cancelled]));
        expect(outcomes[2]).toMatchObject({ message: expect.stringMatching(/\w+ \w+/) as string });
        const states = await odoo.read('sale.order', ids, ['state']);
        expect(states.map((order) => order['state'])).toEqual(['sale', 'sale', 'cancel', 'sale']);
      });

      it('reports a record that does not exist', async () => {
        const [id] = await loadOrders(1);
        const outcomes = await odoo.act('sale.order', 'action_confirm', [id!, MISSING_ID]);
        expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
      });

      it('overwrites the date of an order when it is confirmed; it can be written again', async () => {
        const [id] = await loadOrders(1);
        await odoo.act('sale.order', 'action_confirm', [id!]);
        const confirmedAt = String((await readOne('sale.order', id!, ['date_order']))['date_order']);
        expect(confirmedAt > '2026-01-03').toBe(true);
        const columns = ['.id', 'date_order'];
        idsOf(await odoo.load('sale.order', columns, [[[String(id), '2026-01-02 10:11:12']]]));
        expect(await readOne('sale.order', id!, ['date_order', 'state'])).toMatchObject({
          date_order: '2026-01-02 10:11:12',
          state: 'sale',
        });
      });

      it('counts a method that returns nothing as done', async () => {
        const ids = [
          await create('res.partner', { name: `A ${run}` }),
          await create('res.partner', { name: `B ${run}` }),
        ];
        expect(await odoo.act('res.partner', 'action_archive', ids)).toEqual(
          ids.map((id) => ({ ok: true, id, result: null })),
        );
        expect((await odoo.read('res.partner', ids, ['active'])).map((row) => row['active'])).toEqual([
          false,
          false,
        ]);
        expect(await odoo.call('res.partner', 'action_unarchive', [ids[0]!])).toBeNull();
      });
    });

    describe('stock', () => {
      async function otherWarehouse(): Promise<number> {
        const code = 'WCCT';
        const [found] = await admin.searchRead('stock.warehouse', [['code', '=', code]], ['code']);
        return found?.id ?? create('stock.warehouse', { name: 'wcodoo contract', code });
      }

      it('counts what is free in one warehouse; a reservation moves the quant, not the product', async () => {
        const other = await otherWarehouse();
        const [main] = await odoo.searchRead('stock.warehouse', [['id', '!=', other]], ['lot_stock_id'], {
          order: 'id',
          limit: 1,
        });
        const [location] = main!['lot_stock_id'] as [number, string];
        const context = { inventory_mode: true };
        const vals = { product_id: productId, location_id: location, inventory_quantity: 50 };
        await admin.call('stock.quant', 'create', undefined, { vals_list: [vals] }, context);
        const domain = [
          ['product_id', '=', productId],
          ['location_id', '=', location],
        ] as const;
        const quantFields = ['quantity', 'reserved_quantity', 'write_date'];
        const [quant] = await odoo.searchRead('stock.quant', domain, quantFields);
        if ((await admin.fields('stock.quant')).has('inventory_quantity_set')) {
          // Sets the stock in the versions where creating the quant only counts it; returns nothing.
          expect(
            await admin.call('stock.quant', 'action_apply_inventory', [quant!.id], {}, context),
          ).toBeNull();
        }
        const [counted] = await odoo.searchRead('stock.quant', domain, quantFields);
        expect(counted).toMatchObject({
          quantity: 50,
          write_date: expect.stringMatching(DATETIME) as string,
        });

        const free = async (warehouse: number): Promise<unknown> => {
          const inWarehouse = { [odoo.server.capabilities.warehouseContext]: warehouse };
          return (await odoo.read('product.product', [productId], ['free_qty'], inWarehouse))[0]!['free_qty'];
        };
        const before = Number(await free(main!.id));
        expect(before).toBe(50 - Number(counted!['reserved_quantity']));
        expect(await free(other)).toBe(0);

        const product = await readOne('product.product', productId, ['write_date']);
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const [orderId] = await loadOrders(1);
        await odoo.act('sale.order', 'action_confirm', [orderId!]);
        const [reserved] = await odoo.searchRead('stock.quant', domain, quantFields);
        expect(Number(reserved!['reserved_quantity'])).toBe(Number(counted!['reserved_quantity']) + 2);
        expect(String(reserved!['write_date']) > String(counted!['write_date'])).toBe(true);
        expect(await free(main!.id)).toBe(before - 2);
        expect(await readOne('product.product', productId, ['write_date'])).toEqual(product);
      });
    });

    describe('the capabilities', () => {
      it('tell how a product whose stock is tracked is found', async () => {
        const domain = [
          ['id', 'in', [productId, serviceId]],
          ...odoo.server.capabilities.storableDomain,
        ] as const;
        const found = await odoo.searchRead('product.product', domain, ['name']);
        expect(found.map(({ id }) => id)).toEqual([productId]);
      });

      it('tell whether a note is HTML', async () => {
        const id = await create('res.partner', { name: `Note ${run}`, comment: 'a <b>x</b>' });
        const { comment } = await readOne('res.partner', id, ['comment']);
        expect(comment).toBe(odoo.server.capabilities.htmlNotes ? '<p>a <b>x</b></p>' : 'a <b>x</b>');
      });

      it('tell whether a unit price is rounded when it is stored', async () => {
        const id = newId('order');
        const own = [id, String(partnerId), '', '2026-01-02 10:11:12'];
        const line = [`${id}_line_1`, String(productId), 'Third', '3', '3.3333333333', String(taxIds[0])];
        const [orderId] = idsOf(await odoo.load('sale.order', orderColumns(), [[[...own, ...line]]]));
        const order = await readOne('sale.order', orderId!, ['amount_total']);
        expect(order['amount_total']).toBeCloseTo(odoo.server.capabilities.roundsPriceUnit ? 9.99 : 10, 6);
      });
    });
  });
}
