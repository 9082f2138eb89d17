import type { Call } from './odoo-for-tests';
import { SALES, SALES_UID, faultOf, jsonRpc, productId, startOdoo, stopAll } from './odoo-for-tests';

afterAll(stopAll);

async function admin(version: 14 | 19 = 19): Promise<Call> {
  return jsonRpc((await startOdoo({ version })).url);
}

describe('a domain', () => {
  let call: Call;

  beforeAll(async () => {
    call = await admin();
    const parent = await call.id('res.partner', 'create', [
      { name: 'ACME', is_company: true, email: 'Sales@ACME.example', ref: 'd-1' },
    ]);
    await call.id('res.partner', 'create', [
      [
        { name: 'Ann', email: 'ann@acme.example', parent_id: parent, ref: 'd-2' },
        { name: 'Bob_1', email: false, ref: 'd-3' },
        { name: 'Gone', email: 'gone@acme.example', active: false, ref: 'd-4' },
      ],
    ]);
  });

  async function found(...domain: unknown[]): Promise<string[]> {
    const own = ['ref', '=like', 'd-_'];
    const rows = await call.rows('res.partner', 'search_read', [['&', own, ...domain], ['ref']], {
      order: 'ref',
    });
    return rows.map((row) => row.ref);
  }

  it.each([
    ['an exact value', [['email', '=', 'ann@acme.example']], ['d-2']],
    ['a list, minding the case', [['email', 'in', ['sales@acme.example', 'ann@acme.example']]], ['d-2']],
    ['a normalized address', [['email_normalized', 'in', ['sales@acme.example']]], ['d-1']],
    ['an empty value', [['email', '=', false]], ['d-3']],
    ['a value that differs, or is empty', [['email', '!=', 'ann@acme.example']], ['d-1', 'd-3']],
    ['text anywhere, whatever its case', [['name', 'ilike', 'acm']], ['d-1']],
    ['a pattern', [['name', '=like', 'A%']], ['d-1', 'd-2']],
    ['a path', [['parent_id.name', '=', 'ACME']], ['d-2']],
    ['a relation by name', [['parent_id', 'ilike', 'acme']], ['d-2']],
    ['one or the other', ['|', ['name', '=', 'Ann'], ['name', '=', 'Bob_1']], ['d-2', 'd-3']],
    ['the opposite', ['!', ['name', '=', 'Ann']], ['d-1', 'd-3']],
    ['archived ones when asked', [['active', 'in', [true, false]]], ['d-1', 'd-2', 'd-3', 'd-4']],
    ['a computed owner', [['commercial_partner_id.name', '=', 'ACME']], ['d-1', 'd-2']],
  ])('finds %s', async (_case, domain, expected) => {
    expect(await found(...domain)).toEqual(expected);
  });

  it('refuses an unknown field and an unknown operator', async () => {
    const field = await faultOf(call.ids('res.partner', 'search', [[['nope', '=', 1]]]));
    expect(field.message).toBe("Invalid field res.partner.nope in condition ('nope', '=', 1)");
    const operator = await faultOf(call.ids('res.partner', 'search', [[['name', '===', 1]]]));
    expect(operator.message).toBe("Invalid operator in condition ('name', '===', 1)");
  });
});

describe('the normalized address', () => {
  it.each([
    [19, 'Ann <Ann@Example.com>', 'ann@example.com'],
    [14, 'Ann <Ann@Example.com>', 'ann@example.com'],
    [19, 'a@b.example, c@d.example', 'a@b.example'],
    [14, 'a@b.example, c@d.example', false],
    [19, 'nobody', false],
  ] as const)('on %i of %s is %s', async (version, email, expected) => {
    const call = await admin(version);
    const id = await call.id('res.partner', 'create', [{ name: 'A', email }]);
    expect((await call.rows('res.partner', 'read', [[id], ['email_normalized']]))[0]!.email_normalized).toBe(
      expected,
    );
  });
});

describe('write dates', () => {
  it('compare by whole second on 19, by hidden microseconds on 14', async () => {
    const counts = async (version: 14 | 19): Promise<unknown[]> => {
      const call = await admin(version);
      const id = await call.id('res.partner', 'create', [{ name: 'A' }]);
      const [seenRow] = await call.rows('res.partner', 'read', [[id], ['write_date']]);
      return Promise.all(
        ['>', '=', '>='].map((operator) =>
          call('res.partner', 'search_count', [
            [
              ['id', '=', id],
              ['write_date', operator, seenRow!.write_date],
            ],
          ]),
        ),
      );
    };
    expect(await counts(19)).toEqual([0, 1, 1]);
    expect(await counts(14)).toEqual([1, 0, 1]);
  });
});

