/** Methods every model answers to. */
import { valueError } from './errors';
import { fieldOf, valueOf } from './field-values';
import { loadRecords } from './load';
import { messagePost } from './model-order';
import { countRows, readIds, readRows, searchNames, searchRows } from './records-read';
import { createRecord, createRecords, unlinkRecords, writeRecords } from './records-write';
import { checkAccess, checkRules, isAllowed } from './rights';
import type { Operation } from './rights';
import type { Field, Method, MethodCall, Model } from './schema';
import { stockContextExists } from './stock';
import { selectionOf } from './stored-values';
import { isList, isObject, numberOf, textOf } from './values';
import type { Json, JsonObject, Values } from './values';

const QUANTITIES = new Set([
  'qty_available',
  'free_qty',
  'virtual_available',
  'outgoing_qty',
  'incoming_qty',
]);
const OPERATIONS: ReadonlySet<string> = new Set(['read', 'create', 'write', 'unlink']);

function onModel(params: readonly string[], run: Method['run'], options: Partial<Method> = {}): Method {
  return { params, onRecords: false, writes: false, run, ...options };
}

function onRecords(params: readonly string[], run: Method['run'], options: Partial<Method> = {}): Method {
  return { params, onRecords: true, writes: true, run, ...options };
}

function namesOf(value: Json | undefined): readonly string[] | undefined {
  return isList(value) ? value.map(textOf) : undefined;
}

function optionalNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function search({ env, model, args }: MethodCall): ReturnType<typeof searchRows> {
  return searchRows(env, model.name, args['domain'] ?? args['args'], {
    offset: optionalNumber(args['offset']),
    limit: optionalNumber(args['limit']),
    order: textOf(args['order']),
  });
}

function read(call: MethodCall, rows: ReturnType<typeof searchRows>): Json {
  const { env, model, args } = call;
  const names = namesOf(args['fields']);
  const wantsStock = model.name === 'product.product' && (names ?? []).some((name) => QUANTITIES.has(name));
  if (wantsStock && !stockContextExists(env)) {
    return [];
  }
  const records = readRows(env, model.name, rows, names);
  return args['load'] === undefined || args['load'] === '_classic_read'
    ? records
    : records.map((record) => withoutNames(model, record));
}

/** `load=None`: a many2one is its id alone. */
function withoutNames(model: Model, record: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      model.allFields.get(name)?.type === 'many2one' && isList(value) ? value[0] : value,
    ]),
  );
}

function create({ env, model, args }: MethodCall): Json {
  const sent = args['vals_list'];
  if (isList(sent)) {
    return createRecords(env, model.name, sent.map(asValues));
  }
  return createRecord(env, model.name, asValues(sent));
}

function asValues(value: Json | undefined): Values {
  if (!isObject(value)) {
    throw valueError(`dictionary update sequence expected, got ${JSON.stringify(value)}`);
  }
  return value;
}

function load({ env, model, args }: MethodCall): Json {
  checkAccess(env, model, 'write');
  const rows = isList(args['data']) ? args['data'] : [];
  const result = loadRecords(
    env,
    model,
    namesOf(args['fields']) ?? [],
    rows.map((row) => (isList(row) ? row : [])),
  );
  return { ids: result.ids, messages: result.messages, nextrow: result.nextrow };
}

function getMetadata({ env, model, ids }: MethodCall): Json {
  checkAccess(env, model, 'read');
  // Observed: 14 shows the metadata of hidden records all the same.
  if (env.major !== 14) {
    checkRules(env, model, ids);
  }
  return env.rows(model.name, ids).map((row) => {
    const data = env.rowsBy('ir.model.data', 'reference', `${model.name},${row.id}`);
    const xmlids = data.map((entry) => ({
      xmlid: textOf(entry['complete_name']),
      noupdate: entry['noupdate'] === true,
    }));
    const [shown] = readRows(
      env,
      model.name,
      [row],
      ['create_uid', 'create_date', 'write_uid', 'write_date'],
    );
    return {
      ...shown,
      xmlid: xmlids[0]?.xmlid ?? false,
      noupdate: xmlids[0]?.noupdate ?? false,
      ...(env.major === 14 ? {} : { xmlids }),
    };
  });
}

