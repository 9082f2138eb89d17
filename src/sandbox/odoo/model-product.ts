/** Products: templates, their variants, and what they are priced, taxed and measured with. */
import type { Environment } from './environment';
import { stillUsedError } from './errors';
import { createRecord, createRecords, patchRow, unlinkRecords } from './records-write';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Field, ModelDefinition } from './schema';
import { attributeModels, priceDigits, pricingModels } from './model-pricing';
import { stockOf } from './stock';
import { idsOf, isEmpty, numberOf, textOf } from './values';
import type { Row, Value, Values } from './values';

const TEMPLATE = 'product.template';
const VARIANT = 'product.product';

const TYPES_14 = [
  ['consu', 'Consumable'],
  ['service', 'Service'],
  ['product', 'Storable Product'],
] as const;
const TYPES_19 = [
  ['consu', 'Goods'],
  ['service', 'Service'],
  ['combo', 'Combo'],
] as const;

function defaultTaxes(env: Environment): readonly number[] {
  const standard = env
    .all('account.tax')
    .filter((row) => row['type_tax_use'] === 'sale' && row['price_include_override'] !== 'tax_included')
    .filter((row) => row['price_include'] !== true);
  return standard.slice(0, 1).map((row) => row.id);
}

function firstUnit(env: Environment): number {
  return env.all('uom.uom')[0]?.id ?? 0;
}

function firstCategory(env: Environment): number | false {
  return env.major === 14 ? (env.all('product.category')[0]?.id ?? false) : false;
}

function variantsOf(env: Environment, templateId: number): Row[] {
  return env.rowsBy(VARIANT, 'product_tmpl_id', templateId);
}

/** A field of the template that shows its only variant's value. */
function fromOnlyVariant(name: string): (env: Environment, row: Row) => Value {
  return (env, row) => {
    const variants = variantsOf(env, row.id);
    return variants.length === 1 ? (variants[0]?.[name] ?? false) : false;
  };
}

function templateQuantity(env: Environment, row: Row): Value {
  const quantities = variantsOf(env, row.id).map((variant) => stockOf(env, variant).onHand);
  return quantities.reduce((total, quantity) => total + quantity, 0);
}

function typeFields(major: number): Readonly<Record<string, Field>> {
  if (major === 14) {
    return { type: selection('Product Type', TYPES_14, { required: true, default: () => 'consu' }) };
  }
  return {
    type: selection('Product Type', TYPES_19, { required: true, default: () => 'consu' }),
    is_storable: field('boolean', 'Track Inventory'),
  };
}

/** Values of a template that belong to its only variant. */
const VARIANT_VALUES = ['default_code', 'barcode', 'standard_price'] as const;

