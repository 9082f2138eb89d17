/** Creating, changing and deleting records of any model. */
import type { Environment } from './environment';
import { OdooFault, constraintError, missingError, valueError } from './errors';
import { emptyValue } from './field-values';
import { checkAccess } from './rights';
import type { Field, Model } from './schema';
import { storedValue } from './stored-values';
import type { Json, Row, Value, Values } from './values';
import { idsOf, isList, isObject } from './values';

/** Creates records and returns their ids, in order; what the model does around it included. */
export function createRecords(env: Environment, modelName: string, list: readonly Values[]): number[] {
  const model = env.model(modelName);
  checkAccess(env, model, 'create');
  if (list.length === 0) {
    return [];
  }
  const next = (values: readonly Values[]): number[] => insertRecords(env, model, values);
  return model.create === undefined ? next(list) : model.create(env, list, next);
}

export function createRecord(env: Environment, modelName: string, values: Values): number {
  const [id] = createRecords(env, modelName, [values]);
  return id ?? 0;
}

/** Writes the same values to records. */
export function writeRecords(
  env: Environment,
  modelName: string,
  ids: readonly number[],
  values: Values,
): void {
  const model = env.model(modelName);
  checkAccess(env, model, 'write');
  requireRecords(env, model, ids);
  const next = (targets: readonly number[], changed: Values): void => {
    updateRecords(env, model, targets, changed);
  };
  if (model.write === undefined) {
    next(ids, values);
  } else {
    model.write(env, ids, values, next);
  }
}

export function unlinkRecords(env: Environment, modelName: string, ids: readonly number[]): void {
  const model = env.model(modelName);
  checkAccess(env, model, 'unlink');
  requireRecords(env, model, ids);
  const next = (targets: readonly number[]): void => {
    for (const id of targets) {
      removeRecord(env, model, id);
    }
  };
  if (model.unlink === undefined) {
    next(ids);
  } else {
    model.unlink(env, ids, next);
  }
}

/** Changes stored values without rights, hooks or checks; for what Odoo computes itself. */
export function patchRow(env: Environment, model: string, id: number, values: Record<string, Value>): void {
  const row = env.get(model, id);
  if (row !== undefined) {
    env.database.put(model, { ...row, ...values, id });
  }
}

/** The same, as a write that moves `write_date`. */
export function touchRow(env: Environment, model: string, id: number, values: Record<string, Value>): void {
  patchRow(env, model, id, { ...values, write_date: env.stamp, write_uid: env.user.uid });
}

/** @throws OdooFault MissingError for the first id that is gone */
function requireRecords(env: Environment, model: Model, ids: readonly number[]): void {
  for (const id of ids) {
    if (env.get(model.name, id) === undefined) {
      throw missingError(model.name, id, env.user.uid);
    }
  }
}

function insertRecords(env: Environment, model: Model, list: readonly Values[]): number[] {
  const table = env.database.table(model.name);
  const ids: number[] = [];
  const children: PendingChildren = new Map();
  for (const values of list) {
    const id = table.nextId();
    ids.push(id);
    env.database.put(model.name, newRow(env, model, id, values, children));
  }
  createChildren(env, children);
  return ids;
}

/** Children to create, by model: those of many parents are created in one go. */
type PendingChildren = Map<string, Values[]>;

function createChildren(env: Environment, children: PendingChildren): void {
  for (const [model, list] of children) {
    createRecords(env, model, list);
  }
}

function newRow(env: Environment, model: Model, id: number, values: Values, children: PendingChildren): Row {
  const row: Record<string, Value> & { id: number } = { id };
  const fill = (name: string, field: Field, sent: Json | undefined): void => {
    const value = storedValue(env, model, name, field, sent, emptyValue(field));
    requireValue(env, model, name, value);
    row[name] = value;
  };
  for (const name in values) {
    const field = requireField(env, model, name, 'create');
    const sent = values[name];
    if (field.type === 'one2many') {
      collectChildren(field, id, sent, children);
    } else if (sent !== undefined && field.compute === undefined && name !== 'id') {
      fill(name, field, sent);
    }
  }
  for (const [name, field] of model.filledFields) {
    if (row[name] === undefined) {
      fill(name, field, field.default?.(env));
    }
  }
  row['create_date'] = row['write_date'] = env.stamp;
  row['create_uid'] = row['write_uid'] = env.user.uid;
  return row;
}

function collectChildren(field: Field, id: number, sent: Json | undefined, children: PendingChildren): void {
  for (const command of isList(sent) ? sent : []) {
    const values = isList(command) && command[0] === 0 ? command[2] : undefined;
    if (!isObject(values)) {
      continue;
    }
    const relation = field.relation ?? '';
    const list = children.get(relation) ?? [];
    list.push({ ...values, [field.inverse ?? '']: id });
    children.set(relation, list);
  }
}

