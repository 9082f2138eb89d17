import type { Environment } from './environment';
import { constraintError, stillUsedError, validationError } from './errors';
import { patchRow } from './records-write';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Field, ModelDefinition } from './schema';
import { isEmpty, textOf } from './values';
import type { Row, Value, Values } from './values';

const MODEL = 'res.partner';
const ADDRESS = /[^\s<>@,;]{1,254}@[^\s<>@,;]+/g;

/** Contact types of each version; 19 knows no private address. */
function typesOf(env: Environment): [string, string][] {
  return env.major === 14
    ? [
        ['contact', 'Contact'],
        ['invoice', 'Invoice Address'],
        ['delivery', 'Delivery Address'],
        ['other', 'Other Address'],
        ['private', 'Private Address'],
      ]
    : [
        ['contact', 'Contact'],
        ['invoice', 'Invoice'],
        ['delivery', 'Delivery'],
        ['other', 'Other'],
      ];
}

/** Only installed languages may be chosen. */
function installedLanguages(env: Environment): [string, string][] {
  return env
    .all('res.lang')
    .filter((row) => row['active'] === true)
    .map((row) => [textOf(row['code']), textOf(row['name'])]);
}

/**
 * The address in a text, in lower case, or false. Of several, 19 takes the first
 * and 14 none; 19 leaves the case of a local part that is not ASCII.
 */
function normalizeEmail(major: number, text: string): string | false {
  const found = text.match(ADDRESS) ?? [];
  const [first] = found;
  if (first === undefined || (major === 14 && found.length > 1)) {
    return false;
  }
  const at = first.indexOf('@');
  const local = first.slice(0, at);
  const lowered = major === 14 || /^[\u0000-\u007f]*$/.test(local) ? local.toLowerCase() : local;
  return `${lowered}${first.slice(at).toLowerCase()}`;
}

function partnerName(env: Environment, row: Row): string {
  const parent = typeof row['parent_id'] === 'number' ? env.get(MODEL, row['parent_id']) : undefined;
  const label = typesOf(env).find(([value]) => value === row['type'])?.[1] ?? '';
  const name = textOf(row['name']) || (parent === undefined ? '' : label);
  if (parent === undefined || row['is_company'] === true) {
    return name;
  }
  return `${textOf(parent['name'])}, ${name}`;
}

/** The company a contact belongs to commercially: the topmost one that is a company, or itself. */
function commercialPartner(env: Environment, row: Row): Value {
  let current = row;
  while (current['is_company'] !== true && typeof current['parent_id'] === 'number') {
    const parent = env.get(MODEL, current['parent_id']);
    if (parent === undefined) {
      break;
    }
    current = parent;
  }
  return current.id;
}

const V14_ONLY: Readonly<Record<string, Field>> = {
  mobile: field('char', 'Mobile'),
};

function derive(major: number, values: Values): Values {
  const changed: Record<string, Values[string]> = { ...values };
  if (values['email'] !== undefined) {
    changed['email_normalized'] = normalizeEmail(major, textOf(values['email']));
  }
  if (values['is_company'] !== undefined && values['company_type'] === undefined) {
    changed['company_type'] = values['is_company'] === true ? 'company' : 'person';
  } else if (values['company_type'] !== undefined && values['is_company'] === undefined) {
    changed['is_company'] = values['company_type'] === 'company';
  }
  return changed;
}

/**
 * With `base_vat` installed a VAT number must fit its country; only French ones are checked here.
 * @throws OdooFault in the words of each version
 */
function checkVat(env: Environment, row: Row): void {
  const vat = textOf(row['vat']).replaceAll(' ', '').toUpperCase();
  const country = textOf(env.get('res.country', Number(row['country_id']))?.['code']);
  const french = vat.startsWith('FR') || country === 'FR';
  const installed = env.all('ir.module.module').some((module) => module['name'] === 'base_vat');
  if (!installed || vat === '' || !french) {
    return;
  }
  const digits = vat.replace(/^FR/, '');
  const siren = Number(digits.slice(2));
  const key = (12 + 3 * (siren % 97)) % 97;
  if (!/^\d{11}$/.test(digits) || Number(digits.slice(0, 2)) !== key) {
    const shown = env.major === 14 ? vat : digits;
    const gap = env.major === 14 ? ' ' : '  ';
    throw validationError(
      `\nThe VAT number [${shown}] for partner [${textOf(row['name'])}] does not seem to be valid.${gap}\n` +
        'Note: the expected format is FR23334175221',
    );
  }
}

/** @throws OdooFault for a contact without name, a country that does not fit, or a circle */
function check(env: Environment, ids: readonly number[]): void {
  for (const row of env.rows(MODEL, ids)) {
    const contact = isEmpty(row['type']) || row['type'] === 'contact';
    if (contact && isEmpty(row['name'])) {
      throw nameError(env);
    }
    checkVat(env, row);
    let ancestor = typeof row['parent_id'] === 'number' ? env.get(MODEL, row['parent_id']) : undefined;
    for (let depth = 0; ancestor !== undefined && depth < 100; depth += 1) {
      if (ancestor.id === row.id) {
        throw validationError('You cannot create recursive Partner hierarchies.');
      }
      const above = ancestor['parent_id'];
      ancestor = typeof above === 'number' ? env.get(MODEL, above) : undefined;
    }
  }
}

