/** Odoo's search domains: prefix notation over (field, operator, value). */
import { comparison } from './domain-compare';
import type { Environment } from './environment';
import { valueError } from './errors';
import { valueOf } from './field-values';
import type { Field, Model } from './schema';
import type { Json, Row, Value } from './values';
import { idsOf, isEmpty, isList, textOf } from './values';

type Test = (row: Row) => boolean;

/** A domain ready to be tested; `candidates` narrows the rows to look at where an index serves. */
interface Condition {
  readonly test: Test;
  readonly candidates?: ReadonlySet<number>;
}

const OPERATORS = new Set([
  '=',
  '!=',
  '<>',
  '==',
  '>',
  '>=',
  '<',
  '<=',
  'in',
  'not in',
  'like',
  'ilike',
  'not like',
  'not ilike',
  '=like',
  '=ilike',
  'child_of',
  '=?',
  'any',
  'not any',
]);
const NEGATIONS: Readonly<Record<string, string>> = {
  '!=': '=',
  '<>': '=',
  'not in': 'in',
  'not like': 'like',
  'not ilike': 'ilike',
  'not any': 'any',
};

/** Rows of a model that match a domain, in no particular order. */
export function findRows(env: Environment, model: Model, domain: Json | undefined): Row[] {
  const terms = isList(domain) ? [...domain] : [];
  const filtersActive =
    model.allFields.has('active') && env.context['active_test'] !== false && !mentionsActive(terms);
  const condition = parse(env, model, terms);
  const table = env.database.table(model.name);
  const rows: Iterable<Row> =
    condition.candidates === undefined
      ? table.rows.values()
      : [...condition.candidates].flatMap((id) => table.get(id) ?? []);
  const found: Row[] = [];
  for (const row of rows) {
    if ((!filtersActive || valueOf(env, model, row, 'active') !== false) && condition.test(row)) {
      found.push(row);
    }
  }
  return found;
}

function mentionsActive(terms: readonly Json[]): boolean {
  return terms.some((term) => isList(term) && term[0] === 'active');
}

/** Reads the whole domain: its top-level terms are joined by an implicit "and". */
function parse(env: Environment, model: Model, terms: Json[]): Condition {
  const conditions: Condition[] = [];
  while (terms.length > 0) {
    conditions.push(parseTerm(env, model, terms));
  }
  return conditions.reduce(both, { test: () => true });
}

function parseTerm(env: Environment, model: Model, terms: Json[]): Condition {
  const term = terms.shift();
  if (term === '&' || term === '|') {
    const left = parseTerm(env, model, terms);
    const right = parseTerm(env, model, terms);
    return term === '&' ? both(left, right) : either(left, right);
  }
  if (term === '!') {
    const { test } = parseTerm(env, model, terms);
    return { test: (row) => !test(row) };
  }
  if (!isList(term) || term.length !== 3) {
    throw valueError(`Domain() invalid item in domain: ${JSON.stringify(term)}`);
  }
  const [name, operator, value] = term;
  return parseLeaf(env, model, name ?? null, textOf(operator), value ?? false);
}

function both(left: Condition, right: Condition): Condition {
  const test = (row: Row): boolean => left.test(row) && right.test(row);
  const candidates = smaller(left.candidates, right.candidates);
  return candidates === undefined ? { test } : { test, candidates };
}

function smaller(
  a: ReadonlySet<number> | undefined,
  b: ReadonlySet<number> | undefined,
): ReadonlySet<number> | undefined {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  return a.size <= b.size ? a : b;
}

function either(left: Condition, right: Condition): Condition {
  const test = (row: Row): boolean => left.test(row) || right.test(row);
  return left.candidates === undefined || right.candidates === undefined
    ? { test }
    : { test, candidates: new Set([...left.candidates, ...right.candidates]) };
}

function parseLeaf(env: Environment, model: Model, name: Json, operator: string, value: Json): Condition {
  if (typeof name === 'number' && name === value) {
    return { test: () => operator === '=' };
  }
  const shown = `('${textOf(name)}', '${operator}', ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)})`;
  if (!OPERATORS.has(operator)) {
    throw valueError(env.major === 14 ? `Invalid leaf ${shown}` : `Invalid operator in condition ${shown}`);
  }
  const [first = '', ...rest] = textOf(name).split('.');
  const field = model.allFields.get(first);
  if (field === undefined) {
    const where = env.major === 14 ? 'leaf' : 'condition';
    throw valueError(`Invalid field ${model.name}.${first} in ${where} ${shown}`);
  }
  const positive = NEGATIONS[operator];
  if (positive !== undefined && rest.length === 0) {
    const { test } = parseLeaf(env, model, first, positive, value);
    return { test: (row) => !test(row) };
  }
  if (rest.length > 0 || operator === 'any') {
    const sub: Json = operator === 'any' ? value : [[rest.join('.'), operator, value]];
    return throughRelation(env, model, first, field, sub);
  }
  return directLeaf(env, model, first, field, operator, value);
}

