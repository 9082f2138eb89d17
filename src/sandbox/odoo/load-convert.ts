/** Turns the records `load` was sent into values to create or write. */
import type { Environment } from './environment';
import { OdooFault } from './errors';
import { CellProblem, externalIdTarget, readCell, readReference } from './load-cells';
import type { ReferenceKind } from './load-cells';
import type { Extracted, RawRecord } from './load-rows';
import type { Field, Model } from './schema';
import { isEmpty, textOf } from './values';
import type { Json, JsonObject, Values } from './values';

/** A record ready to be saved. */
export interface Converted {
  readonly externalId: string | undefined;
  readonly databaseId: number | undefined;
  readonly values: Values;
  readonly place: JsonObject;
}

/** Reads every cell; what does not fit becomes a message, and the record goes on without it. */
export function convertRecord(
  env: Environment,
  model: Model,
  extracted: Extracted,
  index: number,
  messages: JsonObject[],
): Converted {
  const place = { rows: { from: extracted.from, to: extracted.to }, record: index };
  const report = (name: string, problem: CellProblem): void => {
    messages.push(cellMessage(env, model, place, name, problem));
  };
  const databaseId = ownDatabaseId(env, model, extracted.record, place, messages);
  const externalId = textOf(extracted.record.cells.get('id'));
  return {
    externalId: externalId === '' ? undefined : externalId,
    databaseId,
    values: convert(env, model, extracted.record, '', report),
    place,
  };
}

function cellMessage(
  env: Environment,
  model: Model,
  place: JsonObject,
  name: string,
  problem: CellProblem,
): JsonObject {
  return {
    ...place,
    type: problem.assumed === undefined ? 'error' : 'warning',
    field: name,
    message: problem.message,
    ...(problem.moreInfo === undefined ? {} : { moreinfo: problem.moreInfo }),
    ...(env.major === 14 ? {} : { field_name: model.allFields.get(name)?.label ?? name }),
  };
}

function ownDatabaseId(
  env: Environment,
  model: Model,
  record: RawRecord,
  place: JsonObject,
  messages: JsonObject[],
): number | undefined {
  const text = textOf(record.cells.get('.id'));
  if (text === '') {
    return undefined;
  }
  const id = Number(text);
  if (Number.isNaN(id)) {
    throw new OdooFault(
      'psycopg2.errors.InvalidTextRepresentation',
      `invalid input syntax for type integer: "${text}"\n`,
    );
  }
  if (env.get(model.name, id) === undefined) {
    messages.push({
      ...place,
      type: 'error',
      field: '.id',
      message: `Unknown database identifier '${text}'`,
    });
    return undefined;
  }
  return id;
}

type Report = (field: string, problem: CellProblem) => void;

function convert(env: Environment, model: Model, record: RawRecord, prefix: string, report: Report): Values {
  const values: Record<string, Json> = {};
  const attempt = (name: string, read: (field: Field, label: string) => Json): void => {
    const field = model.allFields.get(name);
    if (field === undefined || name === 'id') {
      return;
    }
    try {
      values[name] = read(field, `${prefix}${field.label}`);
    } catch (problem) {
      if (!(problem instanceof CellProblem)) {
        throw problem;
      }
      report(name, problem);
      if (problem.assumed !== undefined) {
        values[name] = problem.assumed;
      }
    }
  };
  for (const [name, cell] of record.cells) {
    attempt(name, (field, label) => convertCell(env, field, label, cell));
  }
  for (const [name, parts] of record.relations) {
    attempt(name, (field, label) => convertRelation(env, field, label, parts));
  }
  return values;
}

function convertCell(env: Environment, field: Field, label: string, cell: Json): Json {
  if (isEmpty(cell)) {
    return field.type === 'many2many' ? [[6, 0, []]] : false;
  }
  switch (field.type) {
    case 'many2one':
      return readReference(env, field.relation ?? '', label, 'name', textOf(cell));
    case 'many2many':
      return readMany(env, field, label, 'name', textOf(cell));
    default:
      return readCell(env, field, label, cell);
  }
}

function convertRelation(env: Environment, field: Field, label: string, parts: readonly RawRecord[]): Json {
  if (field.type === 'one2many') {
    return parts.map((part) => lineCommand(env, field, label, part));
  }
  const [kind, cell] = [...(parts[0]?.cells ?? [])][0] ?? ['.id', false];
  if (isEmpty(cell)) {
    return field.type === 'many2many' ? [[6, 0, []]] : false;
  }
  return field.type === 'many2many'
    ? readMany(env, field, label, kind as ReferenceKind, textOf(cell))
    : readReference(env, field.relation ?? '', label, kind as ReferenceKind, textOf(cell));
}

function readMany(env: Environment, field: Field, label: string, kind: ReferenceKind, text: string): Json {
  const ids = text
    .split(',')
    .map((word) => readReference(env, field.relation ?? '', label, kind, word.trim()));
  return [[6, 0, ids]];
}

/** Marks the external id of a line to be created together with it. */
export const LINE_EXTERNAL_ID = 'id';

function lineCommand(env: Environment, field: Field, label: string, part: RawRecord): Json {
  const child = env.model(field.relation ?? '');
  const problems: CellProblem[] = [];
  const values = convert(env, child, part, `${label}/`, (_name, problem) => problems.push(problem));
  const [first] = problems;
  if (first !== undefined) {
    throw first;
  }
  const externalId = textOf(part.cells.get('id'));
  const existing = existingLine(env, child, label, part);
  if (existing !== undefined) {
    return [1, existing, values];
  }
  return [0, 0, externalId === '' ? values : { ...values, [LINE_EXTERNAL_ID]: externalId }];
}

function existingLine(env: Environment, child: Model, label: string, part: RawRecord): number | undefined {
  const databaseId = textOf(part.cells.get('.id'));
  if (databaseId !== '') {
    return readReference(env, child.name, label, '.id', databaseId);
  }
  const externalId = textOf(part.cells.get('id'));
  return externalId === '' ? undefined : externalIdTarget(env, child.name, externalId);
}
