import type { AlertKind, Alerts, RememberedAlert } from '../core/ports';
import type { StateDatabase } from './database';

interface AlertRow {
  readonly store: string;
  readonly channel: string;
  readonly kind: AlertKind;
  readonly flow: string;
  readonly reason: string;
  readonly is_open: number;
  readonly told_at: string | null;
  readonly recovered_at: string | null;
  readonly held_back: number;
  readonly runs: number;
}

const PUT = `INSERT OR REPLACE INTO alerts
  (store, channel, kind, flow, reason, is_open, told_at, recovered_at, held_back, runs)
  VALUES (@store, @channel, @kind, @flow, @reason, @isOpen, @toldAt, @recoveredAt, @heldBack, @runs)`;

/** Prepares the statements on alerts. */
export function openAlerts({ db, perform }: StateDatabase): Alerts {
  const list = db.prepare<[string, string], AlertRow>(
    'SELECT * FROM alerts WHERE store = ? AND channel = ? ORDER BY kind, flow, reason',
  );
  const clear = db.prepare<[string, string]>('DELETE FROM alerts WHERE store = ? AND channel = ?');
  const put = db.prepare(PUT);
  const replace = db.transaction((store: string, channel: string, alerts: readonly RememberedAlert[]) => {
    clear.run(store, channel);
    for (const alert of alerts) {
      put.run({ ...alert, isOpen: alert.isOpen ? 1 : 0 });
    }
  });
  return {
    list(store, channel) {
      return perform(() => list.all(store, channel).map(alertOf));
    },
    replace(store, channel, alerts) {
      return perform(() => {
        replace.immediate(store, channel, alerts);
      });
    },
  };
}

function alertOf(row: AlertRow): RememberedAlert {
  return {
    store: row.store,
    channel: row.channel,
    kind: row.kind,
    flow: row.flow,
    reason: row.reason,
    isOpen: row.is_open === 1,
    toldAt: row.told_at,
    recoveredAt: row.recovered_at,
    heldBack: row.held_back,
    runs: row.runs,
  };
}
