/** What a live run left in Odoo, read back as the administrator. */
import type { OdooApi, OdooRow } from '../../src/core/ports';
import { formatAmount, fromFloat } from '../../src/lib/money';
import { chunk } from '../../src/lib/chunk';
import { numberOf, textOf } from '../../src/odoo/schema';
import { LIVE_LOGIN } from './provision';

export interface OrderInOdoo {
  readonly id: number;
  readonly state: string;
  readonly total: string;
  readonly tax: string;
  /** UTC, as Odoo stores it. */
  readonly date: string;
  readonly tagIds: readonly number[];
}

/** Orders of a store by WooCommerce id. Two of one id are a failure of their own. */
export async function ordersInOdoo(odoo: OdooApi, store: string): Promise<Map<number, OrderInOdoo>> {
  const rows = await odoo.searchRead(
    'sale.order',
    [['origin', '=like', `woo:${store}:%`]],
    ['origin', 'state', 'amount_total', 'amount_tax', 'date_order', 'tag_ids'],
  );
  const orders = new Map(rows.map((row) => [Number(textOf(row['origin']).split(':')[2]), orderOf(row)]));
  if (orders.size !== rows.length) {
    throw new Error(`${rows.length - orders.size} orders of ${store} are in Odoo twice`);
  }
  return orders;
}

function orderOf(row: OdooRow): OrderInOdoo {
  const tags = row['tag_ids'];
  return {
    id: row.id,
    state: textOf(row['state']),
    total: formatAmount(fromFloat(numberOf(row['amount_total']), 2), 2),
    tax: formatAmount(fromFloat(numberOf(row['amount_tax']), 2), 2),
    date: textOf(row['date_order']),
    tagIds: Array.isArray(tags) ? (tags as number[]) : [],
  };
}

const WATCHED = ['sale.order', 'sale.order.line', 'res.partner', 'stock.picking', 'crm.tag', 'mail.message'];

/**
 * What the program's user has ever written, model by model: how many records
 * and when last. Others work in the same database, so counting all of them
 * would prove nothing.
 */
export async function writtenByUser(odoo: OdooApi): Promise<Record<string, string>> {
  const [user] = await odoo.searchRead('res.users', [['login', '=', LIVE_LOGIN]], ['id']);
  const written: Record<string, string> = {};
  for (const model of WATCHED) {
    const domain = [
      ['write_uid', '=', user?.id ?? 0],
      ...((await odoo.fields(model)).has('active') ? [['active', 'in', [true, false]]] : []),
    ] as const;
    const count = await odoo.searchCount(model, domain as never);
    const [last] = await odoo.searchRead(model, domain as never, ['write_date'], {
      order: 'write_date desc',
      limit: 1,
    });
    written[model] = `${count} until ${textOf(last?.['write_date'])}`;
  }
  return written;
}

/** The notes in the history of records, as one text each. */
export async function notesOf(odoo: OdooApi, ids: readonly number[]): Promise<Map<number, string>> {
  const notes = new Map<number, string>();
  for (const part of chunk([...ids], 200)) {
    const rows = await odoo.searchRead(
      'mail.message',
      [
        ['model', '=', 'sale.order'],
        ['res_id', 'in', part],
        ['body', 'ilike', 'wcodoo'],
      ],
      ['res_id', 'body'],
    );
    for (const row of rows) {
      const id = numberOf(row['res_id']);
      notes.set(id, `${notes.get(id) ?? ''}${textOf(row['body'])}\n`);
    }
  }
  return notes;
}
