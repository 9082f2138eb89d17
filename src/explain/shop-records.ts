/** Records of the shop as a person compares them. Nothing is taken for granted: the record may be the one that cannot be read. */
import type { WooRow } from '../core/ports';
import type { SideRecord } from './side';

export function describeOrder(row: WooRow): SideRecord {
  const currency = textAt(row, 'currency');
  return {
    what: `order ${textAt(row, 'number') || row.id}`,
    fields: withoutEmpty({
      id: row.id,
      status: textAt(row, 'status'),
      total: [textAt(row, 'total'), currency].join(' ').trim(),
      tax: textAt(row, 'total_tax'),
      customerId: numberAt(row, 'customer_id'),
      lines: Array.isArray(row['line_items']) ? row['line_items'].length : '',
      createdAt: textAt(row, 'date_created_gmt'),
      modifiedAt: textAt(row, 'date_modified_gmt'),
      unreadable: row.unreadable ?? '',
    }),
  };
}

export function describeItem(row: WooRow): SideRecord {
  const managed = row['manage_stock'];
  return {
    what: `product ${row.id}`,
    fields: withoutEmpty({
      id: row.id,
      sku: textAt(row, 'sku'),
      name: textAt(row, 'name'),
      type: textAt(row, 'type'),
      status: textAt(row, 'status'),
      stock: managed === true ? numberAt(row, 'stock_quantity') || 0 : '',
      countsStock: managed === true || managed === false ? managed : textOfValue(managed),
      unreadable: row.unreadable ?? '',
    }),
  };
}

export function describeCustomer(row: WooRow): SideRecord {
  const billing = row['billing'];
  const place = typeof billing === 'object' && billing !== null ? (billing as Record<string, unknown>) : {};
  return {
    what: `customer ${row.id}`,
    fields: withoutEmpty({
      id: row.id,
      email: textAt(row, 'email'),
      name: [textAt(row, 'first_name'), textAt(row, 'last_name')].join(' ').trim(),
      city: textOfValue(place['city']),
      country: textOfValue(place['country']),
      modifiedAt: textAt(row, 'date_modified_gmt'),
      unreadable: row.unreadable ?? '',
    }),
  };
}

type Fields = Record<string, string | number | boolean>;

/** Fields that a side left empty say nothing. */
export function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function textAt(row: WooRow, name: string): string {
  return textOfValue(row[name]);
}

function textOfValue(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberAt(row: WooRow, name: string): number | '' {
  const value = row[name];
  return typeof value === 'number' ? value : '';
}
