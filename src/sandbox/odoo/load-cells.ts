/** Reads one cell of `load` into the value it stands for. */
import { DateTime } from 'luxon';

import type { Environment } from './environment';
import { OdooFault } from './errors';
import { isOfOtherCompany } from './order-guards';
import type { Field } from './schema';
import { selectionOf } from './stored-values';
import type { Json } from './values';
import { numberOf, textOf } from './values';

/** What is wrong with a cell, in Odoo's words; `warning` where Odoo only warns. */
export class CellProblem extends Error {
  constructor(
    message: string,
    readonly moreInfo?: Json,
    /** The value Odoo goes on with, where it only warns. */
    readonly assumed?: Json,
  ) {
    super(message);
  }
}

/** The keys a relation is named by in a sub-column. */
export type ReferenceKind = 'id' | '.id' | 'name';

const TRUE_WORDS = new Set(['1', 'true', 'yes']);
const FALSE_WORDS = new Set(['', '0', 'false', 'no']);

/**
 * The value of a plain (not relational) cell.
 * @throws CellProblem when the text does not fit the field
 */
export function readCell(env: Environment, field: Field, label: string, cell: Json): Json {
  switch (field.type) {
    case 'boolean':
      return readBoolean(env, label, cell);
    case 'integer':
      return readInteger(label, textOf(cell));
    case 'float':
    case 'monetary':
      return readFloat(label, textOf(cell));
    case 'selection':
      return readSelection(env, field, label, textOf(cell));
    case 'date':
      return readDate(label, textOf(cell));
    case 'datetime':
      return readDatetime(env, label, textOf(cell));
    default:
      return textOf(cell);
  }
}

function readBoolean(env: Environment, label: string, cell: Json): boolean {
  if (typeof cell !== 'string') {
    throw new OdooFault(
      'builtins.AttributeError',
      `'${typeof cell === 'boolean' ? 'bool' : 'int'}' object has no attribute 'lower'`,
    );
  }
  const word = cell.toLowerCase();
  if (TRUE_WORDS.has(word)) {
    return true;
  }
  if (FALSE_WORDS.has(word)) {
    return false;
  }
  const message = `Unknown value '${cell}' for boolean field '${label}'`;
  const hint = "Use '1' for yes and '0' for no";
  throw env.major === 14
    ? new CellProblem(`${message}, assuming 'yes'`, hint, true)
    : new CellProblem(message, hint);
}

function readInteger(label: string, text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new CellProblem(`'${text}' does not seem to be an integer for field '${label}'`);
  }
  return Number(text);
}

function readFloat(label: string, text: string): number {
  if (text.trim() === '' || Number.isNaN(Number(text))) {
    throw new CellProblem(`'${text}' does not seem to be a number for field '${label}'`);
  }
  return Number(text);
}

function readSelection(env: Environment, field: Field, label: string, text: string): string {
  const pairs = selectionOf(env, field.selection);
  const wanted = text.toLowerCase();
  const found = pairs.find(([value, shown]) =>
    env.major === 14
      ? value === text || shown === text
      : value.toLowerCase() === wanted || shown.toLowerCase() === wanted,
  );
  if (found === undefined) {
    throw new CellProblem(
      `Value '${text}' not found in selection field '${label}'`,
      pairs.map(([, shown]) => shown),
    );
  }
  return found[0];
}

function readDate(label: string, text: string): string {
  const date = DateTime.fromISO(text.slice(0, 10), { zone: 'UTC' });
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || !date.isValid) {
    throw new CellProblem(
      `'${text}' does not seem to be a valid date for field '${label}'`,
      "Use the format '2012-12-31'",
    );
  }
  return date.toISODate();
}

/** Datetimes are in the timezone of the context, else of the user, else UTC. */
function readDatetime(env: Environment, label: string, text: string): string {
  const zone = textOf(env.context['tz']) || env.user.timezone || 'UTC';
  const full = text.length === 10 ? `${text} 00:00:00` : text;
  const date = DateTime.fromFormat(full, 'yyyy-MM-dd HH:mm:ss', { zone });
  if (!date.isValid) {
    throw new CellProblem(
      `'${text}' does not seem to be a valid datetime for field '${label}'`,
      "Use the format '2012-12-31 23:59:59'",
    );
  }
  return date.toUTC().toFormat('yyyy-MM-dd HH:mm:ss');
}

/**
 * The id behind a reference.
 * @throws CellProblem when nothing has this name or id
 */
export function readReference(
  env: Environment,
  relation: string,
  label: string,
  kind: ReferenceKind,
  text: string,
): number {
  switch (kind) {
    case '.id':
      return readDatabaseId(env, relation, label, text);
    case 'id':
      return readExternalId(env, relation, label, text);
    case 'name':
      return readName(env, relation, label, text);
  }
}

function readDatabaseId(env: Environment, relation: string, label: string, text: string): number {
  const info = possibleValues(env, 'ir.model.data', [['model', '=', relation]]);
  if (!/^\d+$/.test(text.trim())) {
    throw new CellProblem(`Invalid database id '${text}' for the field '${label}'`, info);
  }
  const id = Number(text);
  if (env.get(relation, id) === undefined || isHidden(env, relation, id)) {
    throw new CellProblem(`No matching record found for database id '${text}' in field '${label}'`, info);
  }
  return id;
}

/**
 * Observed on 14: an archived record is not there unless `active_test` says
 * otherwise, and neither is a product of another company.
 */
function isHidden(env: Environment, relation: string, id: number): boolean {
  if (
    env.major === 14 &&
    env.context['active_test'] !== false &&
    env.get(relation, id)?.['active'] === false
  ) {
    return true;
  }
  const company = numberOf(env.get('res.users', env.user.uid)?.['company_id']);
  return env.major === 14 && relation === 'product.product' && isOfOtherCompany(env, id, company);
}

function readExternalId(env: Environment, relation: string, label: string, text: string): number {
  const id = externalIdTarget(env, relation, text);
  if (id === undefined) {
    throw new CellProblem(
      `No matching record found for external id '${text}' in field '${label}'`,
      possibleValues(env, 'ir.model.data', [['model', '=', relation]]),
    );
  }
  return id;
}

/** The record an external id names, when it is alive and of this model. */
export function externalIdTarget(env: Environment, model: string, text: string): number | undefined {
  const [data] = env.rowsBy('ir.model.data', 'complete_name', withModule(text));
  const id = Number(data?.['res_id']);
  return data?.['model'] === model && env.get(model, id) !== undefined ? id : undefined;
}

/** An external id without module belongs to `__import__`. */
export function withModule(text: string): string {
  return text.includes('.') ? text : `__import__.${text}`;
}

function readName(env: Environment, relation: string, label: string, text: string): number {
  const model = env.model(relation);
  const named = env
    .all(relation)
    .filter((row) => row['active'] !== false)
    .find((row) => {
      const shown = env.displayName(model.name, row.id);
      return shown === text || (model.nameSearch ?? ['name']).some((name) => row[name] === text);
    });
  if (named === undefined) {
    throw new CellProblem(
      `No matching record found for name '${text}' in field '${label}'`,
      possibleValues(env, relation),
    );
  }
  return named.id;
}

function possibleValues(env: Environment, model: string, domain?: Json): Json {
  const list = env.major === 14 ? 'tree' : 'list';
  return {
    name: 'Possible Values',
    type: 'ir.actions.act_window',
    target: 'new',
    view_mode: `${list},form`,
    views: [
      [false, 'list'],
      [false, 'form'],
    ],
    context: { create: false },
    help: 'See all possible values',
    res_model: model,
    ...(domain === undefined ? {} : { domain }),
  };
}
