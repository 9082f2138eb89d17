/** What products are priced, taxed, measured and told apart with. */
import type { Environment } from './environment';
import { field, many2one, one2many, selection } from './schema';
import type { ModelDefinition } from './schema';
import { numberOf, textOf } from './values';

/** Decimal places of *Product Price*. */
export function priceDigits(env: Environment): number {
  const [precision] = env.rowsBy('decimal.precision', 'name', 'Product Price');
  return numberOf(precision?.['digits']);
}

function companyId(env: Environment): number {
  return env.all('res.company')[0]?.id ?? 0;
}

function taxModel(major: number): ModelDefinition {
  return {
    name: 'account.tax',
    label: 'Tax',
    order: 'sequence, id',
    fields: {
      name: field('char', 'Tax Name', { required: true }),
      amount: field('float', 'Amount', { required: true }),
      amount_type: selection(
        'Tax Computation',
        [
          ['group', 'Group of Taxes'],
          ['fixed', 'Fixed'],
          ['percent', major === 14 ? 'Percentage of Price' : 'Percentage'],
          ['division', 'Percentage Tax Included'],
        ],
        { required: true, default: () => 'percent' },
      ),
      type_tax_use: selection(
        'Tax Type',
        [
          ['sale', 'Sales'],
          ['purchase', 'Purchases'],
          ['none', 'None'],
        ],
        { required: true, default: () => 'sale' },
      ),
      active: field('boolean', 'Active', { default: () => true }),
      sequence: field('integer', 'Sequence', { default: () => 1 }),
      company_id: many2one('Company', 'res.company', { required: true, default: companyId }),
      country_id: many2one('Country', 'res.country'),
      ...(major === 14
        ? { price_include: field('boolean', 'Included in Price') }
        : {
            price_include_override: selection('Included in Price', [
              ['tax_included', 'Tax Included'],
              ['tax_excluded', 'Tax Excluded'],
            ]),
            price_include: field('boolean', 'Price Include', {
              compute: (_env, row) => row['price_include_override'] === 'tax_included',
            }),
          }),
    },
  };
}

function pricelistModel(): ModelDefinition {
  return {
    name: 'product.pricelist',
    label: 'Pricelist',
    order: 'sequence, id',
    displayName: (env, row) =>
      `${textOf(row['name'])} (${textOf(env.get('res.currency', numberOf(row['currency_id']))?.['name'])})`,
    fields: {
      name: field('char', 'Pricelist Name', { required: true }),
      active: field('boolean', 'Active', { default: () => true }),
      sequence: field('integer', 'Sequence', { default: () => 16 }),
      currency_id: many2one('Currency', 'res.currency', {
        required: true,
        default: (env) => env.all('res.company')[0]?.['currency_id'] ?? false,
      }),
      company_id: many2one('Company', 'res.company'),
    },
  };
}

/** Taxes and pricelists. */
export function pricingModels(major: number): readonly ModelDefinition[] {
  return [taxModel(major), pricelistModel()];
}

/** Categories, units, attributes and their values. */
export function attributeModels(): readonly ModelDefinition[] {
  return [
    {
      name: 'product.category',
      label: 'Product Category',
      order: 'name, id',
      parentField: 'parent_id',
      fields: {
        name: field('char', 'Name', { required: true }),
        parent_id: many2one('Parent Category', 'product.category', { index: true }),
      },
    },
    {
      name: 'uom.uom',
      label: 'Product Unit of Measure',
      fields: {
        name: field('char', 'Unit of Measure', { required: true }),
        active: field('boolean', 'Active', { default: () => true }),
        factor: field('float', 'Ratio', { default: () => 1 }),
        rounding: field('float', 'Rounding Precision', { default: () => 0.01 }),
      },
    },
    {
      name: 'product.attribute',
      label: 'Product Attribute',
      order: 'sequence, id',
      fields: {
        name: field('char', 'Attribute', { required: true }),
        sequence: field('integer', 'Sequence', { default: () => 20 }),
        create_variant: field('char', 'Variants Creation Mode', { default: () => 'always' }),
        display_type: field('char', 'Display Type', { default: () => 'radio' }),
        value_ids: one2many('Values', 'product.attribute.value', 'attribute_id'),
      },
    },
    {
      name: 'product.attribute.value',
      label: 'Attribute Value',
      order: 'attribute_id, sequence, id',
      fields: {
        name: field('char', 'Value', { required: true }),
        sequence: field('integer', 'Sequence'),
        attribute_id: many2one('Attribute', 'product.attribute', { required: true, index: true }),
      },
    },
    {
      name: 'product.template.attribute.value',
      label: 'Product Template Attribute Value',
      displayName: (env, row) =>
        `${env.displayName('product.attribute', numberOf(row['attribute_id']))}: ${textOf(row['name'])}`,
      fields: {
        name: field('char', 'Value'),
        product_tmpl_id: many2one('Product Template', 'product.template', { required: true, index: true }),
        attribute_id: many2one('Attribute', 'product.attribute', { required: true }),
        product_attribute_value_id: many2one('Attribute Value', 'product.attribute.value', {
          required: true,
        }),
        price_extra: field('float', 'Value Price Extra', { digits: priceDigits }),
      },
    },
  ];
}
