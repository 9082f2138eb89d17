/** Sale orders: defaults, confirmation, cancellation. */
import type { Environment } from './environment';
import { userError } from './errors';
import { orderLineModel } from './order-lines';
import { createRecord, touchRow, unlinkRecords } from './records-write';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Method, ModelDefinition } from './schema';
import { cancelDeliveries, deliverLine } from './stock-moves';
import { isEmpty, numberOf, textOf } from './values';
import type { Json, Row, Values } from './values';

const ORDER = 'sale.order';

const STATES = [
  ['draft', 'Quotation'],
  ['sent', 'Quotation Sent'],
  ['sale', 'Sales Order'],
  ['cancel', 'Cancelled'],
] as const;
const STATES_14 = [...STATES.slice(0, 3), ['done', 'Locked'], ['cancel', 'Cancelled']] as const;

/** A contact's own address of a kind, or the contact itself. */
function addressOf(env: Environment, partnerId: number, kind: 'invoice' | 'delivery'): number {
  const children = env.rowsBy('res.partner', 'parent_id', partnerId).filter((row) => row['active'] !== false);
  return children.find((row) => row['type'] === kind)?.id ?? partnerId;
}

function pricelistOf(env: Environment, partnerId: number): Json {
  const own = env.get('res.partner', partnerId)?.['property_product_pricelist'];
  if (typeof own === 'number') {
    return own;
  }
  const lists = env.all('product.pricelist').filter((row) => row['active'] !== false);
  lists.sort((a, b) => numberOf(a['sequence']) - numberOf(b['sequence']) || a.id - b.id);
  return lists[0]?.id ?? false;
}

function currencyOf(env: Environment, pricelistId: Json | undefined): Json {
  const list = env.get('product.pricelist', numberOf(pricelistId));
  return list?.['currency_id'] ?? env.all('res.company')[0]?.['currency_id'] ?? false;
}

function completed(env: Environment, values: Values): Values {
  const partnerId = numberOf(values['partner_id']);
  const pricelist = values['pricelist_id'] ?? pricelistOf(env, partnerId);
  const named = !isEmpty(values['name']) && values['name'] !== 'New';
  return {
    ...values,
    name: named ? values['name'] : `S${String(env.state.nextNumber(ORDER)).padStart(5, '0')}`,
    date_order: isEmpty(values['date_order']) ? env.now : values['date_order'],
    ...(partnerId === 0
      ? {}
      : {
          partner_invoice_id: values['partner_invoice_id'] ?? addressOf(env, partnerId, 'invoice'),
          partner_shipping_id: values['partner_shipping_id'] ?? addressOf(env, partnerId, 'delivery'),
        }),
    pricelist_id: pricelist,
    currency_id: currencyOf(env, pricelist),
  };
}

/** Observed on 19: a new partner alone brings its pricelist and addresses to a draft. 14 changes nothing. */
function withConsequences(env: Environment, order: Row, values: Values): Values {
  const effects: Record<string, Json | undefined> = { ...values };
  const partnerId = numberOf(values['partner_id']);
  const draft = order['state'] === 'draft' || order['state'] === 'sent';
  if (env.major !== 14 && partnerId !== 0 && partnerId !== order['partner_id']) {
    effects['partner_invoice_id'] ??= addressOf(env, partnerId, 'invoice');
    effects['partner_shipping_id'] ??= addressOf(env, partnerId, 'delivery');
    if (draft) {
      effects['pricelist_id'] ??= pricelistOf(env, partnerId);
    }
  }
  if (effects['pricelist_id'] !== undefined) {
    effects['currency_id'] = currencyOf(env, effects['pricelist_id']);
  } else {
    delete effects['currency_id'];
  }
  return effects;
}

function writeOrders(
  env: Environment,
  ids: readonly number[],
  values: Values,
  next: (ids: readonly number[], values: Values) => void,
): void {
  for (const order of env.rows(ORDER, ids)) {
    if (env.major !== 14 && values['pricelist_id'] !== undefined && order['state'] === 'sale') {
      throw userError('You cannot change the pricelist of a confirmed order !');
    }
    next([order.id], withConsequences(env, order, values));
  }
}

