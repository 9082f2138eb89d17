/**
 * The schema of the state, as numbered steps that only go forward. A step that
 * was released is never edited: a change of the schema is a new step.
 */
import type Database from 'better-sqlite3';
import { FatalError } from '../core/errors';

export interface Migration {
  /** `PRAGMA user_version` after this step; the first is 1 and none is left out. */
  readonly version: number;
  readonly sql: string;
}

/** Marks a file as ours in `PRAGMA application_id` ("wcod" in ASCII). */
export const APPLICATION_ID = 0x77636f64;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE stores (
  store TEXT NOT NULL PRIMARY KEY,
  url   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  store      TEXT NOT NULL,
  entity     TEXT NOT NULL,
  id         TEXT NOT NULL,
  odoo_model TEXT NOT NULL,
  odoo_id    INTEGER NOT NULL,
  hash       TEXT NOT NULL,
  fields     TEXT NOT NULL,
  odoo_hash  TEXT,
  step       TEXT,
  adopted    INTEGER NOT NULL,
  match_key  TEXT,
  PRIMARY KEY (store, entity, id)
) STRICT;
CREATE INDEX links_by_odoo_id ON links (store, entity, odoo_id);
CREATE INDEX links_by_match_key ON links (store, match_key, entity) WHERE match_key IS NOT NULL;
CREATE INDEX links_by_step ON links (store, entity, step);

CREATE TABLE checkpoints (
  store     TEXT NOT NULL,
  flow      TEXT NOT NULL,
  watermark TEXT,
  position  TEXT,
  full_at   TEXT,
  PRIMARY KEY (store, flow)
) STRICT, WITHOUT ROWID;

CREATE TABLE intents (
  store      TEXT NOT NULL,
  entity     TEXT NOT NULL,
  id         TEXT NOT NULL,
  flow       TEXT NOT NULL,
  run_id     TEXT NOT NULL,
  odoo_model TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (store, entity, id)
) STRICT, WITHOUT ROWID;

-- next_ms is next_at in milliseconds, to be compared whatever way the time is written.
CREATE TABLE debts (
  store        TEXT NOT NULL,
  entity       TEXT NOT NULL,
  id           TEXT NOT NULL,
  key          TEXT NOT NULL GENERATED ALWAYS AS (store || '/' || entity || '/' || id) VIRTUAL,
  flow         TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('retry', 'waiting', 'quarantine')),
  reason       TEXT NOT NULL,
  message      TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  waiting_for  TEXT,
  origin       TEXT,
  business_key TEXT NOT NULL,
  first_at     TEXT NOT NULL,
  next_at      TEXT NOT NULL,
  next_ms      INTEGER NOT NULL,
  config_hash  TEXT NOT NULL,
  PRIMARY KEY (store, entity, id)
) STRICT;
CREATE UNIQUE INDEX debts_by_key ON debts (key);
CREATE INDEX debts_by_flow ON debts (store, flow, state, next_ms);
CREATE INDEX debts_by_wait ON debts (waiting_for) WHERE state = 'waiting';

