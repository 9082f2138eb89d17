-- A state as the first release of wcodoo wrote it. Do not regenerate: it stands for the files users have.
PRAGMA application_id = 2003005284;
PRAGMA user_version = 1;

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

INSERT INTO stores VALUES ('shop', 'https://shop.example.com/');
INSERT INTO links VALUES ('shop', 'order', '329', 'sale.order', 17, 'h1', '{"amount":"f1"}', NULL, 'confirmed', 0, NULL);
INSERT INTO checkpoints VALUES ('shop', 'order-woo-to-odoo', '2026-02-28T12:00:00.000Z', '{"lastId":330}', NULL);
INSERT INTO intents VALUES ('shop', 'order', '331', 'order-woo-to-odoo', 'r1', 'sale.order', '2026-03-01T11:00:00.000Z');
INSERT INTO debts (store, entity, id, flow, state, reason, message, attempts, waiting_for, origin, business_key,
  first_at, next_at, next_ms, config_hash)
VALUES ('shop', 'order', '330', 'order-woo-to-odoo', 'retry', 'odoo-refused', 'no', 2, NULL, NULL, '#330',
  '2026-03-01T10:00:00.000Z', '2026-03-01T11:00:00.000Z', 1772362800000, 'c1');
INSERT INTO holds VALUES ('shop', 'order', '329', 12, 2);
INSERT INTO runs VALUES ('r1', 'shop', '2026-03-01T10:59:00.000Z', NULL, 'running', NULL, 'sync');
INSERT INTO audit VALUES (1, 'r1', '2026-03-01T11:00:00.000Z', 'shop', 'order-woo-to-odoo', 'wooToOdoo', 'create', 'done',
  'order', '329', '17', '#329', '[]', '', '', 1, 12.5);