function fieldsGet(call: MethodCall): Json {
  const { env, model, args } = call;
  checkAccess(env, model, 'read');
  const wanted = namesOf(args['allfields']);
  const attributes = namesOf(args['attributes']);
  const shown: Record<string, Json> = {};
  for (const [name, field] of model.allFields) {
    if (wanted === undefined || wanted.length === 0 || wanted.includes(name)) {
      shown[name] = describeField(call, name, field, attributes);
    }
  }
  return shown;
}

function describeField(
  { env, model }: MethodCall,
  name: string,
  field: Field,
  attributes: readonly string[] | undefined,
): Json {
  const computed = field.compute !== undefined;
  const all: Record<string, Json> = {
    name,
    type: field.type,
    string: field.label,
    required: field.required ?? false,
    readonly: field.readonly ?? computed,
    store: !computed && !model.inheritedFields.has(name),
    searchable: true,
    sortable: !computed,
    ...(field.type === 'float' ? { digits: digitsOf(env, field) } : {}),
    ...(field.relation === undefined ? {} : { relation: field.relation }),
    ...(field.inverse === undefined ? {} : { relation_field: field.inverse }),
    ...(field.type === 'selection'
      ? { selection: selectionOf(env, field.selection).map(([value, label]) => [value, label]) }
      : {}),
  };
  return attributes === undefined || attributes.length === 0
    ? all
    : Object.fromEntries(Object.entries(all).filter(([key]) => attributes.includes(key)));
}

/** Digits in all and after the point, false for a float that is not rounded (observed on 14 and 19). */
function digitsOf(env: MethodCall['env'], field: Field): Json {
  const decimals = field.digits?.(env);
  return decimals === undefined ? false : [16, decimals];
}

function nameSearch({ env, model, args }: MethodCall): Json {
  const rows = searchNames(
    env,
    model,
    textOf(args['name']),
    args['domain'] ?? args['args'],
    textOf(args['operator']) || 'ilike',
    numberOf(args['limit']) || 100,
  );
  return rows.map((row) => [row.id, env.displayName(model.name, row.id)]);
}

function operationOf(value: Json | undefined): Operation {
  const operation = textOf(value);
  if (!OPERATIONS.has(operation)) {
    throw valueError(`Invalid operation '${operation}'`);
  }
  return operation as Operation;
}

function checkAccessRights({ env, model, args }: MethodCall): Json {
  const operation = operationOf(args['operation']);
  if (args['raise_exception'] !== false) {
    checkAccess(env, model, operation);
  }
  return isAllowed(env, model, operation);
}

/** Copies records without what belongs to one record only (references, dates, state). */
function copy(call: MethodCall): Json {
  const { env, model, ids, args } = call;
  const defaults = isObject(args['default']) ? args['default'] : {};
  const copies = env.rows(model.name, ids).map((row) => {
    const values: Record<string, Json | undefined> = {};
    for (const [name, field] of model.allFields) {
      if (field.copy === false || field.compute !== undefined || field.readonly === true || name === 'id') {
        continue;
      }
      const value = valueOf(env, model, row, name);
      values[name] =
        field.type === 'one2many' ? copiedLines(call, field, value as number[]) : copied(field, value);
    }
    if (model.name === 'res.partner' || model.name.startsWith('product.')) {
      values['name'] = `${textOf(row['name'])} (copy)`;
    }
    return createRecord(env, model.name, { ...values, ...defaults });
  });
  return env.major === 14 ? (copies[0] ?? false) : copies;
}

function copied(field: Field, value: Json): Json {
  return field.type === 'many2many' ? [[6, 0, value]] : value;
}

function copiedLines({ env }: MethodCall, field: Field, ids: readonly number[]): Json {
  const child = env.model(field.relation ?? '');
  return env.rows(child.name, ids).map((row) => {
    const values: Record<string, Json> = {};
    for (const [name, own] of child.allFields) {
      const skipped = own.copy === false || own.compute !== undefined || own.readonly === true;
      if (!skipped && own.type !== 'one2many' && name !== field.inverse && name !== 'id') {
        values[name] = copied(own, valueOf(env, child, row, name));
      }
    }
    return [0, 0, values];
  });
}