function updateRecords(env: Environment, model: Model, ids: readonly number[], values: Values): void {
  const own: [string, Field, Json | undefined][] = [];
  const inherited: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = requireField(env, model, name, 'write');
    if (model.inheritedFields.has(name)) {
      inherited[name] = value;
    } else {
      own.push([name, field, value]);
    }
  }
  for (const id of ids) {
    updateRow(env, model, id, own);
  }
  if (model.inherits !== undefined && Object.keys(inherited).length > 0) {
    const { model: parent, through } = model.inherits;
    const parentIds = env.rows(model.name, ids).map((row) => Number(row[through]));
    writeRecords(env, parent, [...new Set(parentIds)], inherited);
  }
}

function updateRow(
  env: Environment,
  model: Model,
  id: number,
  values: readonly [string, Field, Json | undefined][],
): void {
  const row = env.get(model.name, id);
  if (row === undefined) {
    return;
  }
  const changed: Record<string, Value> = { write_date: env.stamp, write_uid: env.user.uid };
  for (const [name, field, sent] of values) {
    if (field.type === 'one2many') {
      applyChildCommands(env, field, id, sent);
    } else if (field.compute === undefined && name !== 'id' && !(name in changed)) {
      changed[name] = storedValue(env, model, name, field, sent, row[name]);
      requireValue(env, model, name, changed[name]);
    }
  }
  env.database.put(model.name, { ...(env.get(model.name, id) ?? row), ...changed, id });
}

/** The commands of a one2many: 0 create, 1 write, 2 delete, 3 unlink, 4 link, 5 clear, 6 replace. */
function applyChildCommands(env: Environment, field: Field, id: number, sent: Json | undefined): void {
  const relation = field.relation ?? '';
  const inverse = field.inverse ?? '';
  const created: Values[] = [];
  for (const command of isList(sent) ? sent : []) {
    if (!isList(command)) {
      continue;
    }
    const [code, childId, values] = command;
    switch (code) {
      case 0:
        created.push({ ...(isObject(values) ? values : {}), [inverse]: id });
        break;
      case 1:
        writeRecords(env, relation, [Number(childId)], isObject(values) ? values : {});
        break;
      case 2:
      case 3:
        unlinkRecords(env, relation, [Number(childId)]);
        break;
      case 4:
        writeRecords(env, relation, [Number(childId)], { [inverse]: id });
        break;
      case 5:
        keepChildren(env, relation, inverse, id, []);
        break;
      case 6:
        keepChildren(env, relation, inverse, id, idsOf(values));
        break;
      default:
        throw valueError(`Wrong command ${JSON.stringify(command)}`);
    }
  }
  createRecords(env, relation, created);
}

function keepChildren(
  env: Environment,
  relation: string,
  inverse: string,
  id: number,
  kept: readonly number[],
): void {
  const current = env.rowsBy(relation, inverse, id).map((row) => row.id);
  unlinkRecords(
    env,
    relation,
    current.filter((child) => !kept.includes(child)),
  );
}

function requireField(env: Environment, model: Model, name: string, operation: 'create' | 'write'): Field {
  const field = model.allFields.get(name);
  if (field !== undefined) {
    return field;
  }
  if (operation === 'write' && env.major !== 14) {
    throw new OdooFault('builtins.KeyError', name);
  }
  const where = env.major === 14 ? 'on model' : 'in';
  throw valueError(`Invalid field '${name}' ${where} '${model.name}'`);
}

function requireValue(env: Environment, model: Model, name: string, value: Value | undefined): void {
  const field = model.allFields.get(name);
  if (field?.required !== true || field.type === 'boolean') {
    return;
  }
  if (value === false || value === undefined) {
    throw requiredError(env, model, name, field);
  }
}

function requiredError(env: Environment, model: Model, name: string, field: Field): OdooFault {
  const missing = `Missing required value for the field '${field.label}' (${name})`;
  if (env.major === 14) {
    const text =
      'The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n' +
      '- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n' +
      `Model: ${model.label} (${model.name}), Field: ${field.label} (${name})\n`;
    return constraintError(text, { message: missing, field: name, model: model.name });
  }
  const text =
    `${missing}.\nModel: '${model.label}' (${model.name})\n- create/update: a mandatory field is not set\n` +
    '- delete: another model requires the record being deleted, you can archive it instead\n';
  return constraintError(`The operation cannot be completed: ${text}`, {
    message: text,
    field: name,
    model: model.name,
  });
}

/** Deletes a record with its external ids. */
function removeRecord(env: Environment, model: Model, id: number): void {
  env.database.remove(model.name, id);
  if (model.technical === true) {
    return;
  }
  for (const data of env.rowsBy('ir.model.data', 'reference', `${model.name},${id}`)) {
    env.database.remove('ir.model.data', data.id);
  }
}
