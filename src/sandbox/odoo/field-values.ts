/** The value of one field of one record, wherever it is kept. */
import type { Environment } from './environment';
import { valueError } from './errors';
import type { Field, Model, SortTerm } from './schema';
import type { Json, Row, Value } from './values';
import { idsOf, isEmpty, textOf } from './values';

/** What a field holds when nothing was stored. */
export function emptyValue(field: Field): Value {
  switch (field.type) {
    case 'integer':
    case 'float':
    case 'monetary':
      return 0;
    case 'one2many':
    case 'many2many':
      return [];
    default:
      return false;
  }
}

/**
 * The field of a model.
 * @throws OdooFault `Invalid field …` as a read of an unknown field does
 */
export function fieldOf(env: Environment, model: Model, name: string): Field {
  const field = model.allFields.get(name);
  if (field === undefined) {
    throw valueError(
      env.major === 14
        ? `Invalid field '${name}' on model '${model.name}'`
        : `Invalid field '${name}' on '${model.name}'`,
    );
  }
  return field;
}

/** The stored or calculated value: ids for relations, not yet in the shape a read answers. */
export function valueOf(env: Environment, model: Model, row: Row, name: string): Value {
  const field = fieldOf(env, model, name);
  if (model.inherits !== undefined && model.inheritedFields.has(name)) {
    const parent = env.get(model.inherits.model, Number(row[model.inherits.through]));
    return parent === undefined
      ? emptyValue(field)
      : valueOf(env, env.model(model.inherits.model), parent, name);
  }
  if (field.compute !== undefined) {
    return field.compute(env, row);
  }
  if (field.type === 'one2many') {
    return childIds(env, field, row.id);
  }
  return row[name] ?? emptyValue(field);
}

/** Ids on the other side of a one2many, in that model's own order; archived ones only when asked for. */
function childIds(env: Environment, field: Field, id: number): readonly number[] {
  const child = env.model(field.relation ?? '');
  let rows = env.rowsBy(child.name, field.inverse ?? '', id);
  if (child.allFields.has('active') && env.context['active_test'] !== false) {
    rows = rows.filter((row) => row['active'] !== false);
  }
  return sortRows(env, child, rows, parseOrder(child, undefined)).map((row) => row.id);
}

/**
 * Reads `name desc, id`.
 * @throws OdooFault for an unknown field
 */
export function parseOrder(model: Model, order: string | undefined): SortTerm[] {
  const text = order === undefined || order === '' ? (model.order ?? 'id') : order;
  return text.split(',').map((part) => {
    const [field = '', direction = 'asc'] = part.trim().split(/\s+/);
    if (!model.allFields.has(field)) {
      throw valueError(`Invalid field '${field}' on model '${model.name}'`);
    }
    return { field, descending: direction.toLowerCase() === 'desc' };
  });
}

/** Sorts as PostgreSQL does: empty values last when ascending. */
export function sortRows(env: Environment, model: Model, rows: Row[], terms: readonly SortTerm[]): Row[] {
  const [first] = terms;
  if (terms.length === 1 && first?.field === 'id') {
    return rows.sort((a, b) => (first.descending ? b.id - a.id : a.id - b.id));
  }
  const keyed = rows.map((row) => ({
    row,
    keys: terms.map((term) => sortKey(env, model, row, term.field)),
  }));
  keyed.sort((a, b) => {
    for (const [index, term] of terms.entries()) {
      const order = compareKeys(a.keys[index], b.keys[index]);
      if (order !== 0) {
        return term.descending ? -order : order;
      }
    }
    return a.row.id - b.row.id;
  });
  return keyed.map((entry) => entry.row);
}

function sortKey(env: Environment, model: Model, row: Row, name: string): string | number | undefined {
  const value = valueOf(env, model, row, name);
  const field = model.allFields.get(name);
  if (field?.type === 'many2one' && typeof value === 'number') {
    return env.displayName(field.relation ?? '', value);
  }
  if (typeof value === 'boolean') {
    return field?.type === 'boolean' ? Number(value) : undefined;
  }
  return typeof value === 'object' ? undefined : value;
}

function compareKeys(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) {
    return 0;
  }
  if (a === undefined || b === undefined) {
    return a === undefined ? 1 : -1;
  }
  return a < b ? -1 : 1;
}

/** The value as `read` answers it: `[id, name]` for a many2one, `false` for what is empty. */
export function shownValue(env: Environment, field: Field, value: Value): Json {
  switch (field.type) {
    case 'many2one':
      return typeof value === 'number' && value > 0
        ? [value, env.displayName(field.relation ?? '', value)]
        : false;
    case 'one2many':
    case 'many2many':
      return idsOf(value);
    case 'datetime':
      return isEmpty(value) ? false : textOf(value).slice(0, 19);
    default:
      return value;
  }
}