/** `partner_id.name`: the other model is searched first, archived records included. */
function throughRelation(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  domain: Json,
): Condition {
  const related = env.model(field.relation ?? '');
  const inner = field.type === 'many2one' ? env.withContext({ active_test: false }) : env;
  const ids = findRows(inner, related, domain).map((row) => row.id);
  return directLeaf(env, model, name, field, 'in', ids);
}

function directLeaf(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  operator: string,
  value: Json,
): Condition {
  if (operator === '=?' && isEmpty(value)) {
    return { test: () => true };
  }
  if (operator === 'child_of') {
    return directLeaf(env, model, name, field, 'in', descendants(env, model, name, field, value));
  }
  const wanted = resolveNames(env, field, operator, value);
  const list = operator === 'in' ? (isList(wanted) ? wanted : [wanted]) : undefined;
  if (list !== undefined || operator === '=' || operator === '==' || operator === '=?') {
    return equality(env, model, name, field, list ?? [wanted]);
  }
  if (isList(wanted)) {
    return equality(env, model, name, field, wanted);
  }
  const matches = comparison(operator, wanted);
  return { test: (row) => matches(valueOf(env, model, row, name)) };
}

/** A many2one compared with text is compared by name. */
function resolveNames(env: Environment, field: Field, operator: string, value: Json): Json {
  const relational = field.relation !== undefined;
  if (!relational || typeof value !== 'string') {
    return value;
  }
  const related = env.model(field.relation ?? '');
  const matches = comparison(operator === '=' ? '==' : operator, value);
  return env
    .all(related.name)
    .filter((row) => matches(env.displayName(related.name, row.id)))
    .map((row) => row.id);
}

function equality(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  wanted: readonly Json[],
): Condition {
  const values = new Set<Json>(
    wanted.map((value) =>
      typeof value === 'string' && (name === 'id' || field.type === 'many2one') ? Number(value) : value,
    ),
  );
  const wantsEmpty = wanted.some((value) => value === false || value === null);
  const test = (row: Row): boolean => {
    const value = valueOf(env, model, row, name);
    if (typeof value === 'object') {
      return value.length === 0 ? wantsEmpty : value.some((id) => values.has(id));
    }
    return values.has(value) || (wantsEmpty && value === false);
  };
  if (wantsEmpty) {
    return { test };
  }
  if (name === 'id') {
    return { test, candidates: values as ReadonlySet<number> };
  }
  const candidates = lookUpAll(env, model, name, field, values);
  return candidates === undefined ? { test } : { test, candidates };
}

/** The rows an index names for a set of values; for a one2many, the owners of the wanted children. */
function lookUpAll(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  values: ReadonlySet<Json>,
): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  if (field.type === 'one2many' && field.relation !== undefined) {
    for (const id of values) {
      const owner = typeof id === 'number' ? env.get(field.relation, id)?.[field.inverse ?? ''] : false;
      if (typeof owner === 'number') {
        found.add(owner);
      }
    }
    return found;
  }
  const table = env.database.table(model.name);
  if (!table.hasIndex(name)) {
    return undefined;
  }
  for (const value of values) {
    for (const id of table.lookUp(name, value as Value) ?? []) {
      found.add(id);
    }
  }
  return found;
}

/** Ids of records and everything below them. */
function descendants(
  env: Environment,
  model: Model,
  name: string,
  field: Field,
  value: Json,
): readonly number[] {
  const target = name === 'id' ? model : env.model(field.relation ?? '');
  const found = new Set(idsOf(isList(value) ? value : [value]));
  const parentField = target.parentField ?? 'parent_id';
  let grew = true;
  while (grew) {
    grew = false;
    for (const row of env.all(target.name)) {
      const parent = row[parentField];
      if (typeof parent === 'number' && found.has(parent) && !found.has(row.id)) {
        found.add(row.id);
        grew = true;
      }
    }
  }
  return [...found];
}
