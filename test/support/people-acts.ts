/** What people do to an order: an accountant in Odoo, the staff and the customers of the shop. */
import { doubledFirstLine } from './orders-bench';
import type { Bench } from './run-sync';
import type { OdooRecords } from '../../src/sandbox/odoo/records-handle';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

type Values = Readonly<Record<string, unknown>>;

export interface LineInOdoo extends Values {
  readonly id: number;
  readonly name: string;
  readonly product_id: [number, string] | false;
  readonly product_uom_qty: number;
  readonly price_unit: number;
  readonly discount: number;
  readonly tax_ids: number[];
}

export interface OrderInOdoo extends Values {
  readonly id: number;
  readonly state: string;
  readonly amount_total: number;
  readonly lines: readonly LineInOdoo[];
}

const ORDER_FIELDS = [
  'state',
  'amount_total',
  'note',
  'partner_id',
  'partner_shipping_id',
  'client_order_ref',
  'origin',
  'date_order',
  'pricelist_id',
  'locked',
];
const LINE_FIELDS = ['name', 'product_id', 'product_uom_qty', 'price_unit', 'discount', 'tax_ids'];

/** The order that carries our external id, whatever became of its other marks. */
export function orderInOdoo({ sandbox }: Bench, order: ShopOrder): OrderInOdoo | undefined {
  const { records } = sandbox.odoo;
  const [data] = records.find(
    'ir.model.data',
    [['complete_name', '=', `__wcodoo__.shop_order_${order.id}`]],
    ['res_id'],
  );
  const [row] = records.find('sale.order', [['id', '=', Number(data?.['res_id'] ?? 0)]], ORDER_FIELDS);
  if (row === undefined) {
    return undefined;
  }
  const lines = records.find('sale.order.line', [['order_id', '=', Number(row['id'])]], LINE_FIELDS);
  return { ...row, lines } as unknown as OrderInOdoo;
}

export interface Act {
  /** Statuses of the shop's order that make it possible; all when left out. */
  readonly only?: 'pending' | 'processing';
  do(records: OdooRecords, order: OrderInOdoo): void;
  /** What must still be so afterwards; undefined where the order is gone. */
  keeps(order: OrderInOdoo | undefined): boolean;
}

function edit(field: string, value: string): Act {
  return {
    do: (records, { id }) => {
      records.write('sale.order', id, { [field]: value });
    },
    keeps: (order) => order?.[field] === value,
  };
}

function editLine(values: Values & { readonly [field: string]: string | number }): Act {
  return {
    do: (records, { lines: [line] }) => {
      records.write('sale.order.line', line?.id ?? 0, values);
    },
    keeps: (order) => Object.entries(values).every(([field, value]) => order?.lines[0]?.[field] === value),
  };
}

function editPartner(field: 'partner_id' | 'partner_shipping_id', name: string): Act {
  return {
    do: (records, { id }) => {
      records.write('sale.order', id, { [field]: records.create('res.partner', { name }) });
    },
    keeps: (order) => String((order?.[field] as unknown[] | undefined)?.[1]) === name,
  };
}

function press(buttons: readonly string[], isThere: (order: OrderInOdoo) => boolean): Omit<Act, 'only'> {
  return {
    do: (records, { id }) => {
      for (const button of buttons) {
        records.act('sale.order', id, button);
      }
    },
    keeps: (order) => order !== undefined && isThere(order),
  };
}

/** What an accountant does to an imported order. */
export const ACTS = {
  'corrects a price': editLine({ price_unit: 3.5 }),
  'corrects a quantity': editLine({ product_uom_qty: 7 }),
  'gives a discount': editLine({ discount: 10 }),
  'rewrites the text of a line': editLine({ name: 'texte corrigé' }),
  'replaces the product of a line': {
    only: 'pending',
    do: (records, { lines: [line] }) => {
      const [product] = records.find('product.product', [['default_code', '=', 'SIM-0009']], ['id']);
      records.write('sale.order.line', line?.id ?? 0, {
        product_id: product?.['id'] ?? 0,
        name: 'remplacé',
        price_unit: line?.price_unit ?? 0,
        tax_ids: [[6, 0, line?.tax_ids ?? []]],
      });
    },
    keeps: (order) =>
      order?.lines[0]?.name === 'remplacé' && String(order.lines[0].product_id).includes('SIM-0009'),
  },
  'adds a line': {
    do: (records, { id, lines: [line] }) => {
      records.create('sale.order.line', {
        order_id: id,
        product_id: line?.product_id === false ? 0 : (line?.product_id[0] ?? 0),
        name: 'cadeau',
        product_uom_qty: 1,
        price_unit: 9,
        tax_ids: [[6, 0, []]],
      });
    },
    keeps: (order) =>
      order?.lines.some(({ name, price_unit: price }) => name === 'cadeau' && price === 9) === true,
  },
  'changes the customer': editPartner('partner_id', 'Autre client'),
  'changes the delivery address': editPartner('partner_shipping_id', 'Dépôt'),
  'changes the date': edit('date_order', '2026-03-04 05:06:07'),
  'changes the reference': edit('client_order_ref', 'PO-77'),
  'changes the source': edit('origin', 'téléphone'),
  'writes a note': edit('note', '<p>à rappeler</p>'),
  'chooses a pricelist in dollars': {
    only: 'pending',
    do: (records, { id }) => {
      const [pricelist] = records.find('product.pricelist', [['name', '=', 'Dollar Pricelist']], ['id']);
      records.write('sale.order', id, { pricelist_id: pricelist?.['id'] ?? 0 });
    },
    keeps: (order) => String(order?.['pricelist_id']).includes('Dollar'),
  },
  'cancels it': press(['action_cancel'], ({ state }) => state === 'cancel'),
  'sets it back to draft': {
    only: 'processing',
    ...press(['action_cancel', 'action_draft'], ({ state }) => state === 'draft'),
  },
  'confirms it': { only: 'pending', ...press(['action_confirm'], ({ state }) => state === 'sale') },
  'locks it': { only: 'processing', ...press(['action_lock'], ({ locked }) => locked === true) },
  'deletes it': {
    only: 'pending',
    do: (records, { id }) => {
      records.unlink('sale.order', id);
    },
    keeps: (order) => order === undefined,
  },
  'duplicates it': {
    // As Odoo's "Duplicate": the source is copied, the reference and the external id are not.
    do: (records, order) => {
      records.create('sale.order', {
        partner_id: (order['partner_id'] as [number])[0],
        origin: String(order['origin']),
      });
    },
    keeps: (order) => order !== undefined,
  },
} satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;

type Bencher = (bench: Bench, order: ShopOrder) => void;
const inShop =
  (patch: (order: ShopOrder) => Record<string, unknown>): Bencher =>
  ({ sandbox }, order) => {
    sandbox.woo.shop.editOrder(order.id, patch(order));
  };

/** What happens to the same order in the shop. */
export const SHOP = {
  nothing: () => undefined,
  'a note': inShop(() => ({ customer_note: 'un mot' })),
  'twice as many': inShop(doubledFirstLine),
  'the next status': inShop(({ status }) => ({ status: status === 'pending' ? 'processing' : 'completed' })),
  'a cancellation': inShop(() => ({ status: 'cancelled' })),
  'a partial refund': ({ sandbox }, order) => {
    sandbox.woo.shop.refundOrder(order.id, { amount: '1.00', reason: 'geste' });
  },
  'another address': inShop(() => ({
    shipping: { address_1: '9 avenue Foch', city: 'Lyon', postcode: '69006', country: 'FR' },
  })),
} satisfies Record<string, Bencher>;
export type ShopChange = keyof typeof SHOP;
