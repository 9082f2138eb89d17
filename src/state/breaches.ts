import type { Breach, Breaches, LimitName } from '../core/ports';
import type { StateDatabase } from './database';

/** The breaches port, and the write that a commit makes. */
export interface BreachTable {
  readonly port: Breaches;
  /** Writes a breach, replacing the one of the same run, flow and limit. */
  put(breach: Breach): void;
}

/** A breach as its table has it. */
export interface BreachRow {
  readonly store: string;
  readonly run_id: string;
  readonly flow: string;
  readonly limit_name: LimitName;
  readonly measured: number;
  readonly message: string;
  readonly at: string;
  readonly used_by: string | null;
}

const PUT = `INSERT OR REPLACE INTO breaches (store, run_id, flow, limit_name, measured, message, at, used_by)
  VALUES (@store, @runId, @flow, @limit, @measured, @message, @at, @usedBy)`;

/** Prepares the statements on breaches. */
export function openBreaches({ db, perform }: StateDatabase): BreachTable {
  const find = db.prepare<[string, string], BreachRow>(
    'SELECT * FROM breaches WHERE store = ? AND run_id = ? ORDER BY flow, limit_name',
  );
  const put = db.prepare<Breach>(PUT);
  return {
    port: {
      find(store, runId) {
        return perform(() => find.all(store, runId).map(breachOf));
      },
    },
    put(breach) {
      put.run(breach);
    },
  };
}

/** Reads a row of the table. */
export function breachOf({ run_id: runId, limit_name: limit, used_by: usedBy, ...rest }: BreachRow): Breach {
  return { ...rest, runId, limit, usedBy };
}
