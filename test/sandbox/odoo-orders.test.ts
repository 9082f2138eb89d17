import type { Call, Row } from './odoo-for-tests';
import { draftOrder, faultOf, jsonRpc, productId, startOdoo, stopAll } from './odoo-for-tests';

afterAll(stopAll);

async function start(
  version: 14 | 19 = 19,
): Promise<{ call: Call; mug: number; cap: number; taxes: string }> {
  const { url } = await startOdoo({ version });
  const call = jsonRpc(url);
  return {
    call,
    mug: await productId(call, 'MUG'),
    cap: await productId(call, 'CAP'),
    taxes: version === 14 ? 'tax_id' : 'tax_ids',
  };
}

async function lineOf(call: Call, id: number): Promise<Row> {
  const fields = ['name', 'product_uom_qty', 'price_unit'];
  return (await call.rows('sale.order.line', 'read', [[id], fields]))[0]!;
}

async function orderOf(call: Call, id: number): Promise<Row> {
  const fields = ['state', 'amount_total', 'pricelist_id', 'currency_id', 'picking_ids', 'date_order'];
  return (await call.rows('sale.order', 'read', [[id], fields]))[0]!;
}

describe('a draft order', () => {
  it('takes price and taxes of the product where none are sent; zero and none stand', async () => {
    const { call, mug } = await start();
    const listed = await draftOrder(call, { product_id: mug });
    expect(await orderOf(call, listed.order)).toMatchObject({ amount_total: 54 });
    const free = await draftOrder(call, { product_id: mug, price_unit: 0, tax_ids: [[6, 0, []]] });
    expect(await orderOf(call, free.order)).toMatchObject({ amount_total: 0 });
  });

  it('on 19 is priced again by a quantity alone, unless the price was written by itself; 14 never', async () => {
    const { call, mug } = await start();
    const { line } = await draftOrder(call, { product_id: mug, price_unit: 11.9 });
    await call('sale.order.line', 'write', [[line], { product_uom_qty: 2 }]);
    expect((await lineOf(call, line)).price_unit).toBe(45);
    await call('sale.order.line', 'write', [[line], { price_unit: 12 }]);
    await call('sale.order.line', 'write', [[line], { product_uom_qty: 3 }]);
    expect((await lineOf(call, line)).price_unit).toBe(12);

    const old = await start(14);
    const kept = await draftOrder(old.call, { product_id: old.mug, price_unit: 11.9 });
    await old.call('sale.order.line', 'write', [[kept.line], { product_uom_qty: 2 }]);
    expect((await lineOf(old.call, kept.line)).price_unit).toBe(11.9);
  });

  it('on 19 changes name, price and taxes with the product alone', async () => {
    const { call, mug, cap } = await start();
    const { line } = await draftOrder(call, { product_id: mug, price_unit: 11.9, tax_ids: [[6, 0, []]] });
    await call('sale.order.line', 'write', [[line], { product_id: cap }]);
    expect(await lineOf(call, line)).toMatchObject({ name: '[CAP] Cap', price_unit: 60 });
    expect((await call.rows('sale.order.line', 'read', [[line], ['tax_ids']]))[0]!.tax_ids).toHaveLength(1);
  });

  it('on 19 changes pricelist and currency with the partner alone', async () => {
    const { call, mug } = await start();
    const [dollar] = await call.ids('product.pricelist', 'search', [[['currency_id.name', '=', 'USD']]]);
    const american = await call.id('res.partner', 'create', [
      { name: 'Joe', property_product_pricelist: dollar },
    ]);
    const { order } = await draftOrder(call, { product_id: mug });
    expect((await orderOf(call, order)).currency_id[1]).toBe('EUR');
    await call('sale.order', 'write', [[order], { partner_id: american }]);
    expect((await orderOf(call, order)).currency_id[1]).toBe('USD');
  });

  it('keeps all digits of a unit price on 19 and rounds it on 14', async () => {
    const total = async (version: 14 | 19): Promise<number> => {
      const { call, mug, taxes } = await start(version);
      const line = { product_id: mug, product_uom_qty: 3, price_unit: 3.3333333333, [taxes]: [[6, 0, []]] };
      return (await orderOf(call, (await draftOrder(call, line)).order)).amount_total;
    };
    expect(await total(19)).toBe(10);
    expect(await total(14)).toBe(9.99);
  });

  it('may be deleted, with its lines', async () => {
    const { call, mug } = await start();
    const { order, line } = await draftOrder(call, { product_id: mug });
    expect(await call('sale.order', 'unlink', [[order]])).toBe(true);
    expect(await call.rows('sale.order.line', 'read', [[line], ['name']])).toEqual([]);
  });
});