CREATE TABLE holds (
  store      TEXT NOT NULL,
  entity     TEXT NOT NULL,
  id         TEXT NOT NULL,
  product_id INTEGER NOT NULL,
  quantity   REAL NOT NULL,
  PRIMARY KEY (store, entity, id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_id     TEXT NOT NULL PRIMARY KEY,
  store      TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at   TEXT,
  status     TEXT NOT NULL,
  exit_code  INTEGER,
  command    TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_start ON runs (store, started_at);

CREATE TABLE audit (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id       TEXT NOT NULL,
  time         TEXT NOT NULL,
  store        TEXT NOT NULL,
  flow         TEXT NOT NULL,
  direction    TEXT NOT NULL,
  action       TEXT NOT NULL,
  status       TEXT NOT NULL,
  entity       TEXT NOT NULL,
  woo_id       TEXT NOT NULL,
  odoo_id      TEXT NOT NULL,
  business_key TEXT NOT NULL,
  changes      TEXT NOT NULL,
  reason       TEXT NOT NULL,
  message      TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  duration_ms  REAL NOT NULL
) STRICT;
CREATE INDEX audit_by_run ON audit (run_id);

-- One row at most; process_started_at tells a process from a later one of the same pid.
CREATE TABLE run_lock (
  id                 INTEGER PRIMARY KEY CHECK (id = 1),
  token              TEXT NOT NULL,
  owner              TEXT NOT NULL,
  pid                INTEGER NOT NULL,
  host               TEXT NOT NULL,
  process_started_at REAL NOT NULL,
  started_at         TEXT NOT NULL,
  heartbeat_at       TEXT NOT NULL
) STRICT;
`,
  },
  {
    version: 2,
    sql: `
CREATE TABLE listings (
  store   TEXT NOT NULL,
  flow    TEXT NOT NULL,
  records INTEGER NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (store, flow)
) STRICT, WITHOUT ROWID;

CREATE TABLE breaches (
  store      TEXT NOT NULL,
  run_id     TEXT NOT NULL,
  flow       TEXT NOT NULL,
  limit_name TEXT NOT NULL,
  measured   INTEGER NOT NULL,
  message    TEXT NOT NULL,
  at         TEXT NOT NULL,
  used_by    TEXT,
  PRIMARY KEY (store, run_id, flow, limit_name)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 3,
    sql: `
ALTER TABLE stores ADD COLUMN odoo_url TEXT;
ALTER TABLE stores ADD COLUMN odoo_database TEXT;
`,
  },
  {
    version: 4,
    sql: `
-- Where the pid means something; empty in a row of an older wcodoo.
ALTER TABLE run_lock ADD COLUMN pid_space TEXT NOT NULL DEFAULT '';
`,
  },
  {
    version: 5,
    sql: `
-- JSON of the link that the create was to have.
ALTER TABLE intents ADD COLUMN link TEXT;
`,
  },
  {
    version: 6,
    sql: `
-- JSON of what the run came to.
ALTER TABLE runs ADD COLUMN summary TEXT;
CREATE INDEX audit_by_record ON audit (store, entity, woo_id);
CREATE INDEX audit_by_business_key ON audit (store, business_key);
CREATE INDEX audit_by_time ON audit (time);
`,
  },
  {
    version: 7,
    sql: `
CREATE TABLE alerts (
  store        TEXT NOT NULL,
  channel      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  flow         TEXT NOT NULL,
  reason       TEXT NOT NULL,
  is_open      INTEGER NOT NULL,
  told_at      TEXT,
  recovered_at TEXT,
  held_back    INTEGER NOT NULL,
  runs         INTEGER NOT NULL,
  PRIMARY KEY (store, channel, kind, flow, reason)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 8,
    sql: `
-- More of an order counts as content now: against the old hashes each would look edited by a person.
-- Without one, who wrote last in Odoo tells.
UPDATE links SET odoo_hash = NULL WHERE entity = 'order';
`,
  },
];

/** The schema version of a file; 0 when it is new. */
export function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/**
 * Brings the schema to the last version, each step in one transaction.
 * Several processes may do so at once: the version is read again inside it.
 * @throws FatalError when the file is of a newer wcodoo
 */
export function migrate(
  db: Database.Database,
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  refuseNewer(db, path, migrations);
  for (const { version, sql } of migrations) {
    db.transaction(() => {
      if (versionOf(db) >= version) {
        return;
      }
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}

/** The state has a schema that this wcodoo does not know. */
export class NewerStateError extends FatalError {}

/** @throws NewerStateError when the file has a schema that this wcodoo does not know */
export function refuseNewer(
  db: Database.Database,
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const known = migrations.at(-1)?.version ?? 0;
  const found = versionOf(db);
  if (found > known) {
    throw new NewerStateError(
      `The state ${path} was written by a newer wcodoo (schema ${found}, this one knows ${known}): upgrade wcodoo.`,
      {
        hint: 'Install the newest wcodoo; the state cannot be turned back to an older one. To go back, `wcodoo state restore` a backup from before the upgrade.',
      },
    );
  }
}