function templateModel(major: number): ModelDefinition {
  return {
    name: TEMPLATE,
    label: 'Product',
    order: major === 14 ? 'name, id' : 'name, id',
    nameSearch: ['name', 'default_code'],
    displayName: (env, row) => {
      const code = textOf(fromOnlyVariant('default_code')(env, row));
      return code === '' ? textOf(row['name']) : `[${code}] ${textOf(row['name'])}`;
    },
    fields: {
      name: field('char', 'Name', { required: true }),
      active: field('boolean', 'Active', { default: () => true }),
      ...typeFields(major),
      list_price: field('float', 'Sales Price', { default: () => 1, digits: priceDigits }),
      standard_price: field('float', 'Cost', { compute: fromOnlyVariant('standard_price') }),
      default_code: field('char', 'Internal Reference', { compute: fromOnlyVariant('default_code') }),
      barcode: field('char', 'Barcode', { compute: fromOnlyVariant('barcode') }),
      description_sale: field('text', 'Sales Description'),
      sale_ok: field('boolean', major === 14 ? 'Can be Sold' : 'Sales', { default: () => true }),
      purchase_ok: field('boolean', major === 14 ? 'Can be Purchased' : 'Purchase', { default: () => true }),
      categ_id: many2one('Product Category', 'product.category', {
        ...(major === 14 ? { required: true } : {}),
        default: firstCategory,
      }),
      uom_id: many2one('Unit of Measure', 'uom.uom', { required: true, default: firstUnit }),
      taxes_id: many2many('Sales Taxes', 'account.tax', { default: defaultTaxes }),
      invoice_policy: selection(
        'Invoicing Policy',
        [
          ['order', 'Ordered quantities'],
          ['delivery', 'Delivered quantities'],
        ],
        { default: () => (major === 14 ? 'delivery' : 'order') },
      ),
      weight: field('float', 'Weight'),
      company_id: many2one('Company', 'res.company'),
      currency_id: many2one('Currency', 'res.currency', {
        compute: (env) => env.all('res.company')[0]?.['currency_id'] ?? false,
      }),
      product_variant_ids: one2many('Products', VARIANT, 'product_tmpl_id', { copy: false }),
      product_variant_id: many2one('Product', VARIANT, {
        compute: (env, row) => variantsOf(env, row.id)[0]?.id ?? false,
      }),
      product_variant_count: field('integer', '# Product Variants', {
        compute: (env, row) => variantsOf(env, row.id).length,
      }),
      qty_available: field('float', 'Quantity On Hand', { compute: templateQuantity }),
    },
    create: (env, list, next) => {
      const ids = next(list.map((values) => omit(values, VARIANT_VALUES)));
      if (env.context['create_product_product'] !== false) {
        createRecords(
          env,
          VARIANT,
          ids.map((id, index) => ({ ...pick(list[index] ?? {}, VARIANT_VALUES), product_tmpl_id: id })),
        );
      }
      return ids;
    },
    write: (env, ids, values, next) => {
      next(ids, omit(values, VARIANT_VALUES));
      const forVariant = pick(values, VARIANT_VALUES);
      for (const id of ids) {
        writeVariants(env, id, values, forVariant);
      }
    },
    unlink: (env, ids, next) => {
      for (const id of ids) {
        unlinkRecords(
          env,
          VARIANT,
          variantsOf(env, id).map((row) => row.id),
        );
      }
      next(ids.filter((id) => env.get(TEMPLATE, id) !== undefined));
    },
  };
}

/** Archiving a template archives its variants; a reference reaches the only variant. */
function writeVariants(env: Environment, id: number, values: Values, forVariant: Values): void {
  const variants = variantsOf(env, id);
  if (typeof values['active'] === 'boolean') {
    for (const variant of variants) {
      patchRow(env, VARIANT, variant.id, { active: values['active'], write_date: env.stamp });
    }
  }
  const [only] = variants;
  if (only !== undefined && variants.length === 1 && Object.keys(forVariant).length > 0) {
    patchRow(env, VARIANT, only.id, { ...(forVariant as Row), write_date: env.stamp });
  }
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}