function unlinkOrders(
  env: Environment,
  ids: readonly number[],
  next: (ids: readonly number[]) => void,
): void {
  for (const order of env.rows(ORDER, ids)) {
    if (order['state'] !== 'draft' && order['state'] !== 'cancel') {
      throw userError(
        'You can not delete a sent quotation or a confirmed sales order. You must first cancel it.',
      );
    }
    unlinkRecords(
      env.asSudo(),
      'sale.order.line',
      env.rowsBy('sale.order.line', 'order_id', order.id).map((line) => line.id),
    );
  }
  next(ids);
}

/** A method on orders that only changes them. */
function action(run: (env: Environment, orders: readonly Row[]) => Json | undefined): Method {
  return {
    params: [],
    onRecords: true,
    writes: true,
    run: ({ env, ids }) => run(env, env.rows(ORDER, ids)),
  };
}

function confirm(env: Environment, orders: readonly Row[]): Json {
  for (const order of orders) {
    checkConfirmable(env, order);
  }
  for (const order of orders) {
    touchRow(env, ORDER, order.id, { state: 'sale', date_order: env.now });
    if (env.major === 14 && order['state'] === 'sale') {
      continue;
    }
    for (const line of env.rowsBy('sale.order.line', 'order_id', order.id)) {
      if (numberOf(line['product_uom_qty']) > 0) {
        deliverLine(env, order, line, 0);
      }
    }
  }
  return true;
}

function checkConfirmable(env: Environment, order: Row): void {
  const state = textOf(order['state']);
  if (env.major === 14) {
    if (state === 'done' || state === 'cancel') {
      throw userError('It is not allowed to confirm an order in the following states: done, cancel');
    }
    return;
  }
  if (state !== 'draft' && state !== 'sent') {
    throw userError('Some orders are not in a state requiring confirmation.');
  }
  const lines = env.rowsBy('sale.order.line', 'order_id', order.id);
  if (lines.some((line) => isEmpty(line['product_id']) && isEmpty(line['display_type']))) {
    throw userError('Some order lines are missing a product, you need to correct them before going further.');
  }
}

function cancel(env: Environment, orders: readonly Row[]): Json {
  if (orders.some((order) => order['locked'] === true)) {
    throw userError('You cannot cancel a locked order. Please unlock it first.');
  }
  for (const order of orders) {
    cancelDeliveries(env, order.id);
    touchRow(env, ORDER, order.id, { state: 'cancel' });
  }
  return true;
}

function backToDraft(env: Environment, orders: readonly Row[]): Json {
  for (const order of orders) {
    if (order['state'] === 'cancel' || order['state'] === 'sent') {
      touchRow(env, ORDER, order.id, { state: 'draft' });
    }
  }
  return true;
}

/** Observed: a flag from 17 on, the state `done` before. */
function lock(env: Environment, orders: readonly Row[]): Json | undefined {
  for (const order of orders) {
    touchRow(env, ORDER, order.id, env.major === 14 ? { state: 'done' } : { locked: true });
  }
  return env.major === 14 ? true : undefined;
}

function unlock(env: Environment, orders: readonly Row[]): undefined {
  for (const order of orders) {
    touchRow(env, ORDER, order.id, env.major === 14 ? { state: 'sale' } : { locked: false });
  }
}

/** Posts a note on any record that has a chatter. */
export const messagePost: Method = {
  params: ['body', 'subject', 'message_type'],
  onRecords: true,
  writes: true,
  open: true,
  run: ({ env, model, ids, args }) => {
    const body = textOf(args['body']);
    const created = ids.map((id) =>
      createRecord(env.asSudo(), 'mail.message', {
        model: model.name,
        res_id: id,
        body: `<p>${env.major === 14 ? body : escapeHtml(body)}</p>`,
        subject: textOf(args['subject']),
        author_id: env.get('res.users', env.user.uid)?.['partner_id'] ?? false,
        message_type: textOf(args['message_type']) || 'notification',
      }),
    );
    return env.major === 14 ? (created[0] ?? false) : created;
  },
};

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function deliveryStatus(env: Environment, row: Row): string | false {
  const pickings = env
    .rowsBy('stock.picking', 'sale_id', row.id)
    .filter((picking) => picking['state'] !== 'cancel');
  if (pickings.length === 0) {
    return false;
  }
  const done = pickings.filter((picking) => picking['state'] === 'done').length;
  if (done === pickings.length) {
    return 'full';
  }
  return done > 0 ? 'partial' : 'pending';
}

