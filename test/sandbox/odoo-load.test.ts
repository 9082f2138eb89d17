import type { Call, Sandbox } from './odoo-for-tests';
import { ADMIN, SALES, SALES_UID, faultOf, jsonRpc, productId, startOdoo, stopAll } from './odoo-for-tests';

afterAll(stopAll);

interface Message {
  readonly record: number;
  readonly message: string;
}

interface Loaded {
  readonly ids: number[] | false;
  readonly messages: readonly Message[];
}

function loader(call: Call) {
  return (model: string, fields: string[], data: unknown[][], context: object = {}): Promise<Loaded> =>
    call(model, 'load', [fields, data], { context }) as Promise<Loaded>;
}

async function start(options: Parameters<typeof startOdoo>[0] = {}): Promise<Sandbox & { call: Call }> {
  const sandbox = await startOdoo(options);
  return { ...sandbox, call: jsonRpc(sandbox.url) };
}

describe('load', () => {
  it('creates a record with its external id, and updates the same record the next time', async () => {
    const { call } = await start();
    const load = loader(call);
    const first = await load('res.partner', ['id', 'name'], [['__x__.a', 'One']]);
    const again = await load('res.partner', ['id', 'name', 'ref'], [['__x__.a', 'Two', 'R']]);
    expect(again).toEqual(first);
    const [row] = await call.rows('res.partner', 'read', [first.ids, ['name', 'ref']]);
    expect(row).toMatchObject({ name: 'Two', ref: 'R' });
    const [metadata] = await call.rows('res.partner', 'get_metadata', [first.ids]);
    expect(metadata!.xmlids).toEqual([{ xmlid: '__x__.a', noupdate: false }]);
  });

  it('creates all or nothing, and names the refused record with its rows', async () => {
    const { call } = await start();
    const mug = String(await productId(call, 'MUG'));
    const buyer = String(await call.id('res.partner', 'create', [{ name: 'Buyer' }]));
    const order = (number: number, product: string): unknown[][] => [
      [`__x__.o${number}`, buyer, `__x__.o${number}_1`, product, 'Mug'],
      ['', '', `__x__.o${number}_2`, product, 'Mug'],
    ];
    const result = await loader(call)(
      'sale.order',
      ['id', 'partner_id/.id', 'order_line/id', 'order_line/product_id/.id', 'order_line/name'],
      [...order(0, mug), ...order(1, '999999'), ...order(2, mug)],
    );
    expect(result.ids).toBe(false);
    expect(result.messages).toEqual([
      expect.objectContaining({
        type: 'error',
        record: 1,
        rows: { from: 2, to: 3 },
        field: 'order_line',
        message: "No matching record found for database id '999999' in field 'Order Lines/Product'",
      }),
    ]);
    expect(await call('sale.order', 'search_count', [[]])).toBe(0);
    expect(await call('ir.model.data', 'search_count', [[['module', '=', '__x__']]])).toBe(0);
  });

  it('erases what a cell leaves empty', async () => {
    const { call } = await start();
    const load = loader(call);
    const { ids } = await load('res.partner', ['id', 'name', 'ref'], [['__x__.a', 'A', 'R']]);
    await load('res.partner', ['id', 'name', 'ref'], [['__x__.a', 'A', '']]);
    expect((await call.rows('res.partner', 'read', [ids, ['ref']]))[0]!.ref).toBe(false);
  });

  it.each([
    ['country_id', 'Nowhereland', "No matching record found for name 'Nowhereland' in field 'Country'"],
    ['country_id/id', 'base.nope', "No matching record found for external id 'base.nope' in field 'Country'"],
    ['country_id/.id', '99999', "No matching record found for database id '99999' in field 'Country'"],
    ['country_id/.id', 'abc', "Invalid database id 'abc' for the field 'Country'"],
    ['type', 'bogus', "Value 'bogus' not found in selection field 'Address Type'"],
    ['lang', 'de_DE', "Value 'de_DE' not found in selection field 'Language'"],
    ['is_company', 'maybe', "Unknown value 'maybe' for boolean field 'Is a Company'"],
    ['color', 'a1', "'a1' does not seem to be an integer for field 'Color Index'"],
    ['category_id/.id', '1,9999', "No matching record found for database id '1' in field 'Tags'"],
  ])('says what is wrong with %s = %s', async (column, cell, message) => {
    const { call } = await start();
    const result = await loader(call)('res.partner', ['name', column], [['A', cell]]);
    expect(result).toMatchObject({ ids: false, messages: [{ message, record: 0 }] });
  });

  it('reads datetimes in the timezone of the context, else of the user, and stores UTC', async () => {
    const { call } = await start({ users: [{ ...ADMIN, timezone: 'America/New_York' }, SALES] });
    const load = loader(call);
    const buyer = String(await call.id('res.partner', 'create', [{ name: 'Buyer' }]));
    const stored = async (context: object): Promise<unknown> => {
      const { ids } = await load(
        'sale.order',
        ['partner_id/.id', 'date_order'],
        [[buyer, '2026-07-02 10:11:12']],
        context,
      );
      return (await call.rows('sale.order', 'read', [ids, ['date_order']]))[0]!.date_order;
    };
    expect(await stored({ tz: 'Europe/Paris' })).toBe('2026-07-02 08:11:12');
    expect(await stored({ tz: 'UTC' })).toBe('2026-07-02 10:11:12');
    expect(await stored({})).toBe('2026-07-02 14:11:12');
  });

  it('wants booleans as text', async () => {
    const { call } = await start();
    const fault = await faultOf(loader(call)('res.partner', ['name', 'is_company'], [['A', true]]));
    expect(fault).toEqual({
      name: 'builtins.AttributeError',
      message: "'bool' object has no attribute 'lower'",
    });
  });

  it('stops naming records after ten errors when more than one in ten is bad', async () => {
    const { call } = await start();
    const rows = Array.from({ length: 30 }, (_, index) => [`__x__.p${index}`, '']);
    const { messages } = await loader(call)('res.partner', ['id', 'name'], rows);
    expect(messages).toHaveLength(11);
    expect(messages[10]).toEqual({
      type: 'warning',
      message: expect.stringContaining('Found more than 10 errors') as string,
    });
  });

  it('on 19 blames the first record too when Odoo itself refuses another one; 14 does not', async () => {
    const rows = ['', '', 'FR123'].map((vat, index) => [`__x__.p${index}`, `P${index}`, vat]);
    const blamed = async (version: 14 | 19): Promise<number[]> => {
      const { call } = await start({ version, checkVat: true });
      const { messages } = await loader(call)('res.partner', ['id', 'name', 'vat'], rows);
      return messages.map((message) => message.record);
    };
    expect(await blamed(19)).toEqual([0, 2]);
    expect(await blamed(14)).toEqual([2]);
  });

  it('refuses an external id of another model on 19, and a space in one on both', async () => {
    const { call } = await start();
    const load = loader(call);
    const wrong = await load('res.partner', ['id', 'name'], [['base.main_company', 'A']]);
    expect(wrong.messages[0]!.message).toContain('found record of different model res.company');
    const space = await load('res.partner', ['id', 'name'], [['__x__.a b', 'A']]);
    expect(space.messages[0]!.message).toContain('ir_model_data_name_nospaces');
  });

  it('makes one record of an external id that comes twice, the last row wins', async () => {
    const { call } = await start();
    const { ids } = await loader(call)(
      'res.partner',
      ['id', 'name'],
      [
        ['__x__.a', 'One'],
        ['__x__.a', 'Two'],
      ],
    );
    const [first, second] = ids as number[];
    expect(first).toBe(second);
    expect(await call.rows('res.partner', 'read', [[first], ['name']])).toEqual([{ id: first, name: 'Two' }]);
  });

  it("keeps a partner's child addresses apart by their own external ids", async () => {
    const { call } = await start();
    const rows = [
      ['__x__.p', 'Parent', '__x__.p_1', 'delivery', 'Rue A'],
      ['', '', '__x__.p_2', 'invoice', 'Rue B'],
    ];
    const columns = ['id', 'name', 'child_ids/id', 'child_ids/type', 'child_ids/street'];
    const load = loader(call);
    const { ids } = await load('res.partner', columns, rows);
    await load('res.partner', columns, rows);
    const children = await call.rows('res.partner', 'search_read', [
      [['parent_id', 'in', ids]],
      ['type', 'street'],
    ]);
    expect(children).toHaveLength(2);
    expect(children.map((child) => child.street).sort()).toEqual(['Rue A', 'Rue B']);
  });

  it('updates by database id, and refuses one that is gone', async () => {
    const { call } = await start();
    const id = await call.id('res.partner', 'create', [{ name: 'A' }]);
    const load = loader(call);
    expect(await load('res.partner', ['.id', 'ref'], [[String(id), 'R']])).toMatchObject({ ids: [id] });
    expect(await load('res.partner', ['.id', 'name'], [['999999', 'B']])).toMatchObject({
      ids: false,
      messages: [{ field: '.id', message: "Unknown database identifier '999999'" }],
    });
  });

  it('writes a state without a delivery', async () => {
    const { call } = await start();
    const mug = await productId(call, 'MUG');
    const buyer = await call.id('res.partner', 'create', [{ name: 'Buyer' }]);
    const order = await call.id('sale.order', 'create', [
      { partner_id: buyer, order_line: [[0, 0, { product_id: mug }]] },
    ]);
    await loader(call)('sale.order', ['.id', 'state'], [[String(order), 'Sales Order']]);
    expect(await call.rows('sale.order', 'read', [[order], ['state', 'picking_ids']])).toEqual([
      { id: order, state: 'sale', picking_ids: [] },
    ]);
  });

  it('serves the sales user, whose external ids are written for it', async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url, SALES_UID, SALES.apiKey);
    const { ids } = await loader(call)('res.partner', ['id', 'name'], [['__x__.a', 'A']]);
    expect(await call('ir.model.data', 'check_object_reference', ['__x__', 'a'])).toEqual([
      'res.partner',
      (ids as number[])[0],
    ]);
  });
});
