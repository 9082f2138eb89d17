/** Quants: how much of a product lies at a location, and how a count is applied. */
import type { Environment } from './environment';
import { accessError } from './errors';
import { touchRow } from './records-write';
import { field, many2one } from './schema';
import type { Method, ModelDefinition } from './schema';
import { findQuant, hasContext, setQuantity } from './stock';
import { numberOf } from './values';
import type { Json, Row, Values } from './values';

function applyCount(env: Environment, quant: Row, quantity: number): void {
  setQuantity(env, numberOf(quant['product_id']), numberOf(quant['location_id']), quantity);
}

const applyInventory: Method = {
  params: [],
  onRecords: true,
  writes: true,
  run: ({ env, ids }) => {
    for (const quant of env.rows('stock.quant', ids)) {
      if (quant['inventory_quantity_set'] === true) {
        applyCount(env, quant, numberOf(quant['inventory_quantity']));
        touchRow(env, 'stock.quant', quant.id, {
          inventory_quantity: 0,
          inventory_quantity_set: false,
        });
      }
    }
    return undefined;
  },
};

/** A count for a product and place that already has a quant goes to that quant. */
function createQuants(
  env: Environment,
  list: readonly Values[],
  next: (list: readonly Values[]) => number[],
): number[] {
  return list.map((values) => {
    const counting =
      hasContext(env, 'inventory_mode') &&
      (values['inventory_quantity'] !== undefined || values['inventory_quantity_auto_apply'] !== undefined);
    const { inventory_quantity: counted, inventory_quantity_auto_apply: applied, ...rest } = values;
    const existing = findQuant(env, numberOf(values['product_id']), numberOf(values['location_id']));
    const id = counting && existing !== undefined ? existing.id : (next([rest])[0] ?? 0);
    if (counting) {
      count(env, id, counted, applied);
    }
    return id;
  });
}

/** Odoo 14 sets a counted quantity at once, 19 keeps it until it is applied. */
function count(env: Environment, id: number, counted: Json | undefined, applied: Json | undefined): void {
  if (applied !== undefined || env.major === 14) {
    const quant = env.get('stock.quant', id);
    if (quant !== undefined) {
      applyCount(env, quant, numberOf(applied ?? counted));
    }
  } else {
    touchRow(env, 'stock.quant', id, {
      inventory_quantity: numberOf(counted),
      inventory_quantity_set: true,
    });
  }
}

function writeQuants(
  env: Environment,
  ids: readonly number[],
  values: Values,
  next: (ids: readonly number[], values: Values) => void,
): void {
  const { inventory_quantity: counted, inventory_quantity_auto_apply: applied, ...rest } = values;
  if (env.major === 14 && values['quantity'] !== undefined) {
    throw accessError("You are not allowed to modify 'Quants' (stock.quant) records.");
  }
  next(ids, rest);
  if (counted !== undefined || (applied !== undefined && hasContext(env, 'inventory_mode'))) {
    for (const id of ids) {
      count(env, id, counted, applied);
    }
  }
}

/** What lies where. */
export function quantModel(major: number): ModelDefinition {
  return {
    name: 'stock.quant',
    label: 'Quants',
    displayName: (env, row) =>
      env.major === 14
        ? env.displayName('product.product', numberOf(row['product_id']))
        : env.displayName('stock.location', numberOf(row['location_id'])),
    fields: {
      product_id: many2one('Product', 'product.product', { required: true, index: true }),
      location_id: many2one('Location', 'stock.location', { required: true, index: true }),
      quantity: field('float', 'Quantity'),
      reserved_quantity: field('float', 'Reserved Quantity', { readonly: true }),
      available_quantity: field('float', 'Available Quantity', {
        compute: (_env, row) => numberOf(row['quantity']) - numberOf(row['reserved_quantity']),
      }),
      inventory_quantity: field('float', 'Counted'),
      ...(major === 14
        ? {}
        : {
            inventory_quantity_set: field('boolean', 'Inventory Quantity Set'),
            inventory_quantity_auto_apply: field('float', 'Inventoried Quantity', {
              compute: (_env, row) => numberOf(row['quantity']),
            }),
          }),
      company_id: many2one('Company', 'res.company', {
        default: (env) => env.all('res.company')[0]?.id ?? false,
      }),
    },
    create: createQuants,
    write: writeQuants,
    ...(major === 14 ? {} : { methods: { action_apply_inventory: applyInventory } }),
  };
}
