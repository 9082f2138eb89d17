/** Deliveries and their moves, and the buttons of a delivery. */
import type { Environment } from './environment';
import { userError } from './errors';
import { createRecord, touchRow } from './records-write';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Field, Method, ModelDefinition } from './schema';
import { backorderAction, isOpen } from './stock';
import { finishMove, refreshPickings, reserveMoves } from './stock-moves';
import { idsOf, numberOf, textOf } from './values';
import type { Json, Row } from './values';

const PICKING_STATES = [
  ['draft', 'Draft'],
  ['waiting', 'Waiting Another Operation'],
  ['confirmed', 'Waiting'],
  ['assigned', 'Ready'],
  ['done', 'Done'],
  ['cancel', 'Cancelled'],
] as const;
const MOVE_STATES = [
  ['draft', 'New'],
  ['waiting', 'Waiting Another Move'],
  ['confirmed', 'Waiting Availability'],
  ['partially_available', 'Partially Available'],
  ['assigned', 'Available'],
  ['done', 'Done'],
  ['cancel', 'Cancelled'],
] as const;
/** What a delivery takes of each move: the done quantity written by a person, else what is reserved. */
function doneQuantity(move: Row): number {
  const written = numberOf(move['done']);
  return written > 0 ? written : numberOf(move['reserved']);
}

const buttonValidate: Method = {
  params: [],
  onRecords: true,
  writes: true,
  run: ({ env, ids }) => {
    for (const picking of env.rows('stock.picking', ids)) {
      const answer = validatePicking(env, picking);
      if (answer !== true) {
        return answer;
      }
    }
    return true;
  },
};

function validatePicking(env: Environment, picking: Row): Json {
  if (picking['state'] === 'done') {
    if (env.major === 14) {
      throw userError('Please add some items to move.');
    }
    return true;
  }
  const moves = env.rowsBy('stock.move', 'picking_id', picking.id).filter(isOpen);
  if (moves.every((move) => doneQuantity(move) === 0)) {
    throw userError(
      env.major === 14
        ? 'You cannot validate a transfer if no quantities are reserved nor done. ' +
            'To force the transfer, switch in edit mode and encode the done quantities.'
        : "Transfer trouble alert! Validating a zero quantity transfer? You're not moving invisible goods " +
            "around are you?\nSet some quantities and let's get moving!",
    );
  }
  if (env.major === 14 && moves.every((move) => numberOf(move['done']) === 0)) {
    return { res_model: 'stock.immediate.transfer', type: 'ir.actions.act_window', target: 'new' };
  }
  if (moves.some((move) => doneQuantity(move) < numberOf(move['product_uom_qty']))) {
    return backorderAction([picking.id]) as Json;
  }
  finishPicking(env, picking, moves);
  return true;
}

function finishPicking(env: Environment, picking: Row, moves: readonly Row[]): void {
  for (const move of moves) {
    finishMove(env, move, doneQuantity(move));
  }
  touchRow(env, 'stock.picking', picking.id, { state: 'done', date_done: env.now });
}

/** Ships what is there; the rest goes into a new delivery. */
const processBackorder: Method = {
  params: [],
  onRecords: true,
  writes: true,
  run: ({ env, ids }) => {
    const wizards = env.rows('stock.backorder.confirmation', ids);
    for (const pickingId of wizards.flatMap((row) => idsOf(row['pick_ids']))) {
      shipPartly(env, pickingId);
    }
    return true;
  },
};

function shipPartly(env: Environment, pickingId: number): void {
  const picking = env.get('stock.picking', pickingId);
  if (picking === undefined) {
    return;
  }
  const moves = env.rowsBy('stock.move', 'picking_id', pickingId).filter(isOpen);
  const backorder = createRecord(env.asSudo(), 'stock.picking', {
    name: `WH/OUT/${String(env.state.nextNumber('stock.picking')).padStart(5, '0')}`,
    partner_id: picking['partner_id'] ?? false,
    sale_id: picking['sale_id'] ?? false,
    origin: textOf(picking['origin']),
    location_id: numberOf(picking['location_id']),
    location_dest_id: numberOf(picking['location_dest_id']),
  });
  const left: Row[] = [];
  for (const move of moves) {
    const done = doneQuantity(move);
    const rest = numberOf(move['product_uom_qty']) - done;
    if (rest > 0) {
      left.push(splitMove(env, move, backorder, rest));
    }
    if (done > 0) {
      finishMove(env, move, done);
    } else {
      env.database.remove('stock.move', move.id);
    }
  }
  touchRow(env, 'stock.picking', pickingId, { state: 'done', date_done: env.now });
  reserveMoves(env, left);
}

function splitMove(env: Environment, move: Row, pickingId: number, quantity: number): Row {
  const id = env.database.table('stock.move').nextId();
  const rest: Row = {
    ...move,
    id,
    picking_id: pickingId,
    product_uom_qty: quantity,
    reserved: 0,
    done: 0,
    state: 'confirmed',
  };
  env.database.put('stock.move', rest);
  return rest;
}

