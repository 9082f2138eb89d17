/** What an order takes from stock: moves, their reservations, deliveries. */
import type { Environment } from './environment';
import { createRecord, touchRow } from './records-write';
import { changeQuantity, findQuant, isDelivered, isOpen, isStorable } from './stock';
import { numberOf } from './values';
import type { Row } from './values';

const MOVE = 'stock.move';

/** Reserves what is free for each move, and says so in its state. */
export function reserveMoves(env: Environment, moves: readonly Row[]): void {
  for (const move of moves) {
    reserveMove(env, move);
  }
  refreshPickings(env, moves);
}

function reserveMove(env: Environment, move: Row): void {
  const productId = numberOf(move['product_id']);
  const demand = numberOf(move['product_uom_qty']);
  const held = numberOf(move['reserved']);
  if (!isStorable(env, productId)) {
    touchRow(env, MOVE, move.id, { state: 'assigned', reserved: demand });
    return;
  }
  const locationId = numberOf(move['location_id']);
  const quant = findQuant(env, productId, locationId);
  const free = numberOf(quant?.['quantity']) - numberOf(quant?.['reserved_quantity']);
  const taken = Math.max(0, Math.min(demand - held, free));
  if (taken > 0) {
    changeQuantity(env, productId, locationId, { reserved: taken });
  }
  touchRow(env, MOVE, move.id, { reserved: held + taken, state: reservedState(demand, held + taken) });
}

function reservedState(demand: number, reserved: number): string {
  if (reserved >= demand) {
    return 'assigned';
  }
  return reserved > 0 ? 'partially_available' : 'confirmed';
}

/** Gives back what moves hold above `keep`. */
export function releaseMove(env: Environment, move: Row, keep: number): void {
  const held = numberOf(move['reserved']);
  const back = held - Math.min(held, keep);
  const productId = numberOf(move['product_id']);
  if (back > 0 && isStorable(env, productId)) {
    changeQuantity(env, productId, numberOf(move['location_id']), { reserved: -back });
  }
  touchRow(env, MOVE, move.id, { reserved: held - back });
}

/** Takes the goods of a move away and marks it done. */
export function finishMove(env: Environment, move: Row, quantity: number): void {
  const productId = numberOf(move['product_id']);
  releaseMove(env, move, 0);
  if (isStorable(env, productId)) {
    changeQuantity(env, productId, numberOf(move['location_id']), { quantity: -quantity });
    changeQuantity(env, productId, numberOf(move['location_dest_id']), { quantity });
  }
  touchRow(env, MOVE, move.id, { state: 'done', done: quantity, product_uom_qty: quantity, date: env.now });
}

/** Moves a picking's state with those of its moves. */
export function refreshPickings(env: Environment, moves: readonly Row[]): void {
  const pickingIds = new Set(moves.map((move) => numberOf(move['picking_id'])));
  for (const id of pickingIds) {
    if (env.get('stock.picking', id) !== undefined) {
      touchRow(env, 'stock.picking', id, { state: pickingState(env, id) });
    }
  }
}

function pickingState(env: Environment, id: number): string {
  const states = env.rowsBy(MOVE, 'picking_id', id).map((move) => String(move['state']));
  const alive = states.filter((state) => state !== 'cancel');
  if (alive.length === 0) {
    return states.length === 0 ? 'draft' : 'cancel';
  }
  if (alive.every((state) => state === 'done')) {
    return 'done';
  }
  const reserved = alive.some((state) => state === 'assigned' || state === 'partially_available');
  return reserved ? 'assigned' : 'confirmed';
}

/** Makes the delivery of one order line follow its quantity; `before` is the quantity it had. */
export function deliverLine(env: Environment, order: Row, line: Row, before: number): void {
  const productId = numberOf(line['product_id']);
  if (productId === 0 || !isDelivered(env, productId)) {
    return;
  }
  const quantity = numberOf(line['product_uom_qty']);
  const moves = env.rowsBy(MOVE, 'sale_line_id', line.id).filter((move) => move['state'] !== 'cancel');
  const planned = env.major === 14 ? before : total(moves);
  const open = moves.find(isOpen);
  if (quantity > planned && (open === undefined || env.major === 14)) {
    reserveMoves(env, [newMove(env, order, line, quantity - planned)]);
  } else if (open !== undefined && env.major !== 14) {
    resizeMove(env, open, numberOf(open['product_uom_qty']) + quantity - planned);
  }
}

function total(moves: readonly Row[]): number {
  return moves.reduce((running, move) => running + numberOf(move['product_uom_qty']), 0);
}

function resizeMove(env: Environment, move: Row, quantity: number): void {
  releaseMove(env, move, Math.max(0, quantity));
  touchRow(env, MOVE, move.id, { product_uom_qty: Math.max(0, quantity) });
  const changed = env.get(MOVE, move.id);
  if (changed !== undefined) {
    reserveMoves(env, [changed]);
  }
}

function newMove(env: Environment, order: Row, line: Row, quantity: number): Row {
  const warehouse = env.get('stock.warehouse', numberOf(order['warehouse_id']));
  const source = numberOf(warehouse?.['lot_stock_id']);
  const customers = env.all('stock.location').find((row) => row['usage'] === 'customer')?.id ?? 0;
  const picking = openPicking(env, order, source, customers);
  const id = createRecord(env.asSudo(), MOVE, {
    product_id: numberOf(line['product_id']),
    product_uom_qty: quantity,
    picking_id: picking,
    sale_line_id: line.id,
    location_id: source,
    location_dest_id: customers,
    origin: String(order['name']),
    state: 'confirmed',
  });
  return env.get(MOVE, id) ?? { id };
}

function openPicking(env: Environment, order: Row, source: number, destination: number): number {
  const open = env
    .rowsBy('stock.picking', 'sale_id', order.id)
    .find((row) => row['state'] !== 'done' && row['state'] !== 'cancel');
  return (
    open?.id ??
    createRecord(env.asSudo(), 'stock.picking', {
      name: `WH/OUT/${String(env.state.nextNumber('stock.picking')).padStart(5, '0')}`,
      partner_id: order['partner_shipping_id'] ?? false,
      sale_id: order.id,
      origin: String(order['name']),
      location_id: source,
      location_dest_id: destination,
    })
  );
}

/** Cancels the open deliveries of an order and gives back what they reserved. */
export function cancelDeliveries(env: Environment, orderId: number): void {
  for (const picking of env.rowsBy('stock.picking', 'sale_id', orderId)) {
    const moves = env.rowsBy(MOVE, 'picking_id', picking.id).filter(isOpen);
    for (const move of moves) {
      releaseMove(env, move, 0);
      touchRow(env, MOVE, move.id, { state: 'cancel' });
    }
    refreshPickings(env, moves);
  }
}
