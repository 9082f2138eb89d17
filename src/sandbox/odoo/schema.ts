import type { Environment } from './environment';
import type { Json, Row, Value, Values } from './values';

export type FieldType =
  | 'char'
  | 'text'
  | 'html'
  | 'integer'
  | 'float'
  | 'monetary'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'selection'
  | 'binary'
  | 'many2one'
  | 'one2many'
  | 'many2many';

/** Pairs of stored value and label, or a function where they depend on the data (installed languages). */
export type Selection =
  readonly (readonly [string, string])[] | ((env: Environment) => (readonly [string, string])[]);

/** One field of a model, as `fields_get` shows it and as the sandbox keeps it. */
export interface Field {
  readonly type: FieldType;
  readonly label: string;
  readonly relation?: string;
  /** The many2one of the other model that a one2many is the reverse of. */
  readonly inverse?: string;
  readonly selection?: Selection;
  readonly required?: boolean;
  readonly readonly?: boolean;
  /** Kept in an index: `=` and `in` on it need no scan. */
  readonly index?: boolean;
  /** Empties on `copy`. */
  readonly copy?: false;
  /** Decimal places a float is rounded to when it is stored. */
  readonly digits?: (env: Environment) => number | undefined;
  readonly default?: (env: Environment) => Json;
  /** Calculated at each read; not stored. */
  readonly compute?: (env: Environment, row: Row) => Value;
}

export interface MethodCall {
  readonly env: Environment;
  readonly model: Model;
  readonly ids: readonly number[];
  readonly args: Readonly<Record<string, Json | undefined>>;
}

/** A method callable from outside. */
export interface Method {
  /** Names of the arguments in their order, for the protocols that send positions. */
  readonly params: readonly string[];
  readonly required?: readonly string[];
  /** Called on records: needs `ids`. */
  readonly onRecords: boolean;
  /** False for a method that only reads. */
  readonly writes: boolean;
  /** Accepts arguments it does not name (`**kwargs`). */
  readonly open?: boolean;
  /** Returns undefined for Python's None. */
  readonly run: (call: MethodCall) => Json | undefined;
}

export interface SortTerm {
  readonly field: string;
  readonly descending: boolean;
}

/** What a model does around the generic create, write and unlink; each calls `next`. */
export interface ModelHooks {
  readonly create?: (
    env: Environment,
    list: readonly Values[],
    next: (list: readonly Values[]) => number[],
  ) => number[];
  readonly write?: (
    env: Environment,
    ids: readonly number[],
    values: Values,
    next: (ids: readonly number[], values: Values) => void,
  ) => void;
  readonly unlink?: (
    env: Environment,
    ids: readonly number[],
    next: (ids: readonly number[]) => void,
  ) => void;
}

/** What a model file declares. */
export interface ModelDefinition extends ModelHooks {
  readonly name: string;
  readonly label: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Default sort; by id when left out. */
  readonly order?: string;
  /** Fields of another model shown as the model's own (`_inherits`). */
  readonly inherits?: { readonly model: string; readonly through: string };
  readonly displayName?: (env: Environment, row: Row) => string;
  /** Fields `name_search` looks in, besides the name. */
  readonly nameSearch?: readonly string[];
  /** The many2one `child_of` follows. */
  readonly parentField?: string;
  readonly methods?: Readonly<Record<string, Method>>;
  /** Without create and write dates and external ids of its own. */
  readonly technical?: boolean;
}

export interface Model extends ModelDefinition {
  /** Own and common fields, then inherited ones. */
  readonly allFields: ReadonlyMap<string, Field>;
  readonly inheritedFields: ReadonlySet<string>;
  /** Fields a new row is filled with when nothing is sent for them, or refused without. */
  readonly filledFields: readonly (readonly [string, Field])[];
}

type Options = Omit<Field, 'type' | 'label' | 'relation' | 'inverse' | 'selection'>;

export function field(type: FieldType, label: string, options: Options = {}): Field {
  return { type, label, ...options };
}

export function many2one(label: string, relation: string, options: Options = {}): Field {
  return { type: 'many2one', label, relation, ...options };
}

export function many2many(label: string, relation: string, options: Options = {}): Field {
  return { type: 'many2many', label, relation, ...options };
}

export function one2many(label: string, relation: string, inverse: string, options: Options = {}): Field {
  return { type: 'one2many', label, relation, inverse, ...options };
}

export function selection(label: string, values: Selection, options: Options = {}): Field {
  return { type: 'selection', label, selection: values, ...options };
}

const COMMON_FIELDS: Readonly<Record<string, Field>> = {
  id: field('integer', 'ID', { readonly: true }),
  display_name: field('char', 'Display Name', {
    readonly: true,
    compute: (_env, row) => String(row.id),
  }),
  create_date: field('datetime', 'Created on', { readonly: true }),
  create_uid: many2one('Created by', 'res.users', { readonly: true }),
  write_date: field('datetime', 'Last Updated on', { readonly: true }),
  write_uid: many2one('Last Updated by', 'res.users', { readonly: true }),
};

const ONLY_14: Readonly<Record<string, Field>> = {
  __last_update: field('datetime', 'Last Modified on', {
    readonly: true,
    compute: (_env, row) => row['write_date'] ?? false,
  }),
};

/** Completes the declarations: common fields, inherited fields. */
export function buildModels(major: number, definitions: readonly ModelDefinition[]): Map<string, Model> {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const models = new Map<string, Model>();
  for (const definition of definitions) {
    const common = major === 14 ? { ...COMMON_FIELDS, ...ONLY_14 } : COMMON_FIELDS;
    const allFields = new Map(Object.entries({ ...common, ...definition.fields }));
    allFields.set('display_name', displayNameField(definition));
    const inheritedFields = new Set<string>();
    const parent = definition.inherits && byName.get(definition.inherits.model);
    for (const [name, inherited] of Object.entries(parent?.fields ?? {})) {
      if (!allFields.has(name)) {
        allFields.set(name, inherited);
        inheritedFields.add(name);
      }
    }
    const filledFields = Object.entries(definition.fields).filter(
      ([, own]) => own.compute === undefined && (own.default !== undefined || own.required === true),
    );
    models.set(definition.name, { ...definition, allFields, inheritedFields, filledFields });
  }
  return models;
}

function displayNameField(definition: ModelDefinition): Field {
  return field('char', 'Display Name', {
    readonly: true,
    compute: (env, row) => env.displayName(definition.name, row.id),
  });
}
