import Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FatalError } from '../../src/core/errors';
import { MIGRATIONS, migrate, versionOf } from '../../src/state/migrations';
import type { Migration } from '../../src/state/migrations';
import { openState } from '../../src/state/open';
import { startChild } from './child';
import { NOW, STORE, keyOf, now, useFolder } from './samples';

const folder = useFolder();
/** A state as the first release wrote it; never regenerated. */
const VERSION_1 = readFileSync(join(__dirname, 'version-1.sql'), 'utf8');

function schemaOf(db: Database.Database): string[] {
  return db
    .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all()
    .map((sql) => sql.replace(/\s+/g, ' '))
    .sort();
}

test('the steps are numbered from one without a gap', () => {
  expect(MIGRATIONS.map((step) => step.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
});

test('a state of the first release opens with everything in it', async () => {
  const path = join(folder, 'version-1.db');
  const db = new Database(path);
  db.exec(VERSION_1);
  db.close();
  const state = await openState({ path, now });
  expect((await state.links.find([keyOf(329)])).get('shop/order/329')).toEqual({
    key: keyOf(329),
    odooModel: 'sale.order',
    odooId: 17,
    hash: 'h1',
    fields: { amount: 'f1' },
    odooHash: null,
    step: 'confirmed',
    adopted: false,
    matchKey: null,
  });
  expect((await state.debts.due(STORE, 'order-woo-to-odoo', NOW, 'c1')).map((debt) => debt.key.id)).toEqual([
    '330',
  ]);
  expect((await state.checkpoints.get(STORE, 'order-woo-to-odoo'))?.position).toEqual({ lastId: 330 });
  expect(await state.holds.list(STORE)).toEqual([{ order: keyOf(329), productId: 12, quantity: 2 }]);
  expect((await state.intents.list(STORE)).map((intent) => intent.runId)).toEqual(['r1']);
  expect((await state.runs.list(STORE, 1)).map((run) => run.status)).toEqual(['running']);
  expect([...state.auditOf('r1')].map((row) => row.businessKey)).toEqual(['#329']);
  await expect(state.bindStore(STORE, 'https://other.example.com')).rejects.toThrow(
    'https://shop.example.com',
  );
  state.close();
});

test('the first step still builds what the first release built', () => {
  const [released, built] = [new Database(':memory:'), new Database(':memory:')];
  released.exec(VERSION_1);
  migrate(built, 'x', MIGRATIONS.slice(0, 1));
  expect(schemaOf(built)).toEqual(schemaOf(released));
});

test('what was known of the content of orders is forgotten where more counts as content now, and no more than that', () => {
  const db = new Database(':memory:');
  migrate(db, 'x', MIGRATIONS.slice(0, 7));
  const add = db.prepare(
    `INSERT INTO links VALUES ('shop', ?, '1', 'm', 1, 'h', '{}', 'old', null, 0, null)`,
  );
  add.run('order');
  add.run('customer');
  migrate(db, 'x');
  expect(db.prepare('SELECT entity, odoo_hash FROM links ORDER BY entity').raw().all()).toEqual([
    ['customer', 'old'],
    ['order', null],
  ]);
});

describe('later steps', () => {
  const added: Migration = {
    version: 2,
    sql: "ALTER TABLE links ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",
  };

  test('are applied once, to the data that is there', () => {
    const db = new Database(':memory:');
    db.exec(VERSION_1);
    migrate(db, 'x', [...MIGRATIONS.slice(0, 1), added]);
    migrate(db, 'x', [...MIGRATIONS.slice(0, 1), added]);
    expect(versionOf(db)).toBe(2);
    expect(db.prepare('SELECT note, odoo_id FROM links').all()).toEqual([{ note: 'none', odoo_id: 17 }]);
  });

  test('that fail leave the file at the step before, whole', () => {
    const db = new Database(':memory:');
    const failing = { version: 3, sql: 'CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1)' };
    expect(() => {
      migrate(db, 'x', [...MIGRATIONS.slice(0, 1), added, failing]);
    }).toThrow('nowhere');
    expect(versionOf(db)).toBe(2);
    expect(schemaOf(db).filter((sql) => sql.includes('half'))).toEqual([]);
  });
});

test('a state of a newer wcodoo is refused with the advice to upgrade, and left as it is', async () => {
  const path = join(folder, 'newer.db');
  (await openState({ path, now })).close();
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(path);
  const refused = openState({ path, now });
  await expect(refused).rejects.toThrow(FatalError);
  await expect(refused).rejects.toThrow(`${path} was written by a newer wcodoo (schema 99, this one knows`);
  await expect(refused).rejects.toThrow('upgrade wcodoo');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('several processes that create one state at the same time all succeed', async () => {
  const script = `
    say('ready');
    while (!require('node:fs').existsSync(args[1])) {}
    const state = await openState({ path: args[0], now: () => new Date() });
    say('open ' + (await state.links.count('shop')));
    state.close();`;
  const go = join(folder, 'go');
  const children = [1, 2].map(() => startChild(script, join(folder, 'race.db'), go));
  expect(await Promise.all(children.map((child) => child.nextLine()))).toEqual(['ready', 'ready']);
  writeFileSync(go, '');
  expect(await Promise.all(children.map((child) => child.nextLine()))).toEqual(['open 0', 'open 0']);
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0]);
});

test('a state that another process is just creating is waited for', async () => {
  const path = join(folder, 'creating.db');
  const db = new Database(path);
  db.exec('BEGIN IMMEDIATE');
  const child = startChild(
    `
    say('ready');
    const state = await openState({ path: args[0], now: () => new Date() });
    say('open ' + (await state.links.count('shop')));
    state.close();`,
    path,
  );
  expect(await child.nextLine()).toBe('ready');
  // SQLite refuses the write-ahead log at once while this transaction is open: it waits for others.
  await setTimeout(300);
  db.exec('ROLLBACK');
  db.close();
  expect(await child.nextLine()).toBe('open 0');
  expect(await child.ended).toBe(0);
});
