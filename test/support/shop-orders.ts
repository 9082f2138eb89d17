/** Orders as WooCommerce computes and shows them, generated; and the parts they are mapped with. */
import fc from 'fast-check';
import { recordKey } from '../../src/core/keys';
import { mapOrder, type ShopOrder } from '../../src/entities/orders/map-order';
import { OrderSettings } from '../../src/entities/orders/settings';
import { taxTable, type TaxTable } from '../../src/entities/orders/taxes';
import { priceOrder, type OrderDraft } from '../../src/sandbox/woo/price-order';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder as SandboxOrder, TaxClass } from '../../src/sandbox/woo/shop-model';
import { WooOrder } from '../../src/woo/schema';

export const SETTINGS = OrderSettings.parse({
  taxes: [
    { rate: 1, included: 2, excluded: 1 },
    { rate: 2, included: 4, excluded: 3 },
  ],
  pricelists: { EUR: 1 },
});

export const ODOO_TAXES = new Map([
  [1, { percent: 20, included: false }],
  [2, { percent: 20, included: true }],
  [3, { percent: 5.5, included: false }],
  [4, { percent: 5.5, included: true }],
]);

export const TAXES: TaxTable = taxTable(SETTINGS.taxes, ODOO_TAXES);

const ADDRESS = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  company: '',
  address_1: '1 rue de la Paix',
  address_2: '',
  city: 'Paris',
  state: '',
  postcode: '75002',
  country: 'FR',
  email: 'ada@exemple.fr',
  phone: '',
};

/** An order as the REST API shows it. */
export function renderDraft(draft: OrderDraft): Record<string, unknown> {
  let lastId = 0;
  const order: SandboxOrder = {
    id: 329,
    status: 'processing',
    amounts: priceOrder(draft, () => (lastId += 1)),
    pricesIncludeTax: draft.pricesIncludeTax,
    customerId: 0,
    billing: { ...ADDRESS, country: draft.country },
    shipping: { ...ADDRESS, country: draft.country },
    paymentMethod: 'stripe',
    paymentTitle: 'Carte',
    createdVia: 'checkout',
    customerNote: '',
    createdAt: 1_790_000_000,
    modifiedAt: 1_790_000_000,
    completedAt: null,
    paidAt: null,
    meta: [],
    refunds: [],
    overrides: null,
  };
  return renderOrder(order, '');
}

export function mapRendered(rendered: unknown, settings: OrderSettings = SETTINGS): ShopOrder {
  return mapOrder(recordKey('shop', 'order', 329), WooOrder.parse(rendered), 'confirmed', settings);
}

const line = fc.record({
  entered: fc.integer({ min: 0, max: 500_000 }),
  quantity: fc.integer({ min: 1, max: 200 }),
  taxClass: fc.constantFrom<TaxClass>('', 'reduced-rate'),
});

/** Orders with both rates, coupons, fees (negative ones carry two taxes) and shipping, here and abroad. */
export const drafts: fc.Arbitrary<OrderDraft> = fc
  .record({
    pricesIncludeTax: fc.boolean(),
    country: fc.constantFrom('FR', 'FR', 'FR', 'BE'),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    shipping: fc.option(fc.integer({ min: 0, max: 5_000 })),
    fees: fc.array(
      fc.record({ name: fc.constant('Remise'), total: fc.integer({ min: -5_000, max: 5_000 }) }),
      { maxLength: 2 },
    ),
    coupon: fc.option(
      fc.record({
        id: fc.constant(9),
        code: fc.constant('moins'),
        type: fc.constantFrom('percent' as const, 'fixed_cart' as const, 'fixed_product' as const),
        amount: fc.integer({ min: 1, max: 90 }),
      }),
    ),
  })
  .map((draft) => ({
    ...draft,
    lines: draft.lines.map((entry, index) => ({
      ...entry,
      name: `Produit ${index}`,
      productId: 15 + index,
      variationId: 0,
      sku: `SIM-${index}`,
      parentName: null,
      option: null,
      reducedStock: null,
    })),
  }));
