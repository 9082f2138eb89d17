/** Quantities: what is there, what is reserved, what an order takes. */
import type { Environment } from './environment';
import { touchRow } from './records-write';
import { isObject, numberOf } from './values';
import type { Row } from './values';

const QUANT = 'stock.quant';
const MOVE = 'stock.move';

export interface ProductStock {
  /** `qty_available` */
  readonly onHand: number;
  /** `free_qty`: on hand less reserved. */
  readonly free: number;
  readonly outgoing: number;
  readonly incoming: number;
  /** `virtual_available` */
  readonly forecast: number;
}

const OPEN_STATES = new Set(['confirmed', 'waiting', 'partially_available', 'assigned']);

export function isOpen(move: Row): boolean {
  return OPEN_STATES.has(String(move['state']));
}

/** Name of the context key that limits quantities to a warehouse; the other one is ignored. */
function warehouseKey(env: Environment): 'warehouse' | 'warehouse_id' {
  return env.major === 14 ? 'warehouse' : 'warehouse_id';
}

/** False when the context names a warehouse (14: or location) that is not there: a read then answers `[]`. */
export function stockContextExists(env: Environment): boolean {
  const warehouse = env.context[warehouseKey(env)];
  if (typeof warehouse === 'number' && env.get('stock.warehouse', warehouse) === undefined) {
    return false;
  }
  const location = env.context['location'];
  return !(
    env.major === 14 &&
    typeof location === 'number' &&
    env.get('stock.location', location) === undefined
  );
}

const locationSets = new WeakMap<Environment, ReadonlySet<number>>();

/** Internal locations the context asks for: of one warehouse, below one location, or all. */
function locationsOf(env: Environment): ReadonlySet<number> {
  const known = locationSets.get(env);
  if (known !== undefined) {
    return known;
  }
  const warehouse = env.context[warehouseKey(env)];
  const location = env.context['location'];
  const root =
    typeof warehouse === 'number'
      ? numberOf(env.get('stock.warehouse', warehouse)?.['view_location_id'])
      : location;
  const rows = env.all('stock.location');
  const within = (row: Row | undefined): boolean => {
    if (row === undefined || typeof root !== 'number') {
      return root === undefined && row !== undefined;
    }
    return row.id === root || within(env.get('stock.location', numberOf(row['location_id'])));
  };
  const found = new Set(
    rows.filter((row) => row['usage'] === 'internal' && within(row)).map((row) => row.id),
  );
  locationSets.set(env, found);
  return found;
}

/** Quantities of one variant in the locations of the context. */
export function stockOf(env: Environment, variant: Row): ProductStock {
  const locations = locationsOf(env);
  let onHand = 0;
  let reserved = 0;
  for (const quant of env.rowsBy(QUANT, 'product_id', variant.id)) {
    if (locations.has(numberOf(quant['location_id']))) {
      onHand += numberOf(quant['quantity']);
      reserved += numberOf(quant['reserved_quantity']);
    }
  }
  let outgoing = 0;
  let incoming = 0;
  for (const move of env.rowsBy(MOVE, 'product_id', variant.id)) {
    if (!isOpen(move)) {
      continue;
    }
    const leaves = locations.has(numberOf(move['location_id']));
    const arrives = locations.has(numberOf(move['location_dest_id']));
    outgoing += leaves && !arrives ? numberOf(move['product_uom_qty']) : 0;
    incoming += arrives && !leaves ? numberOf(move['product_uom_qty']) : 0;
  }
  return { onHand, free: onHand - reserved, outgoing, incoming, forecast: onHand + incoming - outgoing };
}

/** True when the quantities of a product are kept. */
export function isStorable(env: Environment, productId: number): boolean {
  const template = templateOf(env, productId);
  return env.major === 14 ? template?.['type'] === 'product' : template?.['is_storable'] === true;
}

/** True when a sale of the product makes a delivery. */
export function isDelivered(env: Environment, productId: number): boolean {
  return ['consu', 'product'].includes(String(templateOf(env, productId)?.['type']));
}

function templateOf(env: Environment, productId: number): Row | undefined {
  const variant = env.get('product.product', productId);
  return env.get('product.template', numberOf(variant?.['product_tmpl_id']));
}

/** The quant of a product at a location, if there is one. */
export function findQuant(env: Environment, productId: number, locationId: number): Row | undefined {
  return env.rowsBy(QUANT, 'product_id', productId).find((row) => row['location_id'] === locationId);
}

/** Adds to (or takes from) a quant, which is made when it is not there yet. */
export function changeQuantity(
  env: Environment,
  productId: number,
  locationId: number,
  delta: { readonly quantity?: number; readonly reserved?: number },
): void {
  const quant = findQuant(env, productId, locationId) ?? newQuant(env, productId, locationId);
  touchRow(env, QUANT, quant.id, {
    quantity: numberOf(quant['quantity']) + (delta.quantity ?? 0),
    reserved_quantity: numberOf(quant['reserved_quantity']) + (delta.reserved ?? 0),
  });
}

function newQuant(env: Environment, productId: number, locationId: number): Row {
  const id = env.database.table(QUANT).nextId();
  env.database.put(QUANT, {
    id,
    product_id: productId,
    location_id: locationId,
    quantity: 0,
    reserved_quantity: 0,
    inventory_quantity: 0,
    inventory_quantity_set: false,
    create_date: env.stamp,
    create_uid: env.user.uid,
    write_date: env.stamp,
    write_uid: env.user.uid,
  });
  return env.get(QUANT, id) ?? { id };
}

/** Sets the quantity on hand at a location; the difference comes from (or goes to) inventory adjustment. */
export function setQuantity(env: Environment, productId: number, locationId: number, quantity: number): void {
  const current = numberOf(findQuant(env, productId, locationId)?.['quantity']);
  changeQuantity(env, productId, locationId, { quantity: quantity - current });
  const source = env.all('stock.location').find((row) => row['usage'] === 'inventory');
  if (source !== undefined && quantity !== current) {
    changeQuantity(env, productId, source.id, { quantity: current - quantity });
  }
}

/** The action a partly reserved delivery answers with, instead of being done. */
export function backorderAction(pickingIds: readonly number[]): Record<string, unknown> {
  return {
    name: 'Create Backorder?',
    type: 'ir.actions.act_window',
    view_mode: 'form',
    res_model: 'stock.backorder.confirmation',
    target: 'new',
    context: { button_validate_picking_ids: pickingIds, default_pick_ids: pickingIds.map((id) => [4, id]) },
  };
}

/** True when a call's context carries a marker, for example `inventory_mode`. */
export function hasContext(env: Environment, key: string): boolean {
  const value = env.context[key];
  return isObject(value) || Boolean(value);
}
