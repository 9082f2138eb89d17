/** Reads what Odoo holds of a subject: by the links, and by what it is looked up by where there is none. */
import type { RunContext } from '../core/context';
import type { RecordKey } from '../core/keys';
import type { OdooDomain, OdooRow } from '../core/ports';
import { normalizeEmail, PARTNER_MODEL } from '../entities/customers/map-partner';
import { ORDER_MODEL, originOf } from '../entities/orders/map-order';
import { PRODUCT_MODEL } from '../entities/products/match-products';
import { placeOf, QUANTITY_FIELDS } from '../entities/stock/read-quantities';
import type { StockSettings } from '../entities/stock/settings';
import { formatAmount, fromFloat } from '../lib/money';
import { idOf, numberOf, textOf } from '../odoo/schema';
import type { KnownRecord } from './known';
import { withoutEmpty } from './shop-records';
import type { SideRecord } from './side';
import type { Subject } from './subject';

export interface InOdoo {
  readonly records: readonly SideRecord[];
  readonly notes: readonly string[];
}

/**
 * Asks Odoo.
 * @param aliases SKUs as either side may spell them
 * @throws RetryableError, FatalError, SkippableError when Odoo does not answer
 */
export async function findInOdoo(
  context: RunContext,
  subject: Subject,
  known: readonly KnownRecord[],
  aliases: readonly string[],
  settings: StockSettings,
): Promise<InOdoo> {
  const kind = READERS[subject.kind];
  const model = kind.model;
  const linked = known.flatMap(({ link }) => (link?.odooModel === model ? [link.odooId] : []));
  const { fields, readContext } = await kind.fields(context, settings);
  const rows = new Map<number, OdooRow>();
  const byId =
    linked.length === 0 ? [] : await context.odoo.read(model, [...new Set(linked)], fields, readContext);
  const domain = kind.domain(
    subject,
    known.map(({ key }) => key),
    aliases,
  );
  const byName =
    domain === undefined
      ? []
      : await context.odoo.searchRead(model, domain, fields, {
          limit: 20,
          ...(readContext === undefined ? {} : { context: readContext }),
        });
  for (const row of [...byId, ...byName]) {
    rows.set(row.id, row);
  }
  const missing = [...new Set(linked)].filter((id) => !rows.has(id));
  const hidden =
    missing.length === 0 ? new Map<number, string>() : await context.odoo.findHidden(model, missing);
  return {
    records: [...rows.values()].map((row) => kind.describe(row, settings)),
    notes: [
      ...missing.map((id) =>
        hidden.has(id)
          ? `${model} ${id} exists in Odoo and is hidden from this user: ${hidden.get(id) ?? ''}`
          : `${model} ${id}, which is linked, is no longer in Odoo`,
      ),
      ...(rows.size === 0 && missing.length === 0 ? kind.whenAbsent(subject) : []),
    ],
  };
}

interface Reader {
  readonly model: string;
  fields(
    context: RunContext,
    settings: StockSettings,
  ): Promise<{ fields: readonly string[]; readContext?: Awaited<ReturnType<typeof placeOf>> }>;
  domain(subject: Subject, keys: readonly RecordKey[], aliases: readonly string[]): OdooDomain | undefined;
  describe(row: OdooRow, settings: StockSettings): SideRecord;
  whenAbsent(subject: Subject): string[];
}

const READERS: Readonly<Record<Subject['kind'], Reader>> = {
  order: {
    model: ORDER_MODEL,
    fields: () =>
      Promise.resolve({
        fields: [
          'name',
          'state',
          'amount_total',
          'amount_tax',
          'client_order_ref',
          'origin',
          'date_order',
          'partner_id',
          'invoice_status',
        ],
      }),
    domain: (_subject, keys) => {
      const origins = keys.filter(({ entity }) => entity === 'order').map(originOf);
      return origins.length === 0 ? undefined : [['origin', 'in', origins]];
    },
    describe: (row) => ({
      what: `order ${textOf(row['name'])}`,
      fields: withoutEmpty({
        id: row.id,
        state: textOf(row['state']),
        total: amountOf(row['amount_total']),
        tax: amountOf(row['amount_tax']),
        reference: textOf(row['client_order_ref']),
        partner: nameOf(row['partner_id']),
        date: textOf(row['date_order']),
        invoicing: textOf(row['invoice_status']),
      }),
    }),
    whenAbsent: () => [],
  },
  sku: {
    model: PRODUCT_MODEL,
    fields: async (context, settings) => ({
      fields: [
        ...new Set(['name', 'default_code', 'active', 'qty_available', QUANTITY_FIELDS[settings.quantity]]),
      ],
      readContext: await placeOf(context, settings),
    }),
    domain: (_subject, _keys, aliases) =>
      aliases.length === 0 ? undefined : [['default_code', 'in', [...aliases]]],
    describe: (row, settings) => ({
      what: `product ${textOf(row['default_code'])}`,
      fields: withoutEmpty({
        id: row.id,
        name: textOf(row['name']),
        onHand: numberOf(row['qty_available']),
        [QUANTITY_LABELS[settings.quantity]]: numberOf(row[QUANTITY_FIELDS[settings.quantity]]),
        ...(row['active'] === false ? { archived: true } : {}),
      }),
    }),
    whenAbsent: ({ key, name }) =>
      key === undefined
        ? [`Odoo has no product with the internal reference ${name}: no stock is pushed for it`]
        : [],
  },
  customer: {
    model: PARTNER_MODEL,
    fields: () =>
      Promise.resolve({ fields: ['name', 'email', 'city', 'country_id', 'active', 'parent_id', 'type'] }),
    domain: ({ key, name }) =>
      key === undefined
        ? [
            ['email_normalized', '=', normalizeEmail(name)],
            ['parent_id', '=', false],
            ['active', 'in', [true, false]],
          ]
        : undefined,
    describe: (row) => ({
      what: `${idOf(row['parent_id']) === undefined ? 'partner' : 'address'} ${row.id}`,
      fields: withoutEmpty({
        id: row.id,
        name: textOf(row['name']),
        email: textOf(row['email']),
        city: textOf(row['city']),
        country: nameOf(row['country_id']),
        ...(row['active'] === false ? { archived: true } : {}),
      }),
    }),
    whenAbsent: () => [],
  },
};

const QUANTITY_LABELS = { free: 'freeToUse', 'on-hand': 'onHand', forecast: 'forecast' } as const;

function amountOf(value: unknown): string {
  return formatAmount(fromFloat(numberOf(value), 2), 2);
}

/** The name that comes with a many2one. */
function nameOf(value: unknown): string {
  return Array.isArray(value) ? textOf(value[1]) : '';
}
