/** Spoiled rows of Odoo: values inside of well-formed answers, as another module or a broken import leaves them. */
import fc from 'fast-check';
import { describeEdits, editsOf, mutate, writeJson, type Edit } from './mutate-json';
import type { Asked, TamperingProxy } from './tampering-proxy';

/** Edits drawn at a time for one kind of row; they are used in turn. */
const DRAWN = 60;

export interface SpoiledRows {
  /** Rows that were answered spoiled. */
  readonly count: number;
  /** The last ones in words, to look at when something breaks. */
  readonly last: readonly string[];
}

/** What a call asked for: `sale.order`, `read`. */
export interface OdooCall {
  readonly model: string;
  readonly method: string;
}

/**
 * Makes the proxy spoil about one in `rarity` rows of every read; ids stay. The
 * same seed spoils the same rows, as far as the calls come in the same order.
 */
export function serveSpoiledRows(proxy: TamperingProxy, seed: number, rarity: number): SpoiledRows {
  const pools = new Map<string, { edits: Edit[][]; next: number }>();
  const spoiled = { count: 0, last: [] as string[] };
  let rows = 0;

  function spoil(call: OdooCall, row: unknown): unknown {
    rows += 1;
    if (typeof row !== 'object' || row === null || (rows * 7 + seed) % rarity !== 0) {
      return row;
    }
    const name = `${call.model} ${Object.keys(row).sort().join(',')}`;
    const pool = pools.get(name) ?? { edits: draw(row, seed + pools.size), next: 0 };
    pools.set(name, pool);
    const edits = pool.edits[pool.next % DRAWN] ?? [];
    pool.next += 1;
    spoiled.count += 1;
    spoiled.last = [...spoiled.last.slice(-40), `${call.model}.${call.method}: ${describeEdits(edits)}`];
    return mutate(row, edits);
  }

  proxy.tamper = (asked, text) => {
    const call = callOf(asked);
    if (call === undefined || !['read', 'search_read'].includes(call.method)) {
      return text;
    }
    const answer = JSON.parse(text) as unknown;
    const result = asked.path === '/jsonrpc' ? (answer as { result?: unknown }).result : answer;
    if (!Array.isArray(result)) {
      return text;
    }
    const changed = result.map((row: unknown) => spoil(call, row));
    return writeJson(asked.path === '/jsonrpc' ? { ...(answer as object), result: changed } : changed);
  };
  return spoiled;
}

function draw(row: object, seed: number): Edit[][] {
  const fields = Object.keys(row).filter((name) => name !== 'id');
  return fields.length === 0
    ? []
    : fc.sample(fc.array(editsOf([row], ['id']), { minLength: 1, maxLength: 2 }), { numRuns: DRAWN, seed });
}

/** The call behind a request of JSON-2 or JSON-RPC. */
export function callOf({ path, body }: Asked): OdooCall | undefined {
  const [, model, method] = /^\/json\/2\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (model !== undefined && method !== undefined) {
    return { model, method };
  }
  if (path !== '/jsonrpc') {
    return undefined;
  }
  const { params } = JSON.parse(body) as { params: { service: string; args: unknown[] } };
  const [, , , rpcModel, rpcMethod] = params.args;
  return params.service === 'object' ? { model: String(rpcModel), method: String(rpcMethod) } : undefined;
}
