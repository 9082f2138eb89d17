/** Adapters with something between: small pages, a killed process, an answer that never came. */
import type { OdooApi, WooApi, WooPage, WooQuery } from '../../src/core/ports';
import { RetryableError } from '../../src/core/errors';

/** Pages of two rows; `afterPage` runs when a page was handed out, before the next one is taken. */
export function smallPages(
  woo: WooApi,
  afterPage?: (path: string, page: WooPage, query: WooQuery) => void,
): WooApi {
  async function* sweep(
    ...[path, query = {}, options]: Parameters<WooApi['sweep']>
  ): ReturnType<WooApi['sweep']> {
    for await (const page of woo.sweep(path, query, { ...options, pageSize: 2 })) {
      yield page;
      afterPage?.(path, page, query);
    }
  }
  return {
    get requests() {
      return woo.requests;
    },
    get: (...args) => woo.get(...args),
    list: (...args) => woo.list(...args),
    find: (...args) => woo.find(...args),
    batch: (...args) => woo.batch(...args),
    shop: () => woo.shop(),
    sweep,
  };
}

/** The collection has these rows only, as when a right is lost or a plugin filters. */
export function listOnly(woo: WooApi, collection: string, include: readonly number[]): WooApi {
  return {
    ...woo,
    get requests() {
      return woo.requests;
    },
    sweep: (path, query, options) =>
      woo.sweep(path, path === collection ? { ...query, include } : query, options),
  };
}

/** The collection answers, and has no rows. */
export function emptyListing(woo: WooApi, collection: string): WooApi {
  return listOnly(woo, collection, [999_999]);
}

/** What a process does no more once it was killed. */
export class Killed extends Error {}

export interface Strike {
  /** The how-manieth writing call is struck, 1 for the first. */
  readonly at: number;
  /** Before: Odoo never saw it. After: Odoo did it, nobody heard of it. */
  readonly when: 'before' | 'after';
  readonly error: () => Error;
}

export const killed = (): Error => new Killed('kill -9');
export const answerLost = (): Error => new RetryableError('Odoo did not answer in time', { ambiguous: true });

/** Strikes one of the calls that write; `calls` tells what was called, as `model.method`. */
export function strikeWrites(odoo: OdooApi, strike: Strike, calls: string[] = []): OdooApi {
  async function struck<T>(name: string, call: () => Promise<T>): Promise<T> {
    calls.push(name);
    const isStruck = calls.length === strike.at;
    if (isStruck && strike.when === 'before') {
      throw strike.error();
    }
    const result = await call();
    if (isStruck) {
      throw strike.error();
    }
    return result;
  }
  return wrapWrites(odoo, struck);
}

/** Passes every call that writes through `around`. */
export function wrapWrites(
  odoo: OdooApi,
  around: <T>(name: string, call: () => Promise<T>) => Promise<T>,
): OdooApi {
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
    load: (...args) => around(`${args[0]}.load`, () => odoo.load(...args)),
    write: (...args) => around(`${args[0]}.write`, () => odoo.write(...args)),
    act: (...args) => around(`${args[0]}.${args[1]}`, () => odoo.act(...args)),
    call: (...args) => around(`${args[0]}.${args[1]}`, () => odoo.call(...args)),
  };
}
