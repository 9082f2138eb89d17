/** Turns what a caller sends for one field into what a row keeps. */
import type { Environment } from './environment';
import { OdooFault, missingError, stillUsedError, valueError } from './errors';
import type { Field, Model, Selection } from './schema';
import type { Json, Value } from './values';
import { idsOf, isEmpty, isList, roundHalfUp, textOf } from './values';

const DATETIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MAX_INTEGER = 2 ** 31 - 1;

export function selectionOf(
  env: Environment,
  values: Selection | undefined,
): readonly (readonly [string, string])[] {
  if (values === undefined) {
    return [];
  }
  return typeof values === 'function' ? values(env) : values;
}

/**
 * The value to store; `current` is what a many2many holds now.
 * @throws OdooFault as Odoo refuses a value of the wrong kind
 */
export function storedValue(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  sent: Json | undefined,
  current?: Value,
): Value {
  switch (field.type) {
    case 'boolean':
      return Boolean(sent);
    case 'integer':
      return storedInteger(sent);
    case 'float':
    case 'monetary':
      return storedFloat(env, field, sent);
    case 'many2one':
      return storedMany2one(env, model, name, field, sent);
    case 'many2many':
      return storedMany2many(env, field, sent, current);
    default:
      return sent === undefined || sent === null || sent === false
        ? false
        : storedText(env, model, name, field, sent);
  }
}

function storedInteger(sent: Json | undefined): number {
  const value = isEmpty(sent) ? 0 : Number(sent);
  if (!Number.isInteger(value)) {
    throw valueError(`invalid literal for int() with base 10: '${textOf(sent)}'`);
  }
  if (Math.abs(value) > MAX_INTEGER) {
    throw new OdooFault('psycopg2.errors.NumericValueOutOfRange', 'integer out of range\n');
  }
  return value;
}

function storedFloat(env: Environment, field: Field, sent: Json | undefined): number {
  const value = isEmpty(sent) ? 0 : Number(sent);
  if (Number.isNaN(value)) {
    throw valueError(`could not convert string to float: '${textOf(sent)}'`);
  }
  const digits = field.digits?.(env);
  return digits === undefined ? value : roundHalfUp(value, digits);
}

function storedText(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  sent: Json | undefined,
): Value {
  const text = typeof sent === 'string' ? sent : textOf(sent) || JSON.stringify(sent);
  if (text.includes('\u0000')) {
    throw valueError('A string literal cannot contain NUL (0x00) characters.');
  }
  switch (field.type) {
    case 'selection':
      if (text === '') {
        return false;
      }
      if (!selectionOf(env, field.selection).some(([value]) => value === text)) {
        throw valueError(`Wrong value for ${model.name}.${name}: '${text}'`);
      }
      return text;
    case 'datetime':
      return text === '' ? false : storedDatetime(text);
    case 'date':
      return text === '' ? false : storedDate(text);
    case 'html':
      return text === '' || /^\s*</.test(text) ? text : `<p>${text}</p>`;
    default:
      return text;
  }
}

function storedDatetime(text: string): string {
  const full = DATE.test(text) ? `${text} 00:00:00` : text;
  if (!DATETIME.test(full) || Number.isNaN(Date.parse(`${full.replace(' ', 'T')}Z`))) {
    throw valueError(`time data '${text}' does not match format '%Y-%m-%d %H:%M:%S'`);
  }
  return full.slice(0, 19);
}

function storedDate(text: string): string {
  const day = text.slice(0, 10);
  if (!DATE.test(day) || Number.isNaN(Date.parse(day))) {
    throw valueError(`time data '${text}' does not match format '%Y-%m-%d'`);
  }
  return day;
}

function storedMany2one(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  sent: Json | undefined,
): Value {
  const single = isList(sent) ? sent[0] : sent;
  if (isEmpty(single) || single === 0) {
    return false;
  }
  const id = Number(single);
  if (!Number.isInteger(id)) {
    throw valueError(`Wrong value for ${model.name}.${name}: '${textOf(single)}'`);
  }
  const relation = field.relation ?? '';
  if (env.get(relation, id) === undefined) {
    throw env.major === 14 ? foreignKeyError(model, name, field) : missingError(relation, id, env.user.uid);
  }
  return id;
}

function foreignKeyError(model: Model, name: string, field: Field): OdooFault {
  return stillUsedError(14, {
    model: model.name,
    label: model.label,
    field: name,
    fieldLabel: field.label,
  });
}

/** Applies the commands `[[6,0,ids]]`, `[[4,id]]`, `[[3,id]]`, `[[5]]`; a plain list of ids replaces. */
function storedMany2many(
  env: Environment,
  field: Field,
  sent: Json | undefined,
  current: Value | undefined,
): Value {
  if (!isList(sent)) {
    return [];
  }
  let ids = new Set(sent.some((command) => isList(command)) ? idsOf(current) : []);
  for (const command of sent) {
    if (!isList(command)) {
      ids.add(Number(command));
      continue;
    }
    const [code, id, list] = command;
    switch (code) {
      case 3:
      case 2:
        ids.delete(Number(id));
        break;
      case 4:
        ids.add(Number(id));
        break;
      case 5:
        ids = new Set();
        break;
      case 6:
        ids = new Set(idsOf(list));
        break;
      default:
        throw valueError(`Wrong command ${JSON.stringify(command)}`);
    }
  }
  const relation = field.relation ?? '';
  for (const id of ids) {
    if (env.get(relation, id) === undefined) {
      throw missingError(relation, id, env.user.uid);
    }
  }
  return [...ids];
}