function omit(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

/** `[SKU] Name (Option)`. */
function variantName(env: Environment, row: Row): string {
  const template = env.get(TEMPLATE, numberOf(row['product_tmpl_id']));
  const options = env
    .rows('product.template.attribute.value', idsOf(row['product_template_attribute_value_ids']))
    .map((value) => textOf(value['name']));
  const name = `${textOf(template?.['name'])}${options.length === 0 ? '' : ` (${options.join(', ')})`}`;
  const code = textOf(row['default_code']);
  return code === '' ? name : `[${code}] ${name}`;
}

function priceExtra(env: Environment, row: Row): number {
  return env
    .rows('product.template.attribute.value', idsOf(row['product_template_attribute_value_ids']))
    .reduce((total, value) => total + numberOf(value['price_extra']), 0);
}

/** The price of a variant: its template's and what its options add. */
export function variantPrice(env: Environment, row: Row): number {
  const template = env.get(TEMPLATE, numberOf(row['product_tmpl_id']));
  return numberOf(template?.['list_price']) + priceExtra(env, row);
}

function quantityField(label: string, name: keyof ReturnType<typeof stockOf>): Field {
  return field('float', label, { readonly: true, compute: (env, row) => stockOf(env, row)[name] });
}

const TEMPLATE_VALUES_OF_VARIANT = new Set(['lst_price']);

function variantModel(): ModelDefinition {
  return {
    name: VARIANT,
    label: 'Product Variant',
    order: 'default_code, name, id',
    inherits: { model: TEMPLATE, through: 'product_tmpl_id' },
    nameSearch: ['name', 'default_code', 'barcode'],
    displayName: variantName,
    fields: {
      product_tmpl_id: many2one('Product Template', TEMPLATE, { required: true, index: true }),
      default_code: field('char', 'Internal Reference', { index: true }),
      barcode: field('char', 'Barcode', { index: true, copy: false }),
      active: field('boolean', 'Active', { default: () => true }),
      standard_price: field('float', 'Cost'),
      lst_price: field('float', 'Sales Price', { compute: variantPrice }),
      price_extra: field('float', 'Variant Price Extra', { compute: priceExtra }),
      product_template_attribute_value_ids: many2many('Attribute Values', 'product.template.attribute.value'),
      product_template_variant_value_ids: many2many('Variant Values', 'product.template.attribute.value', {
        compute: (_env, row) => row['product_template_attribute_value_ids'] ?? [],
      }),
      combination_indices: field('char', 'Combination Indices', {
        compute: (_env, row) => idsOf(row['product_template_attribute_value_ids']).join(','),
      }),
      qty_available: quantityField('Quantity On Hand', 'onHand'),
      free_qty: quantityField('Free To Use Quantity', 'free'),
      virtual_available: quantityField('Forecast Quantity', 'forecast'),
      outgoing_qty: quantityField('Outgoing', 'outgoing'),
      incoming_qty: quantityField('Incoming', 'incoming'),
    },
    create: (env, list, next) => next(list.map((values) => variantValues(env, values))),
    write: (env, ids, values, next) => {
      next(ids, omit(values, [...TEMPLATE_VALUES_OF_VARIANT]));
      if (values['lst_price'] !== undefined) {
        for (const row of env.rows(VARIANT, ids)) {
          const price = numberOf(values['lst_price']) - priceExtra(env, row);
          patchRow(env, TEMPLATE, numberOf(row['product_tmpl_id']), { list_price: price });
        }
      }
    },
    unlink: (env, ids, next) => {
      for (const id of ids) {
        if (env.rowsBy('sale.order.line', 'product_id', id).length > 0) {
          throw stillUsedError(env.major, {
            model: 'sale.order.line',
            label: 'Sales Order Line',
            field: 'product_id',
            fieldLabel: 'Product',
          });
        }
      }
      const templates = new Set(env.rows(VARIANT, ids).map((row) => numberOf(row['product_tmpl_id'])));
      next(ids);
      for (const id of templates) {
        if (variantsOf(env, id).length === 0) {
          env.database.remove(TEMPLATE, id);
        }
      }
    },
  };
}

/** A variant created on its own brings its template along. */
function variantValues(env: Environment, values: Values): Values {
  if (!isEmpty(values['product_tmpl_id'])) {
    return values;
  }
  const own = new Set(env.model(VARIANT).inheritedFields);
  const entries = Object.entries(values);
  const forTemplate = Object.fromEntries(entries.filter(([name]) => own.has(name)));
  const price = values['lst_price'] === undefined ? {} : { list_price: values['lst_price'] };
  const template = createRecord(env.withContext({ create_product_product: false }), TEMPLATE, {
    ...price,
    ...forTemplate,
  });
  const rest = entries.filter(([name]) => !own.has(name) && name !== 'lst_price');
  return { ...Object.fromEntries(rest), product_tmpl_id: template };
}

/** Products, taxes, pricelists, categories, units, attributes. */
export function productModels(major: number): readonly ModelDefinition[] {
  return [...pricingModels(major), ...attributeModels(), templateModel(major), variantModel()];
}
