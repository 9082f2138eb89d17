/**
 * Makes in a real Odoo what the live cases need, as its administrator, and
 * leaves alone what is there already. The company's own currency, its rounding
 * method and its price digits stay as they are.
 */
import { randomBytes } from 'node:crypto';
import type { OdooApi, OdooDomain, OdooValue } from '../../src/core/ports';
import { idOf, numberOf, textOf } from '../../src/odoo/schema';
import type { CatalogueItem } from '../../src/sandbox/catalogue';
import type { LiveServer } from './live-servers';
import { makeApiKey } from './make-api-key';

/**
 * The least rights wcodoo works with, as external ids of groups: all cases pass
 * with them on Odoo 14 and 19, and each was taken away to see what fails.
 * Nothing of Inventory, Accounting, Settings or Access Rights is needed:
 * products, quants, free quantities, taxes, pricelists and the company may be
 * read by any salesperson, and a tag for orders may be created. Not to be read
 * with them: `ir.model.data`, `decimal.precision` (14), and the credit limit of
 * a partner (19), for which a new address gets its parent in a second call.
 */
export const LEAST_RIGHTS = [
  // What every internal user has.
  'base.group_user',
  // Sales / User: All Documents. With "Own Documents Only" an order given to another salesperson is not seen any more.
  'sales_team.group_sale_salesman_all_leads',
  // Contact Creation. Without it `load` of a partner is refused.
  'base.group_partner_manager',
] as const;

/** What a live suite calls its own in a shared database, so that two of them do not meet. */
export interface LiveNames {
  /** Of taxes, pricelist and user. */
  readonly label: string;
  readonly login: string;
}

export const LIVE_LOGIN = 'wcodoo-live';
const LIVE_NAMES: LiveNames = { label: 'wcodoo live', login: LIVE_LOGIN };
/** Away from UTC on purpose: Odoo reads dates in the user's timezone unless it is told otherwise. */
const LIVE_TIMEZONE = 'Europe/Paris';

/** How the program logs in. */
export interface LiveUser {
  readonly username: string;
  readonly password: string;
  /** A key of that user, or undefined where none could be made. */
  readonly apiKey: string | undefined;
}

export interface Provisioned {
  readonly user: LiveUser;
  readonly pricelistId: number;
  /** Ids by `<percent> included` and `<percent> excluded`. */
  readonly taxes: ReadonlyMap<string, number>;
}

export const TAX_PERCENTS = [20, 5.5] as const;

/** Internal reference, name. */
const SERVICES = [
  ['WC-SHIPPING', 'Shipping'],
  ['WC-FEE', 'Fee'],
  ['WC-PRODUCT', 'Product not in the catalogue'],
] as const;

type Say = (line: string) => void;

/** Everything but the stock, which earlier runs have to release first: see `clean-slate.ts`. */
export async function provision(
  admin: OdooApi,
  server: LiveServer,
  catalogue: readonly CatalogueItem[],
  say: Say,
  names = LIVE_NAMES,
): Promise<Provisioned> {
  const { label } = names;
  const pricelistId = await ensurePricelist(admin, say, label);
  const taxes = new Map<string, number>();
  for (const percent of TAX_PERCENTS) {
    taxes.set(`${percent} included`, await ensureTax(admin, percent, true, say, label));
    taxes.set(`${percent} excluded`, await ensureTax(admin, percent, false, say, label));
  }
  await ensureProducts(admin, catalogue, say);
  return { user: await ensureUser(admin, server, say, names), pricelistId, taxes };
}

async function ensurePricelist(admin: OdooApi, say: Say, label: string): Promise<number> {
  const [euro] = await admin.searchRead(
    'res.currency',
    [
      ['name', '=', 'EUR'],
      ['active', 'in', [true, false]],
    ],
    ['active'],
  );
  if (euro === undefined) {
    throw new Error('this Odoo has no currency EUR');
  }
  if (euro['active'] !== true) {
    await admin.write('res.currency', [euro.id], { active: true });
    say('currency EUR: activated');
  }
  return ensure(admin, 'product.pricelist', { name: `${label} EUR`, currency_id: euro.id }, say);
}