describe('confirming', () => {
  it('sets the date to now, makes a delivery and reserves what is there', async () => {
    const { call, mug } = await start();
    const line = { product_id: mug, product_uom_qty: 4 };
    const { order } = await draftOrder(call, line, { date_order: '2020-01-02 10:11:12' });
    expect(await call('sale.order', 'action_confirm', [[order]])).toBe(true);
    const confirmed = await orderOf(call, order);
    expect(confirmed).toMatchObject({ state: 'sale', picking_ids: [expect.any(Number) as number] });
    expect(confirmed.date_order > '2021').toBe(true);
    const [stock] = await call.rows('product.product', 'read', [[mug], ['free_qty', 'qty_available']]);
    expect(stock).toMatchObject({ qty_available: 10, free_qty: 6 });
  });

  it('refuses a second time on 19, and does nothing more on 14', async () => {
    const { call, mug } = await start();
    const { order } = await draftOrder(call, { product_id: mug });
    await call('sale.order', 'action_confirm', [[order]]);
    const fault = await faultOf(call('sale.order', 'action_confirm', [[order]]));
    expect(fault.message).toBe('Some orders are not in a state requiring confirmation.');

    const old = await start(14);
    const second = await draftOrder(old.call, { product_id: old.mug });
    await old.call('sale.order', 'action_confirm', [[second.order]]);
    expect(await old.call('sale.order', 'action_confirm', [[second.order]])).toBe(true);
    expect((await orderOf(old.call, second.order)).picking_ids).toHaveLength(1);
  });

  it('confirms none when one of several cannot be confirmed', async () => {
    const { call, mug } = await start();
    const good = await draftOrder(call, { product_id: mug });
    const bad = await draftOrder(call, { product_id: mug });
    await call('sale.order', 'action_cancel', [[bad.order]]);
    await faultOf(call('sale.order', 'action_confirm', [[good.order, bad.order]]));
    expect(await orderOf(call, good.order)).toMatchObject({ state: 'draft', picking_ids: [] });
  });
});

describe('a confirmed order on 19', () => {
  async function confirmed(): Promise<{ call: Call; mug: number; cap: number; order: number; line: number }> {
    const { call, mug, cap } = await start();
    const ids = await draftOrder(call, { product_id: mug, product_uom_qty: 3 });
    await call('sale.order', 'action_confirm', [[ids.order]]);
    return { call, mug, cap, ...ids };
  }

  it('refuses its pricelist, another product, a removed line and to be deleted', async () => {
    const { call, cap, order, line } = await confirmed();
    const refusals = [
      await faultOf(call('sale.order', 'write', [[order], { pricelist_id: 1 }])),
      await faultOf(call('sale.order.line', 'write', [[line], { product_id: cap }])),
      await faultOf(call('sale.order.line', 'unlink', [[line]])),
      await faultOf(call('sale.order', 'unlink', [[order]])),
    ];
    expect(refusals.map(({ name }) => name)).toEqual(Array(4).fill('odoo.exceptions.UserError'));
    expect(refusals.map(({ message }) => message)).toEqual([
      'You cannot change the pricelist of a confirmed order !',
      'You cannot modify the product of this order line.',
      expect.stringContaining('Set the quantity to 0 instead.') as string,
      'You can not delete a sent quotation or a confirmed sales order. You must first cancel it.',
    ]);
  });

  it('lets the move follow the quantity, up and down, and gives a new line a move', async () => {
    const { call, cap, order, line } = await confirmed();
    const moves = async (): Promise<number[]> =>
      (
        await call.rows('stock.move', 'search_read', [
          [['picking_id.sale_id', '=', order]],
          ['product_uom_qty'],
        ])
      ).map((move) => move.product_uom_qty);
    await call('sale.order.line', 'write', [[line], { product_uom_qty: 5 }]);
    expect(await moves()).toEqual([5]);
    await call('sale.order.line', 'write', [[line], { product_uom_qty: 1 }]);
    expect(await moves()).toEqual([1]);
    await call('sale.order', 'write', [[order], { order_line: [[0, 0, { product_id: cap }]] }]);
    expect(await moves()).toEqual([1, 1]);
  });

  it('gives the reserved goods back when it is cancelled', async () => {
    const { call, mug, order } = await confirmed();
    expect(await call('sale.order', 'action_cancel', [[order]])).toBe(true);
    expect((await call.rows('product.product', 'read', [[mug], ['free_qty']]))[0]!.free_qty).toBe(10);
    const [picking] = await call.rows('stock.picking', 'search_read', [[['sale_id', '=', order]], ['state']]);
    expect(picking!.state).toBe('cancel');
    await call('sale.order', 'action_draft', [[order]]);
    expect((await orderOf(call, order)).state).toBe('draft');
  });
});

describe('totals', () => {
  it("follow every change of a line, and move the order's write date", async () => {
    let now = new Date('2026-03-01T10:00:00Z');
    const { url } = await startOdoo({ now: () => now });
    const call = jsonRpc(url);
    const mug = await productId(call, 'MUG');
    const { order, line } = await draftOrder(call, { product_id: mug, price_unit: 10 });
    now = new Date('2026-03-01T10:05:00Z');
    await call('sale.order.line', 'write', [[line], { price_unit: 7 }]);
    const [row] = await call.rows('sale.order', 'read', [
      [order],
      ['amount_total', 'write_date', 'create_date'],
    ]);
    expect(row).toMatchObject({
      amount_total: 8.4,
      create_date: '2026-03-01 10:00:00',
      write_date: '2026-03-01 10:05:00',
    });
  });
});
