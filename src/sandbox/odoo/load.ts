/** `load`: many records, their lines and their external ids from rows of text, in one transaction. */
import type { Environment } from './environment';
import { OdooFault, isUserFacing, validationError } from './errors';
import { withModule } from './load-cells';
import { LINE_EXTERNAL_ID, convertRecord } from './load-convert';
import type { Converted } from './load-convert';
import { checkPaths, extract } from './load-rows';
import { recomputeOrders } from './order-totals';
import { createRecord, writeRecords } from './records-write';
import type { Model } from './schema';
import { idsOf, textOf } from './values';
import type { Json, JsonObject, Values } from './values';

export interface LoadResult {
  readonly ids: readonly number[] | false;
  readonly messages: readonly JsonObject[];
  readonly nextrow: 0;
}

/** After this many refused records Odoo may stop looking at the others. */
const ERRORS_BEFORE_STOPPING = 10;
const STOPPED =
  'Found more than 10 errors and more than one error per 10 records, interrupted to avoid showing too many errors.';

/**
 * Creates or updates one record for each row that has cells of its own; rows
 * with cells of lines only belong to the record above. One refused record
 * refuses all.
 */
export function loadRecords(
  env: Environment,
  model: Model,
  columns: readonly string[],
  rows: readonly (readonly Json[])[],
): LoadResult {
  const paths = columns.map((column) =>
    column.replace(/\.id$/, '/.id').replaceAll('//', '/').split('/').filter(Boolean),
  );
  checkPaths(env, model, paths);
  const mark = env.database.mark();
  const messages: JsonObject[] = [];
  const batch = extract(model, paths, rows).map((extracted, index) =>
    convertRecord(env, model, extracted, index, messages),
  );
  const ids = save(env, model, batch, messages);
  if (messages.some((message) => message['type'] === 'error')) {
    env.database.rollBack(mark);
    env.staleOrders.clear();
    return { ids: false, messages, nextrow: 0 };
  }
  return { ids, messages, nextrow: 0 };
}

function save(env: Environment, model: Model, batch: readonly Converted[], messages: JsonObject[]): number[] {
  const ids: number[] = [];
  let refused = 0;
  let firstRefusal: JsonObject | undefined;
  for (const [index, record] of batch.entries()) {
    const mark = env.database.mark();
    try {
      ids.push(saveRecord(env, model, record));
      recomputeOrders(env);
    } catch (fault) {
      if (!(fault instanceof OdooFault)) {
        throw fault;
      }
      env.database.rollBack(mark);
      env.staleOrders.clear();
      refused += 1;
      firstRefusal ??= refusalOfAll(env, batch, fault);
      messages.push(refusal(env, model, record.place, fault));
      if (refused >= ERRORS_BEFORE_STOPPING && refused >= (index + 1) / 10) {
        messages.push({ type: 'warning', message: STOPPED });
        break;
      }
    }
  }
  if (firstRefusal !== undefined && !messages.some((message) => isSame(message, firstRefusal))) {
    messages.unshift(firstRefusal);
  }
  return ids;
}

function isSame(message: JsonObject, other: JsonObject | undefined): boolean {
  return message['record'] === other?.['record'] && message['message'] === other?.['message'];
}

/**
 * Observed on 19: when Odoo's own code refuses, the sentence appears twice, once
 * for the record it is about and once, before all others, for the FIRST record
 * of the call, which may be innocent: it was refused when all were tried together.
 */
function refusalOfAll(
  env: Environment,
  batch: readonly Converted[],
  fault: OdooFault,
): JsonObject | undefined {
  const raised = isUserFacing(fault) && fault.constraint === undefined && env.major !== 14;
  return raised ? { ...batch[0]?.place, type: 'error', message: fault.message } : undefined;
}

/** What `load` says of a field of another model (a variant's template): it does not know the model's name. */
function foreignMessage(env: Environment, message: string, field: string): string {
  return env.major === 14
    ? `Missing required value for the field '${field}'`
    : message.replace(/^Model: .*$/m, 'Model: Unknown');
}

function refusal(env: Environment, model: Model, place: JsonObject, fault: OdooFault): JsonObject {
  if (fault.constraint !== undefined) {
    const { message, field, model: owner } = fault.constraint;
    if (field === undefined || owner === model.name) {
      return { ...place, type: 'error', message, ...(field === undefined ? {} : { field }) };
    }
    return { ...place, type: 'error', message: foreignMessage(env, message, field) };
  }
  if (isUserFacing(fault) && env.major !== 14) {
    return { ...place, type: 'error', message: fault.message };
  }
  const kind = fault.faultName.replace('builtins.', '');
  return {
    ...place,
    type: 'error',
    message: `Unknown error during import: <class '${kind}'>: ${fault.message}`,
    moreinfo: 'Resolve other errors first',
  };
}

