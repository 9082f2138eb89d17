/** Compares what stands above the lines of an order with what Odoo has there. */
import { decode } from 'html-entities';
import { formatKey, type RecordKey } from '../../core/keys';
import type { Link } from '../../core/ports';
import type { ShopOrder } from './map-order';
import type { OrderView } from './order-view';

/**
 * True where everything above the lines is as it would be written.
 * @param parties links of customers and addresses, by formatted key
 * @param compared whether the date counts: until an order is confirmed and dated it does not say whose it is;
 *   and the pricelist it should have, where that counts
 */
export function isHeaderAsWanted(
  order: ShopOrder,
  { header }: Pick<OrderView, 'header'>,
  parties: ReadonlyMap<string, Link>,
  compared: { readonly date: boolean; readonly pricelistId?: number },
): boolean {
  const { customer, invoiceAddress, deliveryAddress } = order;
  const idOf = (key: RecordKey): number | undefined => parties.get(formatKey(key))?.odooId;
  const partnerId = idOf(customer);
  const invoiceId = invoiceAddress === null ? partnerId : idOf(invoiceAddress);
  const deliveryId = deliveryAddress === null ? invoiceId : idOf(deliveryAddress);
  return (
    header.partnerId === partnerId &&
    header.invoiceId === invoiceId &&
    header.deliveryId === deliveryId &&
    header.reference === order.number &&
    header.origin === order.origin &&
    (!compared.date || header.date === order.date) &&
    (compared.pricelistId === undefined || header.pricelistId === compared.pricelistId) &&
    wordsOf(decode(header.note.replace(/<[^>]*>/g, ' '))) === wordsOf(order.note)
  );
}

/** Text whatever its white space, which HTML does not keep. */
function wordsOf(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ');
}
