/** What a database holds before anybody calls: a French shop's company, its taxes, its products. */
import type { CatalogueItem } from '../catalogue';
import { listCountries } from './countries';
import { Environment } from './environment';
import type { KnownUser, SandboxUser, ServerState } from './environment';
import { createRecord } from './records-write';
import { setQuantity } from './stock';
import type { RoundingMethod } from './taxes';
import type { Values } from './values';

export interface SeedOptions {
  readonly users: readonly SandboxUser[];
  readonly catalogue: readonly CatalogueItem[];
  readonly roundingMethod: RoundingMethod;
  readonly priceDigits: number;
  readonly checkVat: boolean;
}

/** Products an order needs for what is not in the catalogue. */
const SERVICES: readonly (readonly [string, string])[] = [
  ['WC-SHIPPING', 'Shipping'],
  ['WC-FEE', 'Fee'],
  ['WC-PRODUCT', 'Product not in the catalogue'],
];

type Create = (model: string, values: Values, externalId?: string) => number;

/** Fills an empty database; returns the users with their ids. */
export function seedDatabase(state: ServerState, options: SeedOptions): KnownUser[] {
  const robot: KnownUser = { login: '__system__', password: '', apiKey: '', rights: 'admin', uid: 1 };
  const env = new Environment(state, robot, {}, true);
  const create: Create = (model, values, externalId) => {
    const id = createRecord(env, model, values);
    if (externalId !== undefined) {
      const [module = '', name = ''] = externalId.split('.');
      createRecord(env, 'ir.model.data', { module, name, model, res_id: id, noupdate: true });
    }
    return id;
  };
  seedPlaces(create);
  const company = seedCompany(create, options);
  const users = seedUsers(create, options.users, company);
  const stock = seedStock(create, company);
  const taxes = seedTaxes(env, create, company);
  seedProducts(env, create, { catalogue: options.catalogue, taxes, stock });
  state.database.commit();
  return users;
}

function seedPlaces(create: Create): void {
  create('res.lang', { name: 'English (US)', code: 'en_US', iso_code: 'en', active: true }, 'base.lang_en');
  create(
    'res.lang',
    { name: 'French / Français', code: 'fr_FR', iso_code: 'fr', active: true },
    'base.lang_fr',
  );
  create('res.lang', { name: 'German / Deutsch', code: 'de_DE', iso_code: 'de' }, 'base.lang_de');
  for (const country of listCountries()) {
    const code = country.code.toLowerCase();
    const id = create(
      'res.country',
      { name: country.name, code: country.code },
      `base.${code === 'gb' ? 'uk' : code}`,
    );
    for (const state of country.states) {
      create(
        'res.country.state',
        { ...state, country_id: id },
        `base.state_${code}_${state.code.toLowerCase()}`,
      );
    }
  }
}

function seedCompany(create: Create, options: SeedOptions): number {
  create('res.currency', { name: 'USD', symbol: '$', rate: 1.1 }, 'base.USD');
  const euro = create('res.currency', { name: 'EUR', symbol: '€', rate: 1 }, 'base.EUR');
  const partner = create('res.partner', { name: 'My Company', is_company: true }, 'base.main_partner');
  const digits: Readonly<Record<string, number>> = {
    'Product Price': options.priceDigits,
    Discount: 2,
    'Stock Weight': 2,
    'Product Unit': 2,
  };
  for (const [name, places] of Object.entries(digits)) {
    create('decimal.precision', { name, digits: places });
  }
  const modules = ['base', 'contacts', 'sale_management', 'stock', 'account', 'delivery'];
  for (const name of options.checkVat ? [...modules, 'base_vat'] : modules) {
    create('ir.module.module', { name, shortdesc: name, state: 'installed' });
  }
  return create(
    'res.company',
    {
      name: 'My Company',
      partner_id: partner,
      currency_id: euro,
      tax_calculation_rounding_method: options.roundingMethod,
      account_price_include: 'tax_excluded',
    },
    'base.main_company',
  );
}

function seedUsers(create: Create, users: readonly SandboxUser[], company: number): KnownUser[] {
  const member = (login: string, name: string): number => {
    const partner = create('res.partner', { name, email: `${login}@example.com` });
    return create('res.users', {
      name,
      login,
      partner_id: partner,
      company_id: company,
      company_ids: [[6, 0, [company]]],
      lang: 'en_US',
    });
  };
  member('__system__', 'OdooBot');
  return users.map((user) => ({
    ...user,
    uid: member(user.login, user.rights === 'admin' ? 'Administrator' : `User ${user.login}`),
  }));
}

