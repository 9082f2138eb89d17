/** One call from outside: who calls, what is bound to which argument, and its transaction. */
import { Environment } from './environment';
import type { KnownUser, OdooMajor, ServerState } from './environment';
import { OdooFault, accessError, missingError, userError } from './errors';
import { findMethod } from './methods';
import { recomputeOrders } from './order-totals';
import { checkRules } from './rights';
import type { Method, Model } from './schema';
import { isList, isObject } from './values';
import type { Json, JsonObject } from './values';

/** A call with positions and names, as XML-RPC and JSON-RPC send it. */
export interface RpcCall {
  readonly model: string;
  readonly method: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
}

/** A call with names only, as JSON-2 sends it. */
export interface NamedCall {
  readonly model: string;
  readonly method: string;
  readonly body: JsonObject;
}

type Arguments = Readonly<Record<string, Json | undefined>>;

/** Runs calls, one transaction each, and counts those that changed something. */
export class CallRunner {
  /** Calls that committed a change. */
  writes = 0;

  constructor(readonly state: ServerState) {}

  /** @returns undefined for Python's None */
  runRpc(user: KnownUser, call: RpcCall): Json | undefined {
    const { major } = this.state;
    const model = this.state.models.get(call.model);
    if (model === undefined) {
      throw userError(`Object ${call.model} doesn't exist`);
    }
    refusePrivate(major, call.model, call.method);
    const method = findMethod(major, model, call.method);
    if (method === undefined) {
      throw unknownMethod(major, call.model, call.method);
    }
    const { context, ...kwargs } = call.kwargs;
    const [ids, args] = method.onRecords
      ? [toIds(call.args[0] ?? kwargs['ids']), call.args.slice(1)]
      : [[], call.args];
    const bound = bindPositions(major, model, call.method, method, args, kwargs);
    return this.run(user, model, method, ids, bound, context);
  }

  /** @returns undefined for Python's None */
  runNamed(user: KnownUser, call: NamedCall): Json | undefined {
    const model = this.state.models.get(call.model);
    if (model === undefined) {
      throw new OdooFault('werkzeug.exceptions.NotFound', `the model '${call.model}' does not exist`);
    }
    refusePrivate(this.state.major, call.model, call.method);
    const method = findMethod(this.state.major, model, call.method);
    if (method === undefined) {
      throw new OdooFault(
        'werkzeug.exceptions.NotFound',
        `The method '${call.model}.${call.method}' does not exist`,
      );
    }
    const { ids, context, ...kwargs } = call.body;
    if (!method.onRecords && isList(ids) && ids.length > 0) {
      throw unprocessable(`cannot call ${call.model}.${call.method} with ids`);
    }
    checkNames(method, kwargs);
    const args = call.method === 'create' ? asList(kwargs) : kwargs;
    return this.run(user, model, method, toIds(ids), args, context);
  }

  private run(
    user: KnownUser,
    model: Model,
    method: Method,
    ids: readonly number[],
    args: Arguments,
    context: Json | undefined,
  ): Json | undefined {
    const env = new Environment(this.state, user, isObject(context) ? context : {});
    const { database } = this.state;
    try {
      if (method.onRecords && method.writes) {
        requireRecords(env, model.name, ids);
        checkRules(env, model, ids);
      }
      const result = method.run({ env, model, ids, args });
      recomputeOrders(env);
      this.writes += method.writes && database.mark() > 0 ? 1 : 0;
      database.commit();
      return result;
    } catch (error) {
      database.rollBack(0);
      throw error;
    }
  }
}

/** @throws OdooFault MissingError for the first id that is gone */
function requireRecords(env: Environment, model: string, ids: readonly number[]): void {
  const missing = ids.find((id) => env.get(model, id) === undefined);
  if (missing !== undefined) {
    throw missingError(model, missing, env.user.uid);
  }
}

function refusePrivate(major: OdooMajor, model: string, method: string): void {
  if (method.startsWith('_')) {
    const name = major === 14 ? method : `'${model}.${method}'`;
    throw accessError(`Private methods (such as ${name}) cannot be called remotely.`);
  }
}

function unknownMethod(major: OdooMajor, model: string, method: string): OdooFault {
  return new OdooFault(
    'builtins.AttributeError',
    major === 14
      ? `type object '${model}' has no attribute '${method}'`
      : `The method '${model}.${method}' does not exist`,
  );
}

function unprocessable(message: string): OdooFault {
  return new OdooFault('werkzeug.exceptions.UnprocessableEntity', message);
}

function toIds(value: Json | undefined): readonly number[] {
  if (isList(value)) {
    return value.map(Number);
  }
  return typeof value === 'number' ? [value] : [];
}

/** JSON-2 creates lists only: one dictionary counts as a list of one. */
function asList(kwargs: JsonObject): Arguments {
  const sent = kwargs['vals_list'];
  return { ...kwargs, vals_list: isObject(sent) ? [sent] : sent };
}

function checkNames(method: Method, kwargs: JsonObject): void {
  const unexpected = Object.keys(kwargs).find((name) => !method.params.includes(name));
  if (unexpected !== undefined && method.open !== true) {
    throw unprocessable(`got an unexpected keyword argument '${unexpected}'`);
  }
  const missing = method.required?.find((name) => kwargs[name] === undefined);
  if (missing !== undefined) {
    throw unprocessable(`missing a required argument: '${missing}'`);
  }
}

function bindPositions(
  major: OdooMajor,
  model: Model,
  name: string,
  method: Method,
  args: readonly Json[],
  kwargs: JsonObject,
): Arguments {
  const owner = (common: string): string => (major === 14 ? name : `${common}.${name}`);
  const unexpected = Object.keys(kwargs).find((key) => !method.params.includes(key));
  if (unexpected !== undefined && method.open !== true) {
    throw new OdooFault(
      'builtins.TypeError',
      `${owner('BaseModel')}() got an unexpected keyword argument '${unexpected}'`,
    );
  }
  if (args.length > method.params.length && method.open !== true) {
    throw new OdooFault(
      'builtins.TypeError',
      `${owner('BaseModel')}() takes ${method.params.length + 1} positional arguments but ${args.length + 1} were given`,
    );
  }
  const bound: Record<string, Json | undefined> = { ...kwargs };
  for (const [index, param] of method.params.entries()) {
    if (index < args.length) {
      bound[param] = args[index];
    }
  }
  const missing = method.required?.find((param) => bound[param] === undefined);
  if (missing !== undefined) {
    throw new OdooFault(
      'builtins.TypeError',
      `${owner(className(model.name))}() missing 1 required positional argument: '${missing}'`,
    );
  }
  return bound;
}

/** `res.partner` is the Python class `ResPartner`. */
function className(model: string): string {
  return model
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
