/** Searching and reading records of any model. */
import { findRows } from './domain';
import type { Environment } from './environment';
import { missingError } from './errors';
import { checkAccess } from './rights';
import { fieldOf, parseOrder, shownValue, sortRows, valueOf } from './field-values';
import type { Model } from './schema';
import { recomputeOrders } from './order-totals';
import type { Json, JsonObject, Row } from './values';

export interface SearchOptions {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly order?: string | undefined;
}

/** Rows that match, sorted and cut. */
export function searchRows(
  env: Environment,
  modelName: string,
  domain: Json | undefined,
  options: SearchOptions = {},
): Row[] {
  const model = env.model(modelName);
  checkAccess(env, model, 'read');
  recomputeOrders(env);
  const terms = parseOrder(model, options.order);
  const rows = sortRows(env, model, visibleRows(env, model, domain), terms);
  const offset = options.offset ?? 0;
  return options.limit === undefined || options.limit === 0
    ? rows.slice(offset)
    : rows.slice(offset, offset + options.limit);
}

export function countRows(env: Environment, modelName: string, domain: Json | undefined): number {
  const model = env.model(modelName);
  checkAccess(env, model, 'read');
  recomputeOrders(env);
  return visibleRows(env, model, domain).length;
}

function visibleRows(env: Environment, model: Model, domain: Json | undefined): Row[] {
  return findRows(env, model, domain).filter(({ id }) => !env.isHidden(model.name, id));
}

/** Records as `read` answers them; without a list of names, every field. */
export function readRows(
  env: Environment,
  modelName: string,
  rows: readonly Row[],
  names: readonly string[] | undefined,
): JsonObject[] {
  const model = env.model(modelName);
  checkAccess(env, model, 'read');
  recomputeOrders(env);
  const wanted = names === undefined || names.length === 0 ? [...model.allFields.keys()] : names;
  const fields = wanted.map((name) => [name, fieldOf(env, model, name)] as const);
  return rows.map((row) => {
    const current = env.get(model.name, row.id) ?? row;
    const shown: Record<string, Json> = { id: row.id };
    for (const [name, field] of fields) {
      shown[name] = shownValue(env, field, valueOf(env, model, current, name));
    }
    return shown;
  });
}

/** Observed: asked for nothing but `id`, 19 does not look whether the records exist, and 14 faults for one that is gone. */
export function readIds(env: Environment, model: Model, ids: readonly number[]): JsonObject[] {
  const gone = ids.find((id) => env.get(model.name, id) === undefined);
  if (gone !== undefined && env.major === 14) {
    throw missingError(model.name, gone, env.user.uid);
  }
  return ids.map((id) => ({ id }));
}

/** `name_search`: text anywhere in the display name or in the model's own search fields. */
export function searchNames(
  env: Environment,
  model: Model,
  text: string,
  domain: Json | undefined,
  operator: string,
  limit: number,
): Row[] {
  const names = model.nameSearch ?? ['name'];
  const found = searchRows(env, model.name, domain);
  if (text === '') {
    return found.slice(0, limit);
  }
  const exact = operator === '=';
  const wanted = text.toLowerCase();
  return found
    .filter((row) => {
      const shown = env.displayName(model.name, row.id);
      const values = [shown, ...names.map((name) => String(valueOf(env, model, row, name)))];
      return exact ? values.includes(text) : values.some((value) => value.toLowerCase().includes(wanted));
    })
    .slice(0, limit);
}