function saveRecord(env: Environment, model: Model, record: Converted): number {
  const { values, lines } = takeLineIds(model, record.values);
  const target = record.databaseId ?? targetOf(env, model, record.externalId);
  const id = target ?? createRecord(env, model.name, values);
  const before = target === undefined ? new Map<string, number>() : lineIds(env, model, id, lines);
  if (target !== undefined) {
    writeRecords(env, model.name, [target], values);
  }
  if (record.externalId !== undefined) {
    bind(env, withModule(record.externalId), model.name, id);
    bindTemplate(env, model, withModule(record.externalId), id, target === undefined);
  }
  bindLines(env, model, id, lines, before);
  return id;
}

/** @throws OdooFault when the external id names a record of another model (19; 14 takes it over) */
function targetOf(env: Environment, model: Model, externalId: string | undefined): number | undefined {
  if (externalId === undefined) {
    return undefined;
  }
  const complete = withModule(externalId);
  const [data] = env.rowsBy('ir.model.data', 'complete_name', complete);
  if (data === undefined) {
    return undefined;
  }
  const id = Number(data['res_id']);
  if (data['model'] !== model.name && env.major !== 14) {
    throw validationError(
      `For external id ${complete} when trying to create/update a record of model ${model.name} ` +
        `found record of different model ${textOf(data['model'])} (${data.id})`,
    );
  }
  return env.get(model.name, id) === undefined ? undefined : id;
}

function bind(env: Environment, complete: string, model: string, id: number): void {
  const sudo = env.asSudo();
  const [data] = env.rowsBy('ir.model.data', 'complete_name', complete);
  if (data !== undefined) {
    if (data['model'] !== model || data['res_id'] !== id) {
      writeRecords(sudo, 'ir.model.data', [data.id], { model, res_id: id });
    }
    return;
  }
  const dot = complete.indexOf('.');
  createRecord(sudo, 'ir.model.data', {
    module: complete.slice(0, dot),
    name: complete.slice(dot + 1),
    model,
    res_id: id,
  });
}

/** A new variant's template gets an external id of its own. */
function bindTemplate(env: Environment, model: Model, complete: string, id: number, created: boolean): void {
  if (created && model.inherits !== undefined) {
    const { model: parent, through } = model.inherits;
    const parentId = Number(env.get(model.name, id)?.[through]);
    bind(env, `${complete}_${parent.replaceAll('.', '_')}`, parent, parentId);
  }
}

/** External ids of new lines, by one2many, in the order the lines are created. */
type LineIds = Map<string, (string | undefined)[]>;

function takeLineIds(model: Model, values: Values): { values: Values; lines: LineIds } {
  const lines: LineIds = new Map();
  const stripped: Record<string, Json | undefined> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if (model.allFields.get(name)?.type !== 'one2many' || !Array.isArray(value)) {
      continue;
    }
    const commands = value as readonly (readonly [number, number, Record<string, Json>])[];
    const created = commands.filter(([code]) => code === 0);
    lines.set(
      name,
      created.map(([, , line]) =>
        line[LINE_EXTERNAL_ID] === undefined ? undefined : textOf(line[LINE_EXTERNAL_ID]),
      ),
    );
    stripped[name] = commands.map(([code, id, line]) => {
      const rest = Object.entries(line).filter(([key]) => key !== LINE_EXTERNAL_ID);
      return [code, id, Object.fromEntries(rest)];
    });
  }
  return { values: stripped, lines };
}

/** The highest line id of each one2many before the write: what is above it is new. */
function lineIds(env: Environment, model: Model, id: number, lines: LineIds): Map<string, number> {
  return new Map([...lines.keys()].map((name) => [name, Math.max(0, ...childIdsOf(env, model, id, name))]));
}

function childIdsOf(env: Environment, model: Model, id: number, name: string): readonly number[] {
  const field = model.allFields.get(name);
  const rows = env.rowsBy(field?.relation ?? '', field?.inverse ?? '', id);
  return idsOf(rows.map((row) => row.id));
}

function bindLines(
  env: Environment,
  model: Model,
  id: number,
  lines: LineIds,
  before: ReadonlyMap<string, number>,
): void {
  for (const [name, externalIds] of lines) {
    const relation = model.allFields.get(name)?.relation ?? '';
    const created = childIdsOf(env, model, id, name).filter((child) => child > (before.get(name) ?? 0));
    for (const [index, externalId] of externalIds.entries()) {
      const child = created[index];
      if (externalId !== undefined && child !== undefined) {
        bind(env, withModule(externalId), relation, child);
      }
    }
  }
}
