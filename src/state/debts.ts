import { formatKey, parseKey } from '../core/keys';
import type { RecordKey } from '../core/keys';
import type { Debt, Debts, DebtState } from '../core/ports';
import { inChunks, keysAsJson, millisecondsOf } from './database';
import type { StateDatabase } from './database';

/** The debts port, and the writes that a commit makes. */
export interface DebtTable {
  readonly port: Debts;
  /** Writes a debt, replacing the one of the same key. */
  put(debt: Debt): void;
  settle(key: RecordKey): void;
  /** Makes the debts that wait for these records due at once. */
  wake(keys: readonly RecordKey[]): void;
}

interface DebtRow {
  readonly store: string;
  readonly entity: string;
  readonly id: string;
  readonly flow: string;
  readonly state: DebtState;
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly waiting_for: string | null;
  readonly origin: string | null;
  readonly business_key: string;
  readonly first_at: string;
  readonly next_at: string;
  readonly config_hash: string;
}

const OLDEST_FIRST = 'ORDER BY first_at, entity, length(id), id';
const FIND = `SELECT debts.* FROM json_each(?) AS wanted CROSS JOIN debts
  ON debts.store = wanted.value ->> 0 AND debts.entity = wanted.value ->> 1 AND debts.id = wanted.value ->> 2`;
const LIST = `SELECT * FROM debts
  WHERE store = @store AND (@flow IS NULL OR flow = @flow) AND (@state IS NULL OR state = @state)
  ${OLDEST_FIRST}`;
// A wait is over when the record waited for is owed no more: it was applied, or there is nothing to wait for.
const DUE = `SELECT * FROM debts WHERE store = @store AND flow = @flow AND (
    next_ms <= @now
    OR (state = 'quarantine' AND config_hash <> @configHash)
    OR (state = 'waiting' AND NOT EXISTS (SELECT 1 FROM debts AS owed WHERE owed.key = debts.waiting_for))
  ) ${OLDEST_FIRST}`;
const COUNT = `SELECT count(*) AS total, count(*) FILTER (WHERE state = 'quarantine') AS quarantine
  FROM debts WHERE store = ?`;
const PUT = `INSERT OR REPLACE INTO debts
  (store, entity, id, flow, state, reason, message, attempts, waiting_for, origin, business_key,
   first_at, next_at, next_ms, config_hash)
  VALUES (@store, @entity, @id, @flow, @state, @reason, @message, @attempts, @waitingFor, @origin, @businessKey,
   @firstAt, @nextAt, @nextMs, @configHash)`;
const RELEASE = `UPDATE debts
  SET next_at = iif(next_ms > @nowMs, @now, next_at), next_ms = min(next_ms, @nowMs)
  WHERE store = @store AND entity = @entity AND id = @id`;
const WAKE = `UPDATE debts SET next_at = @now, next_ms = @nowMs
  WHERE state = 'waiting' AND next_ms > @nowMs
    AND waiting_for IN (SELECT value FROM json_each(@keys))`;

/** Prepares the statements on debts. */
export function openDebts({ db, now, perform }: StateDatabase): DebtTable {
  const find = db.prepare<[string], DebtRow>(FIND);
  const list = db.prepare<{ store: string; flow: string | null; state: DebtState | null }, DebtRow>(LIST);
  const due = db.prepare<{ store: string; flow: string; now: number; configHash: string }, DebtRow>(DUE);
  const count = db.prepare<[string], { total: number; quarantine: number }>(COUNT);
  const put = db.prepare(PUT);
  const settle = db.prepare('DELETE FROM debts WHERE store = ? AND entity = ? AND id = ?');
  const release = db.prepare(RELEASE);
  const wake = db.prepare(WAKE);
  const releaseAll = db.transaction((keys: readonly RecordKey[], at: string) => {
    let released = 0;
    for (const key of keys) {
      released += release.run({ ...key, now: at, nowMs: millisecondsOf(at) }).changes;
    }
    return released;
  });

  const port: Debts = {
    find(keys) {
      return perform(() => {
        const found = new Map<string, Debt>();
        for (const chunk of inChunks(keys)) {
          for (const row of find.all(keysAsJson(chunk))) {
            const debt = debtOf(row);
            found.set(formatKey(debt.key), debt);
          }
        }
        return found;
      });
    },
    list(store, filter = {}) {
      return perform(() =>
        list.all({ store, flow: filter.flow ?? null, state: filter.state ?? null }).map(debtOf),
      );
    },
    due(store, flow, at, configHash) {
      return perform(() => due.all({ store, flow, now: millisecondsOf(at), configHash }).map(debtOf));
    },
    count(store) {
      return perform(() => count.get(store) ?? { total: 0, quarantine: 0 });
    },
    release(keys, at) {
      return perform(() => releaseAll.immediate(keys, at));
    },
  };

  return {
    port,
    put({ key, origin, ...debt }) {
      put.run({
        ...key,
        ...debt,
        origin: origin === null ? null : formatKey(origin),
        nextMs: millisecondsOf(debt.nextAt),
      });
    },
    settle(key) {
      settle.run(key.store, key.entity, key.id);
    },
    wake(keys) {
      const at = now();
      for (const chunk of inChunks(keys)) {
        wake.run({
          now: at.toISOString(),
          nowMs: at.getTime(),
          keys: JSON.stringify(chunk.map((key) => formatKey(key))),
        });
      }
    },
  };
}

function debtOf(row: DebtRow): Debt {
  return {
    key: { store: row.store, entity: row.entity, id: row.id },
    flow: row.flow,
    state: row.state,
    reason: row.reason,
    message: row.message,
    attempts: row.attempts,
    waitingFor: row.waiting_for,
    origin: row.origin === null ? null : (parseKey(row.origin) ?? null),
    businessKey: row.business_key,
    firstAt: row.first_at,
    nextAt: row.next_at,
    configHash: row.config_hash,
  };
}
