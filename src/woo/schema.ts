/**
 * The fields of WooCommerce REST v3 records that wcodoo reads. Shapes were
 * observed on WooCommerce 11.0; anything not declared here is ignored. Amounts
 * are strings excluding tax, whatever `prices_include_tax` says.
 */
import { z } from 'zod';

const Id = z.number().int().nonnegative();
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const NO_AMOUNT = 'is not an amount';
/**
 * A decimal amount as text; `""` stands for zero in some tax lists. Bounded,
 * because Odoo keeps amounts as floats: beyond, they would become infinite.
 */
const Amount = z
  .union(
    [
      z.string().regex(/^-?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})?$/, NO_AMOUNT),
      z
        .number()
        .refine((amount) => Math.abs(amount) < 1e15, NO_AMOUNT)
        .transform((amount) => amount.toFixed(10)),
    ],
    NO_AMOUNT,
  )
  .transform((text) => (text === '' || text === '-' ? '0' : text));
/** Units of a line, fractions and returns included; what is beyond would make a price infinite. */
const Quantity = z
  .number()
  .refine((units) => units === 0 || (Math.abs(units) >= 1e-6 && Math.abs(units) <= 1e9), 'is not a quantity');
/** Negative where a tax is withheld; -100 would leave nothing to divide by. */
const Percent = z.number().refine((percent) => percent > -100 && percent <= 10_000, 'is not a percentage');
/** UTC without suffix, as `date_*_gmt` fields come. */
const GmtTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, 'is not a date');

const Meta = z.object({ key: z.string(), value: z.unknown() });
const MetaList = z.array(Meta).default([]);

export const WooAddress = z.object({
  first_name: Text,
  last_name: Text,
  company: Text,
  address_1: Text,
  address_2: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: Text,
  phone: Text,
  email: Text,
});
export type WooAddress = z.infer<typeof WooAddress>;

/** Empty text means that this rate does not apply to the line. */
const LineTax = z.object({ id: Id, total: z.union([z.literal(''), Amount]) });

const WooLine = z.object({
  id: Id,
  total: Amount,
  total_tax: Amount,
  taxes: z.array(LineTax).default([]),
  meta_data: MetaList,
});

export const WooLineItem = WooLine.extend({
  name: Text,
  product_id: Id,
  variation_id: Id.default(0),
  quantity: Quantity,
  sku: Text,
});
export type WooLineItem = z.infer<typeof WooLineItem>;

export const WooOrder = z.object({
  id: Id.positive(),
  number: z.string().min(1),
  status: z.string().min(1),
  currency: z.string().length(3),
  prices_include_tax: z.boolean().default(false),
  date_created_gmt: GmtTime,
  date_modified_gmt: GmtTime.nullish(),
  total: Amount,
  total_tax: Amount,
  customer_id: Id,
  customer_note: Text,
  payment_method_title: Text,
  transaction_id: Text,
  billing: WooAddress,
  shipping: WooAddress,
  line_items: z.array(WooLineItem),
  shipping_lines: z.array(WooLine.extend({ method_title: Text })).default([]),
  fee_lines: z.array(WooLine.extend({ name: Text })).default([]),
  coupon_lines: z.array(z.object({ code: z.string(), discount: Amount, discount_tax: Amount })).default([]),
  tax_lines: z
    .array(
      z.object({
        rate_id: Id,
        label: Text,
        rate_percent: Percent.nullish(),
        compound: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type WooOrder = z.infer<typeof WooOrder>;

/** Why a row could not be shown by the shop (`WooRow.unreadable`); undefined for one that came. */
export function unreadableReason(raw: unknown): string | undefined {
  const reason = typeof raw === 'object' && raw !== null && 'unreadable' in raw ? raw.unreadable : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

/** What of an order is needed to know which units the shop has taken, even where the rest cannot be read. */
export const WooOrderStock = z.object({
  id: Id.positive(),
  number: Text,
  status: Text,
  date_created_gmt: Text,
  line_items: z
    .array(z.object({ product_id: Id, variation_id: Id.default(0), meta_data: MetaList }))
    .default([]),
});
export type WooOrderStock = z.infer<typeof WooOrderStock>;

/** The stock part of an order; undefined where it is not known, which is not the same as no units. */
export function readOrderStock(raw: unknown): WooOrderStock | undefined {
  const isBare = unreadableReason(raw) !== undefined && !Object.hasOwn(Object(raw) as object, 'line_items');
  const parsed = isBare ? undefined : WooOrderStock.safeParse(raw);
  return parsed?.success === true ? parsed.data : undefined;
}

export const ORDER_FIELDS = Object.keys(WooOrder.shape);
export const ORDER_STOCK_FIELDS = Object.keys(WooOrderStock.shape);

export const WooCustomer = z.object({
  id: Id.positive(),
  email: Text,
  first_name: Text,
  last_name: Text,
  username: Text,
  billing: WooAddress,
  shipping: WooAddress,
  meta_data: MetaList,
});
export type WooCustomer = z.infer<typeof WooCustomer>;

export const CUSTOMER_FIELDS = [...Object.keys(WooCustomer.shape), 'date_modified_gmt'];

/** A simple product or a variation, as far as its stock goes. */
export const WooStockItem = z.object({
  id: Id.positive(),
  parent_id: Id.default(0),
  sku: Text,
  name: Text,
  type: Text,
  status: Text,
  manage_stock: z.union([z.boolean(), z.literal('parent')]).default(false),
  stock_quantity: z.number().nullish(),
});
export type WooStockItem = z.infer<typeof WooStockItem>;

export const STOCK_FIELDS = Object.keys(WooStockItem.shape);

/** `GET reports/orders/totals`: every status of the shop by name, custom ones included. */
export const WooOrderStatuses = z.array(z.object({ slug: z.string().min(1) }));

/** The first problem of a record that does not fit its schema, as a sentence. */
export function describeProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) {
    return 'the record cannot be read';
  }
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
