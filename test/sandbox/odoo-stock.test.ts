import type { Call, Row } from './odoo-for-tests';
import { draftOrder, faultOf, jsonRpc, productId, startOdoo, stopAll } from './odoo-for-tests';

afterAll(stopAll);

async function start(version: 14 | 19 = 19): Promise<{ call: Call; mug: number; stock: number }> {
  const { url } = await startOdoo({ version });
  const call = jsonRpc(url);
  const [warehouse] = await call.rows('stock.warehouse', 'search_read', [[], ['lot_stock_id']]);
  return { call, mug: await productId(call, 'MUG'), stock: warehouse!.lot_stock_id[0] };
}

async function read(call: Call, id: number, fields: string[], context: object = {}): Promise<Row> {
  return (await call.rows('product.product', 'read', [[id], fields], { context }))[0]!;
}

describe('a count', () => {
  it('on 19 is applied by a second call only; on 14 at once', async () => {
    const { call, mug, stock } = await start();
    const context = { inventory_mode: true };
    const values = { product_id: mug, location_id: stock, inventory_quantity: 50 };
    const [id] = await call.ids('stock.quant', 'create', [[values]], { context });
    expect((await read(call, mug, ['qty_available'])).qty_available).toBe(10);
    await call('stock.quant', 'action_apply_inventory', [[id]], { context });
    expect((await read(call, mug, ['qty_available'])).qty_available).toBe(50);

    const old = await start(14);
    await old.call('stock.quant', 'create', [[{ ...values, product_id: old.mug, location_id: old.stock }]], {
      context,
    });
    expect((await read(old.call, old.mug, ['qty_available'])).qty_available).toBe(50);
  });

  it('goes to the quant that is there, and without inventory mode makes an empty one', async () => {
    const { call, mug, stock } = await start();
    const values = { product_id: mug, location_id: stock, inventory_quantity_auto_apply: 7 };
    const quants = (): Promise<Row[]> =>
      call.rows('stock.quant', 'search_read', [
        [
          ['product_id', '=', mug],
          ['location_id', '=', stock],
        ],
        ['quantity'],
      ]);
    await call.id('stock.quant', 'create', [[values]], { context: { inventory_mode: true } });
    expect((await quants()).map((row) => row.quantity)).toEqual([7]);
    await call.id('stock.quant', 'create', [[values]]);
    expect((await quants()).map((row) => row.quantity)).toEqual([7, 0]);
  });
});

describe('quantities', () => {
  it("are those of a warehouse when the version's own context key says so; the other key is ignored", async () => {
    for (const [version, key, otherKey] of [
      [19, 'warehouse_id', 'warehouse'],
      [14, 'warehouse', 'warehouse_id'],
    ] as const) {
      const { call, mug } = await start(version);
      const other = await call.id('stock.warehouse', 'create', [{ name: 'Other', code: 'OT' }]);
      expect((await read(call, mug, ['free_qty'], { [key]: other })).free_qty).toBe(0);
      expect((await read(call, mug, ['free_qty'], { [otherKey]: other })).free_qty).toBe(10);
      expect(
        await call.rows('product.product', 'read', [[mug], ['free_qty']], { context: { [key]: 999 } }),
      ).toEqual([]);
    }
  });

  it("move the quant's write date, never the product's; what cannot be reserved moves only the forecast", async () => {
    let now = new Date('2026-03-01T10:00:00Z');
    const { url, server } = await startOdoo({ now: () => now });
    const call = jsonRpc(url);
    const mug = await productId(call, 'MUG');
    const dates = async (): Promise<unknown[]> => [
      (await read(call, mug, ['write_date'])).write_date,
      (
        await call.rows('stock.quant', 'search_read', [
          [
            ['product_id', '=', mug],
            ['location_id.usage', '=', 'internal'],
          ],
          ['write_date'],
        ])
      )[0]!.write_date,
    ];
    now = new Date('2026-03-01T11:00:00Z');
    server.records.setStock('MUG', 3);
    expect(await dates()).toEqual(['2026-03-01 10:00:00', '2026-03-01 11:00:00']);
    now = new Date('2026-03-01T12:00:00Z');
    const { order } = await draftOrder(call, { product_id: mug, product_uom_qty: 5 });
    await call('sale.order', 'action_confirm', [[order]]);
    expect(await dates()).toEqual(['2026-03-01 10:00:00', '2026-03-01 12:00:00']);
    expect(await read(call, mug, ['qty_available', 'free_qty', 'virtual_available'])).toMatchObject({
      qty_available: 3,
      free_qty: 0,
      virtual_available: -2,
    });
  });
});

describe('a delivery', () => {
  async function delivery(
    version: 14 | 19,
    quantity: number,
  ): Promise<{ call: Call; mug: number; picking: number }> {
    const { call, mug } = await start(version);
    const { order } = await draftOrder(call, { product_id: mug, product_uom_qty: quantity });
    await call('sale.order', 'action_confirm', [[order]]);
    const [picking] = await call.ids('stock.picking', 'search', [[['sale_id', '=', order]]]);
    return { call, mug, picking: picking as number };
  }

  it('takes the goods when all are reserved; a second time changes nothing', async () => {
    const { call, mug, picking } = await delivery(19, 4);
    expect(await call('stock.picking', 'button_validate', [[picking]])).toBe(true);
    expect(await call('stock.picking', 'button_validate', [[picking]])).toBe(true);
    expect(await read(call, mug, ['qty_available', 'free_qty'])).toMatchObject({
      qty_available: 6,
      free_qty: 6,
    });
    expect((await call.rows('stock.picking', 'read', [[picking], ['state']]))[0]!.state).toBe('done');
  });

  it('asks about a backorder when part is reserved, and ships that part', async () => {
    const { call, mug, picking } = await delivery(19, 15);
    const action = await call('stock.picking', 'button_validate', [[picking]]);
    expect(action).toMatchObject({ res_model: 'stock.backorder.confirmation' });
    const wizard = await call.id('stock.backorder.confirmation', 'create', [{ pick_ids: [[4, picking]] }]);
    expect(await call('stock.backorder.confirmation', 'process', [[wizard]])).toBe(true);
    expect((await read(call, mug, ['qty_available'])).qty_available).toBe(0);
    const pickings = await call.rows('stock.picking', 'search_read', [[], ['state']], { order: 'id' });
    expect(pickings.map((row) => row.state)).toEqual(['done', 'confirmed']);
  });

  it('is refused when nothing is reserved', async () => {
    const { call } = await start();
    const cap = await productId(call, 'CAP');
    const { order } = await draftOrder(call, { product_id: cap });
    await call('sale.order', 'action_confirm', [[order]]);
    const ids = await call.ids('stock.picking', 'search', [[['sale_id', '=', order]]]);
    expect((await faultOf(call('stock.picking', 'button_validate', [ids]))).message).toContain(
      'Transfer trouble alert!',
    );
  });

  it('on 14 wants the done quantities written first', async () => {
    const { call, mug, picking } = await delivery(14, 4);
    expect(await call('stock.picking', 'button_validate', [[picking]])).toMatchObject({
      res_model: 'stock.immediate.transfer',
    });
    const moves = await call.ids('stock.move', 'search', [[['picking_id', '=', picking]]]);
    await call('stock.move', 'write', [moves, { quantity_done: 4 }]);
    expect(await call('stock.picking', 'button_validate', [[picking]])).toBe(true);
    expect((await read(call, mug, ['qty_available'])).qty_available).toBe(6);
  });
});
