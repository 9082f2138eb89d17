/** Small models around partners, products and orders: countries, languages, currencies, users, tags. */
import type { Environment } from './environment';
import { OdooFault, constraintError } from './errors';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Method, ModelDefinition } from './schema';
import { textOf } from './values';
import type { Json, Row, Values } from './values';

const ROUNDING_METHODS = [
  ['round_per_line', 'Round per Line'],
  ['round_globally', 'Round Globally'],
] as const;

const contextGet: Method = {
  params: [],
  onRecords: false,
  writes: false,
  run: ({ env }) => ({
    lang: 'en_US',
    tz: env.user.timezone ?? false,
    ...(env.major === 14 ? {} : { uid: env.user.uid }),
  }),
};

const SALES_GROUPS: ReadonlySet<string> = new Set([
  'base.group_user',
  'base.group_partner_manager',
  'sales_team.group_sale_salesman',
  'sales_team.group_sale_salesman_all_leads',
]);

/** On 14 a method of the model, from 18 on of the user's record. */
function hasGroup(major: number): Method {
  return {
    params: ['group_ext_id'],
    required: ['group_ext_id'],
    onRecords: major !== 14,
    writes: false,
    run: ({ env, args }) => env.user.rights === 'admin' || SALES_GROUPS.has(textOf(args['group_ext_id'])),
  };
}

/** Bookkeeping of external ids: (module, name) is unique. */
const modelData: ModelDefinition = {
  name: 'ir.model.data',
  label: 'Model Data',
  technical: true,
  order: 'module, model, name',
  fields: {
    name: field('char', 'External Identifier', { required: true }),
    module: field('char', 'Module', { required: true }),
    model: field('char', 'Model Name', { required: true }),
    res_id: field('integer', 'Record ID'),
    noupdate: field('boolean', 'Non Updatable'),
    complete_name: field('char', 'Complete ID', { index: true }),
    reference: field('char', 'Reference', { index: true }),
  },
  create: (env, list, next) => next(list.map((values) => withReference(env, values, undefined))),
  write: (env, ids, values, next) => {
    for (const row of env.rows('ir.model.data', ids)) {
      next([row.id], withReference(env, values, row));
    }
  },
  methods: {
    check_object_reference: {
      params: ['module', 'xml_id', 'raise_on_access_error'],
      required: ['module', 'xml_id'],
      onRecords: false,
      writes: false,
      run: ({ env, args }) => checkReference(env, textOf(args['module']), textOf(args['xml_id'])),
    },
  },
};

function withReference(env: Environment, values: Values, row: Row | undefined): Values {
  const merged = { ...row, ...values };
  const [module, name] = [textOf(merged['module']), textOf(merged['name'])];
  if (/\s/.test(name)) {
    const message =
      'new row for relation "ir_model_data" violates check constraint "ir_model_data_name_nospaces"\n';
    throw constraintError(message, { message });
  }
  const complete = `${module}.${name}`;
  const taken = env.rowsBy('ir.model.data', 'complete_name', complete);
  if (taken.some((other) => other.id !== row?.id)) {
    throw duplicateKey(env, module, name);
  }
  const reference = `${textOf(merged['model'])},${textOf(merged['res_id'])}`;
  return { ...values, complete_name: complete, reference };
}

function duplicateKey(env: Environment, module: string, name: string): OdooFault {
  const text =
    'duplicate key value violates unique constraint "ir_model_data_module_name_uniq_index"\n' +
    `DETAIL:  Key (module, name)=(${module}, ${name}) already exists.\n`;
  const prefix = env.major === 14 ? '' : 'The operation cannot be completed: ';
  return constraintError(`${prefix}${text}`, { message: text });
}

function checkReference(env: Environment, module: string, name: string): Json {
  const [data] = env.rowsBy('ir.model.data', 'complete_name', `${module}.${name}`);
  if (data === undefined) {
    throw new OdooFault('builtins.ValueError', `External ID not found in the system: ${module}.${name}`);
  }
  const [model, id] = [textOf(data['model']), Number(data['res_id'])];
  const alive = env.state.models.has(model) && env.get(model, id) !== undefined;
  return [model, alive ? id : false];
}

