/** Warehouses, locations, quants, moves and deliveries. */
import type { Environment } from './environment';
import { pickingModels } from './model-picking';
import { quantModel } from './model-quant';
import { createRecord } from './records-write';
import { field, many2one, selection } from './schema';
import type { ModelDefinition } from './schema';
import { numberOf, textOf } from './values';
import type { Row, Values } from './values';

const USAGES = [
  ['supplier', 'Vendor Location'],
  ['view', 'View'],
  ['internal', 'Internal Location'],
  ['customer', 'Customer Location'],
  ['inventory', 'Inventory Loss'],
  ['production', 'Production'],
  ['transit', 'Transit Location'],
] as const;

function completeName(env: Environment, row: Row): string {
  const parent = env.get('stock.location', numberOf(row['location_id']));
  const plain = parent === undefined || row['usage'] === 'view';
  return plain ? textOf(row['name']) : `${completeName(env, parent)}/${textOf(row['name'])}`;
}

/** A new warehouse brings its locations along. */
function withLocations(env: Environment, values: Values): Values {
  if (values['lot_stock_id'] !== undefined) {
    return values;
  }
  const view = createRecord(env.asSudo(), 'stock.location', { name: textOf(values['code']), usage: 'view' });
  const stock = createRecord(env.asSudo(), 'stock.location', { name: 'Stock', location_id: view });
  const company = env.all('res.company')[0]?.id ?? false;
  return { company_id: company, ...values, view_location_id: view, lot_stock_id: stock };
}

/** Warehouses, locations, quants, moves, deliveries. */
export function stockModels(major: number): readonly ModelDefinition[] {
  return [
    {
      name: 'stock.warehouse',
      label: 'Warehouse',
      order: 'id',
      fields: {
        name: field('char', 'Warehouse', { required: true }),
        code: field('char', 'Short Name', { required: true }),
        active: field('boolean', 'Active', { default: () => true }),
        company_id: many2one('Company', 'res.company'),
        view_location_id: many2one('View Location', 'stock.location'),
        lot_stock_id: many2one('Location Stock', 'stock.location'),
      },
      create: (env, list, next) => next(list.map((values) => withLocations(env, values))),
    },
    {
      name: 'stock.location',
      label: 'Inventory Locations',
      order: 'complete_name, id',
      parentField: 'location_id',
      displayName: completeName,
      fields: {
        name: field('char', 'Location Name', { required: true }),
        complete_name: field('char', 'Full Location Name', { compute: completeName }),
        active: field('boolean', 'Active', { default: () => true }),
        usage: selection('Location Type', USAGES, { required: true, default: () => 'internal' }),
        location_id: many2one('Parent Location', 'stock.location', { index: true }),
        company_id: many2one('Company', 'res.company'),
      },
    },
    quantModel(major),
    ...pickingModels(major),
  ];
}