function nameError(env: Environment): Error {
  const text = 'Contacts require a name';
  return env.major === 14
    ? constraintError('res_partner_check_name', { message: `'${text}'` })
    : constraintError(`The operation cannot be completed: ${text}`, { message: text });
}

/** Addresses below a contact follow its own street and country, as Odoo syncs them for type "contact". */
const SYNCED = ['street', 'street2', 'zip', 'city', 'state_id', 'country_id'] as const;

function followParent(env: Environment, ids: readonly number[]): void {
  for (const row of env.rows(MODEL, ids)) {
    const parent = typeof row['parent_id'] === 'number' ? env.get(MODEL, row['parent_id']) : undefined;
    if (parent === undefined || row['type'] !== 'contact') {
      continue;
    }
    const hasAddress = SYNCED.some((name) => !isEmpty(parent[name]));
    if (hasAddress) {
      patchRow(env, MODEL, row.id, Object.fromEntries(SYNCED.map((name) => [name, parent[name] ?? false])));
    }
  }
}

/** A contact that an order names cannot be deleted. */
const USED_BY_ORDERS = [
  ['partner_id', 'Customer'],
  ['partner_invoice_id', 'Invoice Address'],
  ['partner_shipping_id', 'Delivery Address'],
] as const;

/** Contacts and addresses. */
export function partnerModel(major: number): ModelDefinition {
  return {
    name: MODEL,
    label: 'Contact',
    order: major === 14 ? 'name, id' : 'name, id desc',
    nameSearch: ['name', 'email', 'ref', 'vat'],
    parentField: 'parent_id',
    displayName: partnerName,
    fields: {
      name: field('char', 'Name'),
      active: field('boolean', 'Active', { default: () => true }),
      type: selection('Address Type', typesOf, { default: () => 'contact' }),
      parent_id: many2one('Related Company', MODEL, { index: true }),
      child_ids: one2many('Contact', MODEL, 'parent_id', { copy: false }),
      commercial_partner_id: many2one('Commercial Entity', MODEL, { compute: commercialPartner }),
      is_company: field('boolean', 'Is a Company'),
      company_type: selection(
        'Company Type',
        [
          ['person', 'Individual'],
          ['company', 'Company'],
        ],
        { default: () => 'person' },
      ),
      company_name: field('char', 'Company Name'),
      email: field('char', 'Email', { index: true }),
      email_normalized: field('char', 'Normalized Email', { readonly: true, index: true }),
      phone: field('char', 'Phone'),
      ...(major === 14 ? V14_ONLY : {}),
      street: field('char', 'Street'),
      street2: field('char', 'Street2'),
      city: field('char', 'City'),
      zip: field('char', 'Zip'),
      state_id: many2one('State', 'res.country.state'),
      country_id: many2one('Country', 'res.country'),
      vat: field('char', 'Tax ID', { index: true }),
      ref: field('char', 'Reference', { index: true }),
      lang: selection('Language', installedLanguages, { default: () => 'en_US' }),
      tz: field('char', 'Timezone'),
      website: field('char', 'Website Link'),
      function: field('char', 'Job Position'),
      comment: field(major === 14 ? 'text' : 'html', 'Notes'),
      color: field('integer', 'Color Index'),
      category_id: many2many('Tags', 'res.partner.category'),
      company_id: many2one('Company', 'res.company'),
      user_id: many2one('Salesperson', 'res.users'),
      customer_rank: field('integer', 'Customer Rank'),
      supplier_rank: field('integer', 'Supplier Rank'),
      property_product_pricelist: many2one('Pricelist', 'product.pricelist'),
    },
    create: (env, list, next) => {
      const ids = next(list.map((values) => derive(major, values)));
      check(env, ids);
      followParent(env, ids);
      return ids;
    },
    write: (env, ids, values, next) => {
      next(ids, derive(major, values));
      check(env, ids);
      if (values['parent_id'] !== undefined || values['type'] !== undefined) {
        followParent(env, ids);
      }
      if (SYNCED.some((name) => values[name] !== undefined)) {
        const children = ids.flatMap((id) => env.rowsBy(MODEL, 'parent_id', id).map((row) => row.id));
        followParent(env, children);
      }
    },
    unlink: (env, ids, next) => {
      for (const [field, fieldLabel] of USED_BY_ORDERS) {
        if (ids.some((id) => env.rowsBy('sale.order', field, id).length > 0)) {
          throw stillUsedError(major, { model: 'sale.order', label: 'Sales Order', field, fieldLabel });
        }
      }
      const children = ids.flatMap((id) => env.rowsBy(MODEL, 'parent_id', id));
      next(ids);
      for (const child of children) {
        patchRow(env, MODEL, child.id, { parent_id: false });
      }
    },
  };
}
