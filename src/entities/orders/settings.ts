import { z } from 'zod';
import { parseShopTime } from '../../lib/shop-time';

/** What becomes of an order in Odoo; `ignore` leaves it out. */
export const OrderTarget = z.enum(['draft', 'confirmed', 'cancelled', 'ignore']);
export type OrderTarget = z.infer<typeof OrderTarget>;

const DEFAULT_STATUSES: Readonly<Record<string, OrderTarget>> = {
  pending: 'draft',
  'on-hold': 'draft',
  processing: 'confirmed',
  completed: 'confirmed',
  cancelled: 'cancelled',
  refunded: 'cancelled',
  failed: 'cancelled',
  trash: 'cancelled',
  'checkout-draft': 'ignore',
};

/** Looked up by what the shop sends: without a prototype, a status `constructor` is as unknown as any other. */
function tableOf<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

const TaxRow = z
  .strictObject({
    rate: z.number().int().positive().optional().describe('Id of the tax rate in WooCommerce.'),
    percent: z
      .number()
      .min(0)
      .optional()
      .describe('Percentage, for rates without a row of their own (also rates deleted in the shop).'),
    included: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Id of the Odoo tax that is included in the price.'),
    excluded: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Id of the Odoo tax that is added to the price.'),
  })
  .refine((row) => row.rate !== undefined || row.percent !== undefined, 'needs `rate` or `percent`')
  .refine(
    (row) => row.included !== undefined || row.excluded !== undefined,
    'needs the id of an Odoo tax in `included` or `excluded`',
  );

export const OrderSettings = z.strictObject({
  from: z
    .union([
      z
        .string()
        .regex(
          /^(\d{4}-\d{2}-\d{2}([T ].*)?|#\d+)$/,
          'must be a date such as 2026-01-31 or an order number such as "#1234"',
        )
        .refine((text) => text.startsWith('#') || parseShopTime(text, 'UTC') !== undefined, 'is no date'),
      z
        .number()
        .int()
        .positive()
        .transform((number) => `#${number}`),
    ])
    .optional()
    .describe(
      'The first order to bring over: a date (in the shop\'s timezone) or an order number such as "#1234". Required before the first real sync.',
    ),
  before: z
    .enum(['leave-out', 'history'])
    .default('leave-out')
    .describe('What to do with older orders: leave them out, or keep them as unconfirmed history.'),
  statuses: z
    .record(z.string(), OrderTarget)
    .default({})
    .transform((statuses) => tableOf({ ...DEFAULT_STATUSES, ...statuses }))
    .describe(
      'What each status of the shop means in Odoo: draft, confirmed, cancelled or ignore. Named here are additions and changes to the defaults.',
    ),
  otherStatuses: OrderTarget.default('draft').describe('What a status that is not in the table means.'),
  missingProduct: z
    .enum(['quarantine', 'create', 'fallback'])
    .default('quarantine')
    .describe(
      'What to do with a line whose product Odoo does not have: keep the order in quarantine until it has, create the product in its simplest form (needs the right to create products), or put the line on the fallback product.',
    ),
  fallbackProduct: z
    .string()
    .min(1)
    .default('WC-PRODUCT')
    .describe(
      'Internal reference of the product for lines whose product was deleted in the shop, and for `missingProduct: fallback`.',
    ),
  shippingProduct: z
    .string()
    .min(1)
    .default('WC-SHIPPING')
    .describe('Internal reference of the product for shipping lines.'),
  feeProduct: z.string().min(1).default('WC-FEE').describe('Internal reference of the product for fees.'),
  prices: z
    .enum(['auto', 'tax-included', 'tax-excluded', 'as-entered'])
    .default('auto')
    .describe(
      'How prices of lines are written: with tax, without, as the shop enters them, or `auto`: as entered where that is predicted to give the exact total, else with tax.',
    ),
  taxes: z
    .array(TaxRow)
    .default([])
    .describe('Which Odoo tax stands for which rate of the shop; `wcodoo doctor` proposes the rows.'),
  pricelists: z
    .record(
      z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as EUR'),
      z.number().int().positive(),
    )
    .default({})
    .describe(
      'Id of the Odoo pricelist for each currency, for example `EUR: 2`; `wcodoo doctor` proposes them.',
    ),
  note: z
    .boolean()
    .default(true)
    .describe("Write the customer's note, the payment method and coupons into the order's note."),
});
export type OrderSettings = z.infer<typeof OrderSettings>;
