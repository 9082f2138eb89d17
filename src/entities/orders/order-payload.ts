import type { ShopOrder } from './map-order';
import type { WriteLine } from './resolve-lines';

/** What is needed to write an order. */
export interface OrderPayload {
  readonly order: ShopOrder;
  readonly lines: readonly WriteLine[];
  /** What Odoo is expected to compute once it is written as the shop has it. */
  readonly predicted: { readonly total: string; readonly tax: string };
  readonly pricelistId: number;
  /** State in Odoo when it was planned; empty for a new order. */
  readonly state: string;
  /** What of an existing order is written again. */
  readonly rewrite: 'everything' | 'lines' | 'nothing';
  /** True when the note alone is written again, beside what `rewrite` says. */
  readonly rewriteNote: boolean;
  /** Lines that the shop no longer has, to be set to quantity 0. */
  readonly dropped: readonly WriteLine[];
  /** True where the lines are a person's and stay so: they are not held against the shop's total. */
  readonly keepsLines: boolean;
  /** The date to put back once Odoo has confirmed the order (UTC). */
  readonly date: string;
}

/** A skipped order is never written; its payload is not looked at. */
export const NOTHING_TO_WRITE: OrderPayload = {
  order: {
    key: { store: '', entity: 'order', id: '' },
    number: '',
    origin: '',
    status: '',
    target: 'draft',
    currency: '',
    pricesIncludeTax: false,
    date: '',
    note: '',
    customer: { store: '', entity: 'guest', id: '' },
    invoiceAddress: null,
    deliveryAddress: null,
    lines: [],
    total: '',
    tax: '',
  },
  lines: [],
  predicted: { total: '', tax: '' },
  pricelistId: 0,
  state: '',
  rewrite: 'nothing',
  rewriteNote: false,
  dropped: [],
  keepsLines: false,
  date: '',
};
