/** What orders need to know of Odoo beside themselves; each read once a run. */
import type { RunContext } from '../../core/context';
import type { SharedSettings } from '../../core/entity';
import { SkippableError } from '../../core/errors';
import { parseShopTime } from '../../lib/shop-time';
import { idOf, numberOf, textOf } from '../../odoo/schema';
import type { WooOrder } from '../../woo/schema';
import { readWooTime } from '../../lib/woo-time';
import { findProducts } from '../products/match-products';
import { LINE_MODEL } from './map-order';
import type { PriceRules } from './price-lines';
import type { OrderSettings } from './settings';
import { taxTable, type TaxTable } from './taxes';

/** Rounding method of the company and digits of stored prices. */
export function loadPriceRules(context: RunContext, shared: SharedSettings): Promise<PriceRules> {
  return context.memory.recall('price-rules', async () => {
    const companyId = shared.companyId ?? (await ownCompanyId(context));
    const [company] = await context.odoo.read(
      'res.company',
      [companyId],
      ['tax_calculation_rounding_method'],
    );
    const method = textOf(company?.['tax_calculation_rounding_method']);
    return {
      rounding: method === 'round_globally' ? 'round_globally' : 'round_per_line',
      priceDigits: context.odoo.server.capabilities.roundsPriceUnit ? await priceDigits(context) : null,
    };
  });
}

async function ownCompanyId(context: RunContext): Promise<number> {
  const [user] = await context.odoo.read('res.users', [context.odoo.server.uid], ['company_id']);
  return idOf(user?.['company_id']) ?? 1;
}

/** From the field itself: `decimal.precision` is for administrators (observed on 14). */
async function priceDigits(context: RunContext): Promise<number> {
  return (await context.odoo.fields(LINE_MODEL)).get('price_unit')?.digits ?? 2;
}

export function loadTaxTable(context: RunContext, settings: OrderSettings): Promise<TaxTable> {
  return context.memory.recall('tax-table', async () => {
    const rows = await context.odoo.searchRead(
      'account.tax',
      [['type_tax_use', '=', 'sale']],
      ['amount', 'price_include'],
    );
    return taxTable(
      settings.taxes,
      new Map(
        rows.map((row) => [
          row.id,
          { percent: numberOf(row['amount']), included: row['price_include'] === true },
        ]),
      ),
    );
  });
}

export interface Pricelists {
  /** @throws SkippableError `pricelist-not-mapped` */
  idFor(currency: string): number;
}

export function loadPricelists(context: RunContext, settings: OrderSettings): Promise<Pricelists> {
  return context.memory.recall('pricelists', async () => {
    const ids = Object.values(settings.pricelists);
    const rows = await context.odoo.read('product.pricelist', ids, ['currency_id']);
    const currencies = new Map(
      rows.map((row) => {
        const currency: unknown = Array.isArray(row['currency_id']) ? row['currency_id'][1] : undefined;
        return [row.id, textOf(currency)];
      }),
    );
    return {
      idFor(currency) {
        const id = settings.pricelists[currency];
        if (id === undefined) {
          throw new SkippableError(
            'pricelist-not-mapped',
            `no pricelist is set for ${currency} in orders.pricelists`,
          );
        }
        const found = currencies.get(id);
        if (found !== currency) {
          throw new SkippableError(
            'pricelist-not-mapped',
            found === undefined
              ? `orders.pricelists names the pricelist ${id} for ${currency}, which Odoo does not have`
              : `orders.pricelists names the pricelist ${id} for ${currency}, but in Odoo it is in ${found}`,
          );
        }
        return id;
      },
    };
  });
}

/** The products that stand for shipping, fees and lines without a product. */
export interface ServiceProducts {
  /** @throws SkippableError `missing-service-product` */
  idFor(kind: 'product' | 'shipping' | 'fee'): number;
}

export function loadServiceProducts(context: RunContext, settings: OrderSettings): Promise<ServiceProducts> {
  return context.memory.recall('service-products', async () => {
    const references = {
      product: ['fallbackProduct', settings.fallbackProduct],
      shipping: ['shippingProduct', settings.shippingProduct],
      fee: ['feeProduct', settings.feeProduct],
    } as const;
    const found = await findProducts(
      context,
      Object.values(references).map(([, reference]) => reference),
    );
    return {
      idFor(kind) {
        const [setting, reference] = references[kind];
        const match = found.get(reference);
        if (match?.kind === 'found') {
          return match.odooId;
        }
        throw new SkippableError(
          'missing-service-product',
          match?.message ??
            `Odoo has no product with the internal reference ${reference}; create it (a service), or set orders.${setting}`,
        );
      },
    };
  });
}

/** Where the shop's history ends and wcodoo's work begins. */
export interface Cutoff {
  isBefore(order: Pick<WooOrder, 'number' | 'date_created_gmt'>): boolean;
  /** The date, where the setting is one. */
  readonly date: Date | undefined;
}

const NO_CUTOFF: Cutoff = { isBefore: () => false, date: undefined };

export function loadCutoff(context: RunContext, settings: Pick<OrderSettings, 'from'>): Promise<Cutoff> {
  return context.memory.recall('cutoff', async (): Promise<Cutoff> => {
    const { from } = settings;
    if (from === undefined) {
      return NO_CUTOFF;
    }
    if (from.startsWith('#')) {
      const first = Number(from.slice(1));
      return {
        isBefore: ({ number }) => Number(number.replace(/\D/g, '')) < first,
        date: undefined,
      };
    }
    const { timezone } = await context.woo.shop();
    const date = parseShopTime(from, timezone);
    if (date === undefined) {
      throw new RangeError(`orders.from is no date: ${from}`);
    }
    return {
      isBefore: (order) => {
        // An order without a readable date is not older: it is owed, with that as the reason.
        const createdAt = readWooTime(order.date_created_gmt);
        return createdAt !== undefined && createdAt < date;
      },
      date,
    };
  });
}
