import type { Checkpoint, Checkpoints } from '../core/ports';
import type { StateDatabase } from './database';

/** The checkpoints port, and the write that a commit makes. */
export interface CheckpointTable {
  readonly port: Checkpoints;
  /** Writes a checkpoint, replacing the one of the same flow. */
  put(checkpoint: Checkpoint): void;
}

interface CheckpointRow {
  readonly watermark: string | null;
  readonly position: string | null;
  readonly full_at: string | null;
}

/** Prepares the statements on checkpoints. */
export function openCheckpoints({ db, perform }: StateDatabase): CheckpointTable {
  const get = db.prepare<[string, string], CheckpointRow>(
    'SELECT watermark, position, full_at FROM checkpoints WHERE store = ? AND flow = ?',
  );
  const put = db.prepare(
    'INSERT OR REPLACE INTO checkpoints (store, flow, watermark, position, full_at) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    port: {
      get(store, flow) {
        return perform(() => {
          const row = get.get(store, flow);
          if (row === undefined) {
            return undefined;
          }
          const position: unknown = row.position === null ? null : JSON.parse(row.position);
          return { store, flow, watermark: row.watermark, position, fullAt: row.full_at };
        });
      },
    },
    put({ store, flow, watermark, position, fullAt }) {
      const kept = position === null || position === undefined ? null : JSON.stringify(position);
      put.run(store, flow, watermark, kept, fullAt);
    },
  };
}