/** Orders and their lines. */
export function orderModels(major: number): readonly ModelDefinition[] {
  return [orderModel(major), orderLineModel(major)];
}

function orderModel(major: number): ModelDefinition {
  return {
    name: ORDER,
    label: 'Sales Order',
    order: 'date_order desc, id desc',
    nameSearch: ['name', 'client_order_ref'],
    fields: {
      name: field('char', 'Order Reference', { required: true, index: true, copy: false }),
      state: selection('Status', major === 14 ? STATES_14 : STATES, {
        readonly: true,
        copy: false,
        default: () => 'draft',
      }),
      partner_id: many2one('Customer', 'res.partner', { required: true, index: true }),
      partner_invoice_id: many2one('Invoice Address', 'res.partner', { required: true, index: true }),
      partner_shipping_id: many2one('Delivery Address', 'res.partner', { required: true, index: true }),
      pricelist_id: many2one('Pricelist', 'product.pricelist', major === 14 ? { required: true } : {}),
      currency_id: many2one('Currency', 'res.currency', { readonly: true }),
      fiscal_position_id: many2one('Fiscal Position', 'account.fiscal.position'),
      company_id: many2one('Company', 'res.company', {
        required: true,
        default: (env) => env.all('res.company')[0]?.id ?? false,
      }),
      warehouse_id: many2one('Warehouse', 'stock.warehouse', {
        default: (env) => env.all('stock.warehouse')[0]?.id ?? false,
      }),
      date_order: field('datetime', 'Order Date', { required: true, copy: false }),
      commitment_date: field('datetime', 'Delivery Date', { copy: false }),
      client_order_ref: field('char', 'Customer Reference', { index: true, copy: false }),
      origin: field('char', 'Source Document', { index: true }),
      note: field(major === 14 ? 'text' : 'html', 'Terms and conditions'),
      user_id: many2one('Salesperson', 'res.users', { default: (env) => env.user.uid }),
      tag_ids: many2many('Tags', 'crm.tag'),
      order_line: one2many('Order Lines', 'sale.order.line', 'order_id'),
      amount_untaxed: field('monetary', 'Untaxed Amount', { readonly: true }),
      amount_tax: field('monetary', 'Taxes', { readonly: true }),
      amount_total: field('monetary', 'Total', { readonly: true }),
      invoice_status: selection(
        'Invoice Status',
        [
          ['upselling', 'Upselling Opportunity'],
          ['invoiced', 'Fully Invoiced'],
          ['to invoice', 'To Invoice'],
          ['no', 'Nothing to Invoice'],
        ],
        { compute: (_env, row) => (major !== 14 && row['state'] === 'sale' ? 'to invoice' : 'no') },
      ),
      picking_ids: one2many('Transfers', 'stock.picking', 'sale_id', { copy: false }),
      picking_policy: selection(
        'Shipping Policy',
        [
          ['direct', 'As soon as possible'],
          ['one', 'When all products are ready'],
        ],
        { required: true, default: () => 'direct' },
      ),
      ...(major === 14
        ? {}
        : {
            locked: field('boolean', 'Locked', { copy: false }),
            delivery_status: selection(
              'Delivery Status',
              [
                ['pending', 'Not Delivered'],
                ['started', 'Started'],
                ['partial', 'Partially Delivered'],
                ['full', 'Fully Delivered'],
              ],
              { compute: deliveryStatus },
            ),
          }),
    },
    create: (env, list, next) => {
      const ids = next(list.map((values) => completed(env, values)));
      for (const id of ids) {
        env.staleOrders.add(id);
      }
      return ids;
    },
    write: writeOrders,
    unlink: unlinkOrders,
    methods: {
      action_confirm: action(confirm),
      action_cancel: action(cancel),
      action_draft: action(backToDraft),
      [major === 14 ? 'action_done' : 'action_lock']: action(lock),
      action_unlock: action(unlock),
    },
  };
}
