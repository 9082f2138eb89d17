/** Adapters of a dry run and of a comparison: reading is passed on, a write is a bug and stops it. */
import type { OdooApi, State, WooApi } from './ports';

/** Methods of Odoo that only read, as `call` may name them. */
const READING_METHODS = new Set(['check_access_rights', 'has_access', 'context_get', 'name_search']);

function refuse(what: string): never {
  throw new Error(`a dry run was about to write: ${what}`);
}

export function readOnlyOdoo(odoo: OdooApi): OdooApi {
  return {
    server: odoo.server,
    get requests() {
      return odoo.requests;
    },
    searchRead: (...args) => odoo.searchRead(...args),
    searchCount: (...args) => odoo.searchCount(...args),
    read: (...args) => odoo.read(...args),
    findHidden: (...args) => odoo.findHidden(...args),
    externalIds: (...args) => odoo.externalIds(...args),
    sweepExternalIds: (...args) => odoo.sweepExternalIds(...args),
    findExternalId: (...args) => odoo.findExternalId(...args),
    fields: (...args) => odoo.fields(...args),
    serverTime: () => odoo.serverTime(),
    call: (model, method, ...rest) =>
      READING_METHODS.has(method) ? odoo.call(model, method, ...rest) : refuse(`${model}.${method}`),
    load: (model) => refuse(`${model}.load`),
    write: (model) => refuse(`${model}.write`),
    act: (model, method) => refuse(`${model}.${method}`),
  };
}

export function readOnlyWoo(woo: WooApi): WooApi {
  return {
    get requests() {
      return woo.requests;
    },
    get: (...args) => woo.get(...args),
    list: (...args) => woo.list(...args),
    find: (...args) => woo.find(...args),
    sweep: (...args) => woo.sweep(...args),
    shop: () => woo.shop(),
    batch: (path) => refuse(path),
  };
}

/** The state for those who only look, without the lock. */
export function readOnlyState(state: State): State {
  const {
    links,
    checkpoints,
    intents,
    debts,
    holds,
    listings,
    breaches,
    spool,
    runs,
    audit,
    history,
    alerts,
  } = state;
  return {
    links,
    checkpoints,
    intents: { list: (...args) => intents.list(...args), open: () => refuse('intents.open') },
    debts: {
      find: (...args) => debts.find(...args),
      list: (...args) => debts.list(...args),
      due: (...args) => debts.due(...args),
      count: (...args) => debts.count(...args),
      release: () => refuse('debts.release'),
    },
    holds,
    listings,
    breaches,
    spool,
    runs: {
      list: (...args) => runs.list(...args),
      find: (...args) => runs.find(...args),
      findLastSync: (...args) => runs.findLastSync(...args),
      start: () => refuse('runs.start'),
      finish: () => refuse('runs.finish'),
    },
    audit,
    history,
    alerts: { list: (...args) => alerts.list(...args), replace: () => refuse('alerts.replace') },
    auditOf: (runId) => state.auditOf(runId),
    commit: () => refuse('commit'),
    bindStore: () => refuse('bindStore'),
    bindOdoo: () => refuse('bindOdoo'),
    lock: () => refuse('lock'),
  };
}