describe('a call that fails', () => {
  it('changes nothing, whatever it had done before', async () => {
    const { url, server } = await startOdoo();
    const call = jsonRpc(url);
    const id = await call.id('res.partner', 'create', [{ name: 'A' }]);
    const before = { partners: await call('res.partner', 'search_count', [[]]), writes: server.writes };
    await faultOf(call('res.partner', 'create', [[{ name: 'B' }, { name: 'C', type: 'bogus' }]]));
    await faultOf(call('res.partner', 'write', [[id, 999_999], { name: 'Z' }]));
    expect(await call('res.partner', 'search_count', [[]])).toBe(before.partners);
    expect((await call.rows('res.partner', 'read', [[id], ['name']]))[0]!.name).toBe('A');
    expect(server.writes).toBe(before.writes);
  });
});

describe('the sales user', () => {
  it('may create contacts and orders, and read taxes and stock', async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url, SALES_UID, SALES.apiKey);
    const partner = await call.id('res.partner', 'create', [{ name: 'A' }]);
    const mug = await productId(call, 'MUG');
    const order = await call.id('sale.order', 'create', [
      { partner_id: partner, order_line: [[0, 0, { product_id: mug }]] },
    ]);
    expect(await call('sale.order', 'action_confirm', [[order]])).toBe(true);
    expect(await call('stock.quant', 'search_count', [[['product_id', '=', mug]]])).toBeGreaterThan(0);
    expect(await call('account.tax', 'search_count', [[]])).toBe(4);
  });

  it.each([
    ['ir.model.data', 'search_read', [[]]],
    ['product.product', 'create', [{ name: 'X' }]],
    ['account.tax', 'create', [{ name: 'X', amount: 1 }]],
    ['product.pricelist', 'create', [{ name: 'X' }]],
    ['res.partner', 'unlink', [[1]]],
  ])('may not %s %s', async (model, method, args) => {
    const { url } = await startOdoo();
    const call = jsonRpc(url, SALES_UID, SALES.apiKey);
    const fault = await faultOf(call(model, method, args));
    expect(fault.name).toBe('odoo.exceptions.AccessError');
    expect(fault.message).toMatch(
      /^You are not allowed to .*\n\nThis operation is allowed for the following groups:/,
    );
  });

  it('is told its rights', async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url, SALES_UID, SALES.apiKey);
    expect(await call('res.partner', 'has_access', [[], 'create'])).toBe(true);
    expect(await call('product.product', 'has_access', [[], 'create'])).toBe(false);
  });
});

describe('products', () => {
  it("share the price of their template: a variant's own price moves its siblings", async () => {
    const call = await admin();
    const small = await productId(call, 'TEE-S');
    const large = await productId(call, 'TEE-L');
    const prices = async (): Promise<unknown[]> =>
      (await call.rows('product.product', 'read', [[small, large], ['lst_price']])).map(
        (row) => row.lst_price,
      );
    expect(await prices()).toEqual([20, 23]);
    await call('product.product', 'write', [[small], { lst_price: 25 }]);
    expect(await prices()).toEqual([25, 28]);
  });

  it('are archived and restored with their template', async () => {
    const call = await admin();
    const small = await productId(call, 'TEE-S');
    const [variant] = await call.rows('product.product', 'read', [[small], ['product_tmpl_id']]);
    await call('product.template', 'write', [[variant!.product_tmpl_id[0]], { active: false }]);
    expect(await productId(call, 'TEE-L')).toBeUndefined();
    await call('product.template', 'write', [[variant!.product_tmpl_id[0]], { active: true }]);
    expect(await productId(call, 'TEE-L')).toBeDefined();
  });
});

describe('fields_get', () => {
  it('tells what differs between the versions', async () => {
    const names = async (version: 14 | 19): Promise<string[]> => {
      const call = await admin(version);
      const fields = await call('sale.order.line', 'fields_get', [], { attributes: ['type'] });
      return Object.keys(fields as object);
    };
    expect(await names(19)).toEqual(expect.arrayContaining(['tax_ids', 'product_uom_id']));
    expect(await names(14)).toEqual(expect.arrayContaining(['tax_id', 'product_uom']));
  });

  it('describes a field by the attributes asked for', async () => {
    const call = await admin();
    const attributes = ['type', 'relation', 'required', 'string'];
    expect(await call('sale.order', 'fields_get', [['partner_id'], attributes])).toEqual({
      partner_id: { type: 'many2one', relation: 'res.partner', required: true, string: 'Customer' },
    });
  });
});