function setActive(active: boolean): Method {
  return onRecords([], ({ env, model, ids }) => {
    fieldOf(env, model, 'active');
    writeRecords(env, model.name, ids, { active });
    return undefined;
  });
}

const SEARCH_PARAMS = ['domain', 'fields', 'offset', 'limit', 'order'] as const;

const COMMON: Readonly<Record<string, Method>> = {
  search_read: onModel(SEARCH_PARAMS, (call) => read(call, search(call)), { open: true }),
  search: onModel(['domain', 'offset', 'limit', 'order'], (call) => search(call).map((row) => row.id), {
    required: ['domain'],
  }),
  search_count: onModel(['domain', 'limit'], ({ env, model, args }) =>
    countRows(env, model.name, args['domain']),
  ),
  read: onRecords(
    ['fields', 'load'],
    (call) => {
      const { env, model, ids } = call;
      checkAccess(env, model, 'read');
      checkRules(env, model, ids);
      const names = namesOf(call.args['fields']);
      return names?.length === 1 && names[0] === 'id'
        ? readIds(env, model, ids)
        : read(call, env.rows(model.name, ids));
    },
    { writes: false },
  ),
  create: onModel(['vals_list'], create, { writes: true, required: ['vals_list'] }),
  write: onRecords(
    ['vals'],
    ({ env, model, ids, args }) => {
      writeRecords(env, model.name, ids, asValues(args['vals']));
      return true;
    },
    { required: ['vals'] },
  ),
  unlink: onRecords([], ({ env, model, ids }) => {
    unlinkRecords(env, model.name, ids);
    return true;
  }),
  load: onModel(['fields', 'data'], load, { writes: true, required: ['fields', 'data'] }),
  copy: onRecords(['default'], copy),
  exists: onRecords([], ({ env, model, ids }) => env.rows(model.name, ids).map((row) => row.id), {
    writes: false,
  }),
  get_metadata: onRecords([], getMetadata, { writes: false }),
  fields_get: onModel(['allfields', 'attributes'], fieldsGet),
  name_search: onModel(['name', 'domain', 'operator', 'limit'], nameSearch),
  message_post: messagePost,
  action_archive: setActive(false),
  action_unarchive: setActive(true),
};

const ONLY_14: Readonly<Record<string, Method>> = {
  check_access_rights: onModel(['operation', 'raise_exception'], checkAccessRights, {
    required: ['operation'],
  }),
  name_search: onModel(['name', 'args', 'operator', 'limit'], nameSearch),
  search: onModel(['args', 'offset', 'limit', 'order'], (call) => search(call).map((row) => row.id), {
    required: ['args'],
  }),
  search_count: onModel(['args'], ({ env, model, args }) => countRows(env, model.name, args['args']), {
    required: ['args'],
  }),
  name_get: onRecords(
    [],
    ({ env, model, ids }) =>
      env.rows(model.name, ids).map((row) => [row.id, env.displayName(model.name, row.id)]),
    {
      writes: false,
    },
  ),
};

const ONLY_19: Readonly<Record<string, Method>> = {
  has_access: onRecords(
    ['operation'],
    ({ env, model, args }) => isAllowed(env, model, operationOf(args['operation'])),
    { writes: false, required: ['operation'] },
  ),
  // Deprecated there: it refuses or returns nothing.
  check_access_rights: onModel(
    ['operation', 'raise_exception'],
    (call) => {
      checkAccessRights(call);
      return undefined;
    },
    { required: ['operation'] },
  ),
};

/** The method of a model, its own before the common ones. */
export function findMethod(major: number, model: Model, name: string): Method | undefined {
  const versioned = major === 14 ? ONLY_14 : ONLY_19;
  const own = model.methods ?? {};
  for (const table of [own, versioned, COMMON]) {
    if (Object.hasOwn(table, name)) {
      return table[name];
    }
  }
  return undefined;
}
