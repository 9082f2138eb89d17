/** What must exist in Odoo before the orders of a page: their products, customers, guests and addresses. */
import type { RunContext } from '../../core/context';
import type { Feed, SourceRecord } from '../../core/entity';
import { formatKey, type RecordKey } from '../../core/keys';
import type { WooOrder } from '../../woo/schema';
import { addressRecords, type GuestSource } from '../customers/map-partner';
import { customersRead, fetchCustomers } from '../customers/read-customers';
import type { ProductSource } from '../products';
import { followParties } from './follow-parties';
import type { PreparedOrder } from './prepare-orders';
import type { OrderSettings } from './settings';

export async function feedOrders(
  context: RunContext,
  orders: readonly PreparedOrder[],
  settings: OrderSettings,
): Promise<Feed[]> {
  const open = orders.filter(({ settled }) => !settled);
  await followParties(context, open);
  const feeds: Feed[] = [
    { flow: 'products', records: await productRecords(context, open, settings) },
    { flow: 'customers', records: await customerRecords(context, open) },
    { flow: 'customers', records: unique(open.flatMap((prepared) => guestRecord(prepared))) },
    { flow: 'customers', records: unique(open.flatMap((prepared) => addressesOf(context, prepared))) },
  ];
  return feeds.filter(({ records }) => records.length > 0);
}

async function productRecords(
  context: RunContext,
  orders: readonly PreparedOrder[],
  settings: OrderSettings,
): Promise<SourceRecord[]> {
  const records = unique(
    orders.flatMap(({ order }) =>
      order.lines.flatMap((line): SourceRecord[] => {
        if (line.product === null) {
          return [];
        }
        const raw: ProductSource = { sku: line.sku, name: line.name, missing: settings.missingProduct };
        return [{ key: line.product, raw, origin: order.key }];
      }),
    ),
  );
  const links = await context.state.links.find(records.map(({ key }) => key));
  return records.filter(({ key }) => !links.has(formatKey(key)));
}

/** Registered customers whose data was not read in this run: those of new and of changed orders. */
async function customerRecords(
  context: RunContext,
  orders: readonly PreparedOrder[],
): Promise<SourceRecord[]> {
  const read = customersRead(context);
  const orderByCustomer = new Map(
    orders
      .filter(({ raw }) => raw.customer_id > 0 && !read.has(raw.customer_id))
      .map(({ raw, order }) => [raw.customer_id, { raw, key: order.key }]),
  );
  if (orderByCustomer.size === 0) {
    return [];
  }
  const records: SourceRecord[] = [];
  const ids = [...orderByCustomer.keys()];
  for (let start = 0; start < ids.length; start += 100) {
    records.push(...(await fetchCustomers(context, ids.slice(start, start + 100))));
  }
  return records.map((record) => {
    const found = orderByCustomer.get(Number(record.key.id));
    read.add(Number(record.key.id));
    return record.raw === null && found !== undefined
      ? { ...record, raw: customerFromOrder(found.raw), origin: found.key }
      : record;
  });
}

/** A customer who was deleted in the shop is known from the order alone. */
function customerFromOrder(order: WooOrder): Record<string, unknown> {
  const { billing, shipping, customer_id: id } = order;
  return {
    id,
    email: billing.email,
    first_name: billing.first_name,
    last_name: billing.last_name,
    billing,
    shipping,
    meta_data: [],
  };
}

function guestRecord({ raw, order }: PreparedOrder): SourceRecord[] {
  if (order.customer.entity !== 'guest') {
    return [];
  }
  const guest: GuestSource = { email: raw.billing.email, billing: raw.billing };
  return [{ key: order.customer, raw: guest, origin: order.key }];
}

function addressesOf(context: RunContext, { raw, order }: PreparedOrder): SourceRecord[] {
  const { invoice, delivery } = addressRecords(
    context.store,
    order.customer,
    raw.billing,
    raw.shipping,
    order.key,
  );
  return [invoice, delivery].filter((record) => record !== undefined);
}

function unique(records: readonly SourceRecord[]): SourceRecord[] {
  const byKey = new Map<string, SourceRecord>();
  for (const record of records) {
    const name = formatKey(record.key satisfies RecordKey);
    if (!byKey.has(name)) {
      byKey.set(name, record);
    }
  }
  return [...byKey.values()];
}