/** A tax is put right as well: a case that was killed may have left it wrong. */
export async function ensureTax(
  admin: OdooApi,
  percent: number,
  included: boolean,
  say: Say,
  label = LIVE_NAMES.label,
): Promise<number> {
  const field = admin.server.capabilities.taxIncluded;
  const includedValue = field === 'price_include' ? included : included ? 'tax_included' : 'tax_excluded';
  const id = await ensure(
    admin,
    'account.tax',
    {
      name: `${label} ${percent} % ${included ? 'included' : 'excluded'}`,
      type_tax_use: 'sale',
      amount_type: 'percent',
      amount: percent,
      [field]: includedValue,
    },
    say,
  );
  const [row] = await admin.read('account.tax', [id], ['amount']);
  if (numberOf(row?.['amount']) !== percent) {
    await admin.write('account.tax', [id], { amount: percent });
    say(`account.tax ${id}: put back to ${percent} %`);
  }
  return id;
}

/** Finds a record by its name, else creates it. */
async function ensure(
  admin: OdooApi,
  model: string,
  values: Readonly<Record<string, OdooValue>> & { readonly name: string },
  say: Say,
): Promise<number> {
  const [known] = await admin.searchRead(model, [['name', '=', values.name]], ['id'], { limit: 1 });
  if (known !== undefined) {
    return known.id;
  }
  const [id] = await create(admin, model, [values]);
  say(`${model} "${values.name}": created`);
  return id ?? 0;
}

export async function create(
  admin: OdooApi,
  model: string,
  values: readonly Readonly<Record<string, OdooValue>>[],
  context: Readonly<Record<string, boolean>> = {},
): Promise<number[]> {
  return (await admin.call(model, 'create', undefined, { vals_list: values }, context)) as number[];
}

async function ensureProducts(admin: OdooApi, catalogue: readonly CatalogueItem[], say: Say): Promise<void> {
  const goods = catalogue
    .filter(({ inOdoo, sku }) => inOdoo && sku !== '')
    .map(({ sku, name, listPriceExclTax }) => ({
      name,
      default_code: sku,
      list_price: Number(listPriceExclTax),
      taxes_id: [[6, 0, []]],
      ...admin.server.capabilities.storable,
    }));
  const services = SERVICES.map(([code, name]) => ({
    name,
    default_code: code,
    type: 'service',
    list_price: 0,
    taxes_id: [[6, 0, []]],
    invoice_policy: 'order',
  }));
  const wanted = [...services, ...goods];
  const known = await productsByReference(
    admin,
    wanted.map((values) => values.default_code),
  );
  const missing = wanted.filter((values) => !known.has(values.default_code));
  for (let start = 0; start < missing.length; start += 100) {
    await create(admin, 'product.product', missing.slice(start, start + 100));
  }
  if (missing.length > 0) {
    say(`product.product: ${missing.length} created, ${known.size} were there`);
  }
}

/** Ids of active products by internal reference. */
export async function productsByReference(
  admin: OdooApi,
  references: readonly string[],
): Promise<Map<string, number>> {
  const rows = await admin.searchRead(
    'product.product',
    [['default_code', 'in', [...references]]],
    ['default_code'],
  );
  return new Map(rows.map((row) => [textOf(row['default_code']), row.id]));
}

async function ensureUser(
  admin: OdooApi,
  server: LiveServer,
  say: Say,
  { label, login }: LiveNames,
): Promise<LiveUser> {
  const groupsField = (await admin.fields('res.users')).has('group_ids') ? 'group_ids' : 'groups_id';
  const password = randomBytes(18).toString('base64url');
  const groups: number[] = [];
  for (const name of LEAST_RIGHTS) {
    groups.push((await admin.findExternalId(name)) ?? 0);
  }
  const values = {
    name: label,
    login,
    // Without an address Odoo 14 lets the user write no note: "please configure the sender's email address".
    email: `${login}@example.com`,
    password,
    tz: LIVE_TIMEZONE,
    [groupsField]: [[6, 0, groups]],
  };
  const domain: OdooDomain = [
    ['login', '=', login],
    ['active', 'in', [true, false]],
  ];
  const [known] = await admin.searchRead('res.users', domain, ['partner_id']);
  if (known === undefined) {
    await create(admin, 'res.users', [values]);
  } else {
    await admin.write('res.users', [known.id], { ...values, active: true });
    await admin.write('res.partner', [idOf(known['partner_id']) ?? 0], { tz: LIVE_TIMEZONE });
  }
  say(`user ${login}: ${known === undefined ? 'created' : 'updated'}, groups ${LEAST_RIGHTS.join(', ')}`);
  const apiKey = server.userApiKey ?? (await makeApiKey(server, login, password));
  say(
    apiKey === undefined
      ? `user ${login}: no API key could be made; set ODOO_LIVE_API_KEY`
      : `user ${login}: API key ${server.userApiKey === undefined ? 'made over RPC' : 'of ODOO_LIVE_API_KEY'}`,
  );
  return { username: login, password, apiKey };
}