const actionAssign: Method = {
  params: [],
  onRecords: true,
  writes: true,
  run: ({ env, ids }) => {
    for (const id of ids) {
      reserveMoves(env, env.rowsBy('stock.move', 'picking_id', id).filter(isOpen));
    }
    return true;
  },
};

function pickingModel(major: number): ModelDefinition {
  return {
    name: 'stock.picking',
    label: 'Transfer',
    order: 'scheduled_date, id desc',
    fields: {
      name: field('char', 'Reference', { index: true }),
      state: selection('Status', PICKING_STATES, { default: () => 'draft', readonly: true }),
      origin: field('char', 'Source Document', { index: true }),
      partner_id: many2one('Contact', 'res.partner'),
      sale_id: many2one('Sales Order', 'sale.order', { index: true }),
      location_id: many2one('Source Location', 'stock.location'),
      location_dest_id: many2one('Destination Location', 'stock.location'),
      [major === 14 ? 'move_lines' : 'move_ids']: one2many('Stock Moves', 'stock.move', 'picking_id'),
      scheduled_date: field('datetime', 'Scheduled Date', { default: (env) => env.now }),
      date_done: field('datetime', 'Date of Transfer', { readonly: true, copy: false }),
      picking_type_id: many2one('Operation Type', 'stock.picking.type', {
        default: (env) => env.all('stock.picking.type')[0]?.id ?? false,
      }),
      move_type: selection(
        'Shipping Policy',
        [
          ['direct', 'As soon as possible'],
          ['one', 'When all products are ready'],
        ],
        { default: () => 'direct' },
      ),
      carrier_tracking_ref: field('char', 'Tracking Reference', { copy: false }),
      note: field('html', 'Notes'),
      company_id: many2one('Company', 'res.company', {
        default: (env) => env.all('res.company')[0]?.id ?? false,
      }),
    },
    methods: { button_validate: buttonValidate, action_assign: actionAssign },
  };
}

/** Quantities of a move as each version names them. */
function moveQuantities(major: number): Readonly<Record<string, Field>> {
  const reserved = (_env: Environment, row: Row): number => numberOf(row['reserved']);
  const done = (_env: Environment, row: Row): number => numberOf(row['done']);
  return major === 14
    ? {
        quantity_done: field('float', 'Quantity Done', { compute: done }),
        reserved_availability: field('float', 'Quantity Reserved', { readonly: true, compute: reserved }),
      }
    : {
        quantity: field('float', 'Quantity', {
          compute: (_env, row) => (row['state'] === 'done' ? numberOf(row['done']) : doneQuantity(row)),
        }),
        picked: field('boolean', 'Picked'),
      };
}

function moveName(env: Environment, row: Row): string {
  const code = textOf(env.get('product.product', numberOf(row['product_id']))?.['default_code']);
  const place = (name: string): string => textOf(env.get('stock.location', numberOf(row[name]))?.['name']);
  const origin = textOf(row['origin']);
  return `${origin === '' ? '' : `${origin}/`}${code === '' ? '' : `${code}: `}${place('location_id')}>${place('location_dest_id')}`;
}

function moveModel(major: number): ModelDefinition {
  const writtenQuantity = major === 14 ? 'quantity_done' : 'quantity';
  return {
    name: 'stock.move',
    label: 'Stock Move',
    order: 'sequence, id',
    displayName: moveName,
    fields: {
      product_id: many2one('Product', 'product.product', { required: true, index: true }),
      product_uom_qty: field('float', 'Demand'),
      product_uom: many2one('Unit', 'uom.uom', { default: (env) => env.all('uom.uom')[0]?.id ?? false }),
      ...moveQuantities(major),
      state: selection('Status', MOVE_STATES, { default: () => 'draft', readonly: true }),
      sequence: field('integer', 'Sequence', { default: () => 10 }),
      picking_id: many2one('Transfer', 'stock.picking', { index: true }),
      sale_line_id: many2one('Sale Line', 'sale.order.line', { index: true }),
      location_id: many2one('Source Location', 'stock.location'),
      location_dest_id: many2one('Intermediate Location', 'stock.location'),
      origin: field('char', 'Source Document'),
      date: field('datetime', 'Date Scheduled', { default: (env) => env.now }),
      company_id: many2one('Company', 'res.company', {
        default: (env) => env.all('res.company')[0]?.id ?? false,
      }),
    },
    write: (env, ids, values, next) => {
      next(ids, values);
      const written = values[writtenQuantity];
      if (written !== undefined) {
        for (const id of ids) {
          touchRow(env, 'stock.move', id, { done: numberOf(written) });
        }
        refreshPickings(env, env.rows('stock.move', ids));
      }
    },
  };
}

/** Moves, deliveries and the wizard for what is left over. */
export function pickingModels(major: number): readonly ModelDefinition[] {
  return [
    moveModel(major),
    {
      name: 'stock.picking.type',
      label: 'Picking Type',
      fields: {
        name: field('char', 'Operation Type', { required: true }),
        code: field('char', 'Type of Operation'),
      },
    },
    pickingModel(major),
    {
      name: 'stock.backorder.confirmation',
      label: 'Backorder Confirmation',
      fields: { pick_ids: many2many('Transfers', 'stock.picking') },
      methods: { process: processBackorder },
    },
  ];
}