/** Models that only describe others, and the users. */
export function baseModels(major: number): readonly ModelDefinition[] {
  return [
    modelData,
    {
      name: 'res.country',
      label: 'Country',
      order: 'name, id',
      nameSearch: ['name', 'code'],
      fields: {
        name: field('char', 'Country Name', { required: true }),
        code: field('char', 'Country Code', { index: true }),
        state_ids: one2many('States', 'res.country.state', 'country_id'),
        vat_label: field('char', 'Vat Label'),
      },
    },
    {
      name: 'res.country.state',
      label: 'Country state',
      order: 'code, id',
      nameSearch: ['name', 'code'],
      displayName: (env, row) =>
        `${textOf(row['name'])} (${textOf(env.get('res.country', Number(row['country_id']))?.['code'])})`,
      fields: {
        name: field('char', 'State Name', { required: true }),
        code: field('char', 'State Code', { required: true, index: true }),
        country_id: many2one('Country', 'res.country', { required: true, index: true }),
      },
    },
    {
      name: 'res.lang',
      label: 'Languages',
      order: 'active desc, name, id',
      fields: {
        name: field('char', 'Name', { required: true }),
        code: field('char', 'Locale Code', { required: true }),
        iso_code: field('char', 'ISO code'),
        active: field('boolean', 'Active'),
        date_format: field('char', 'Date Format', { default: () => '%m/%d/%Y' }),
      },
    },
    {
      name: 'res.currency',
      label: 'Currency',
      order: 'active desc, name, id',
      fields: {
        name: field('char', 'Currency', { required: true }),
        symbol: field('char', 'Symbol', { required: true }),
        rate: field('float', 'Current Rate', { default: () => 1 }),
        rounding: field('float', 'Rounding Factor', { default: () => 0.01 }),
        decimal_places: field('integer', 'Decimal Places', { default: () => 2 }),
        active: field('boolean', 'Active', { default: () => true }),
      },
    },
    {
      name: 'res.company',
      label: 'Companies',
      order: 'id',
      fields: {
        name: field('char', 'Company Name', { required: true }),
        partner_id: many2one('Partner', 'res.partner'),
        currency_id: many2one('Currency', 'res.currency', { required: true }),
        country_id: many2one('Country', 'res.country'),
        email: field('char', 'Email'),
        tax_calculation_rounding_method: selection('Tax Calculation Rounding Method', ROUNDING_METHODS),
        account_price_include: selection('Default Sales Price Include', [
          ['tax_included', 'Tax Included'],
          ['tax_excluded', 'Tax Excluded'],
        ]),
      },
    },
    {
      name: 'res.users',
      label: 'User',
      order: 'name, login',
      fields: {
        name: field('char', 'Name', { required: true }),
        login: field('char', 'Login', { required: true }),
        partner_id: many2one('Related Partner', 'res.partner'),
        company_id: many2one('Company', 'res.company'),
        company_ids: many2many('Companies', 'res.company'),
        lang: field('char', 'Language'),
        tz: field('char', 'Timezone'),
        active: field('boolean', 'Active', { default: () => true }),
      },
      methods: { context_get: contextGet, has_group: hasGroup(major) },
    },
    {
      name: 'res.partner.category',
      label: 'Partner Tags',
      order: 'name, id',
      fields: {
        name: field('char', 'Name', { required: true }),
        active: field('boolean', 'Active', { default: () => true }),
      },
    },
    {
      name: 'crm.tag',
      label: 'CRM Tag',
      order: 'name, id',
      fields: {
        name: field('char', 'Tag Name', { required: true, index: true }),
        color: field('integer', 'Color'),
      },
      create: (env, list, next) => {
        for (const values of list) {
          const name = textOf(values['name']);
          if (env.rowsBy('crm.tag', 'name', name).length > 0) {
            const message = 'A tag with the same name already exists.';
            throw constraintError(`The operation cannot be completed: ${message}`, { message });
          }
        }
        return next(list);
      },
    },
    {
      name: 'account.fiscal.position',
      label: 'Fiscal Position',
      order: 'sequence, id',
      fields: {
        name: field('char', 'Fiscal Position', { required: true }),
        sequence: field('integer', 'Sequence'),
        active: field('boolean', 'Active', { default: () => true }),
      },
    },
    {
      name: 'decimal.precision',
      label: 'Decimal Precision',
      fields: {
        name: field('char', 'Usage', { required: true, index: true }),
        digits: field('integer', 'Digits', { default: () => 2 }),
      },
    },
    {
      name: 'ir.module.module',
      label: 'Module',
      order: 'name, id',
      fields: {
        name: field('char', 'Technical Name', { required: true }),
        shortdesc: field('char', 'Module Name'),
        state: selection('Status', [
          ['uninstalled', 'Not Installed'],
          ['installed', 'Installed'],
        ]),
      },
    },
    {
      name: 'mail.message',
      label: 'Message',
      order: 'id desc',
      fields: {
        model: field('char', 'Related Document Model'),
        res_id: field('integer', 'Related Document ID', { index: true }),
        body: field('html', 'Contents'),
        subject: field('char', 'Subject'),
        message_type: field('char', 'Type', { default: () => 'notification' }),
        author_id: many2one('Author', 'res.partner'),
        date: field('datetime', 'Date', { default: (env) => env.now }),
      },
    },
  ];
}