/** Returns the location goods are kept at. */
function seedStock(create: Create, company: number): number {
  const view = create('stock.location', { name: 'WH', usage: 'view', company_id: company });
  const stock = create(
    'stock.location',
    { name: 'Stock', usage: 'internal', location_id: view, company_id: company },
    'stock.stock_location_stock',
  );
  create('stock.location', { name: 'Customers', usage: 'customer' }, 'stock.stock_location_customers');
  create('stock.location', { name: 'Vendors', usage: 'supplier' }, 'stock.stock_location_suppliers');
  create('stock.location', { name: 'Inventory adjustment', usage: 'inventory' });
  create(
    'stock.warehouse',
    { name: 'My Company', code: 'WH', company_id: company, view_location_id: view, lot_stock_id: stock },
    'stock.warehouse0',
  );
  create('stock.picking.type', { name: 'My Company: Delivery Orders', code: 'outgoing' });
  return stock;
}

/** Ids of the tax-excluded taxes by tax class. */
type Taxes = Readonly<Record<CatalogueItem['taxClass'], number>>;

function seedTaxes(env: Environment, create: Create, company: number): Taxes {
  const tax = (name: string, amount: number, included: boolean): number =>
    create('account.tax', {
      name: included ? `${name} incl.` : name,
      amount,
      company_id: company,
      ...(env.major === 14
        ? { price_include: included }
        : { price_include_override: included ? 'tax_included' : 'tax_excluded' }),
    });
  const standard = tax('20 %', 20, false);
  tax('20 %', 20, true);
  const reduced = tax('5.5 %', 5.5, false);
  tax('5.5 %', 5.5, true);
  return { standard, 'reduced-rate': reduced };
}

interface ProductSeed {
  readonly catalogue: readonly CatalogueItem[];
  readonly taxes: Taxes;
  readonly stock: number;
}

function seedProducts(env: Environment, create: Create, seed: ProductSeed): void {
  create('product.category', { name: env.major === 14 ? 'All' : 'Goods' });
  create('uom.uom', { name: 'Units' }, 'uom.product_uom_unit');
  create('product.pricelist', {
    name: 'Public Pricelist',
    currency_id: currency(env, 'EUR'),
    sequence: 1,
  });
  create('product.pricelist', { name: 'Dollar Pricelist', currency_id: currency(env, 'USD'), sequence: 2 });
  for (const [code, name] of SERVICES) {
    create('product.product', {
      name,
      default_code: code,
      type: 'service',
      list_price: 0,
      taxes_id: [[6, 0, []]],
      invoice_policy: 'order',
    });
  }
  const items = seed.catalogue.filter((item) => item.inOdoo);
  for (const item of items.filter((entry) => entry.parentName === null)) {
    const product = create('product.product', {
      ...productValues(env, item, seed.taxes),
      default_code: item.sku,
    });
    setQuantity(env, product, seed.stock, item.odooStock);
  }
  seedVariants(env, create, seed, items);
}

function currency(env: Environment, name: string): number {
  return env.all('res.currency').find((row) => row['name'] === name)?.id ?? 0;
}

function productValues(env: Environment, item: CatalogueItem, taxes: Taxes): Values {
  return {
    name: item.parentName ?? item.name,
    list_price: Number(item.listPriceExclTax),
    taxes_id: [[6, 0, [taxes[item.taxClass]]]],
    ...(env.major === 14 ? { type: 'product' } : { type: 'consu', is_storable: true }),
  };
}

/** Variations of one parent are variants of one template, told apart by one attribute. */
function seedVariants(
  env: Environment,
  create: Create,
  seed: ProductSeed,
  items: readonly CatalogueItem[],
): void {
  const families = new Map<string, CatalogueItem[]>();
  for (const item of items) {
    if (item.parentName !== null) {
      families.set(item.parentName, [...(families.get(item.parentName) ?? []), item]);
    }
  }
  if (families.size === 0) {
    return;
  }
  const attribute = create('product.attribute', { name: 'Option' });
  const values = new Map<string, number>();
  const alone = env.withContext({ create_product_product: false });
  for (const family of families.values()) {
    const [first] = family;
    if (first === undefined) {
      continue;
    }
    const template = createRecord(alone, 'product.template', productValues(env, first, seed.taxes));
    for (const item of family) {
      const option = item.option ?? item.name;
      const value =
        values.get(option) ?? create('product.attribute.value', { name: option, attribute_id: attribute });
      values.set(option, value);
      const chosen = create('product.template.attribute.value', {
        name: option,
        product_tmpl_id: template,
        attribute_id: attribute,
        product_attribute_value_id: value,
        price_extra: Number(item.listPriceExclTax) - Number(first.listPriceExclTax),
      });
      const variant = create('product.product', {
        product_tmpl_id: template,
        default_code: item.sku,
        product_template_attribute_value_ids: [[6, 0, [chosen]]],
      });
      setQuantity(env, variant, seed.stock, item.odooStock);
    }
  }
}
