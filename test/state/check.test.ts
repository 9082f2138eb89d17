import Database from 'better-sqlite3';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedStateError, FatalError } from '../../src/core/errors';
import { checkState, findDamage } from '../../src/state/check';
import { MIGRATIONS } from '../../src/state/migrations';
import { openState, type OpenState } from '../../src/state/open';
import { startChild } from './child';
import { DAMAGES } from './damaged';
import { debtOf, keyOf, linkOf, now, NOW, useFolder } from './samples';

const root = useFolder();
let number = 0;
let path: string;
let state: OpenState;

beforeEach(async () => {
  number += 1;
  mkdirSync(join(root, `case-${number}`));
  path = join(root, `case-${number}`, 'state.db');
  state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1)), linkOf(keyOf(2))], debts: [debtOf(keyOf(3))] });
});
afterEach(() => {
  state.close();
});

test('a sound state is told with its schema, its rows, and that nobody holds it', () => {
  expect(checkState(path, now())).toEqual({
    path,
    bytes: statSync(path).size,
    schema: MIGRATIONS.length,
    problems: [],
    counts: {
      links: 2,
      debts: 1,
      runs: 0,
      audit: 0,
      intents: 0,
      holds: 0,
      checkpoints: 0,
      listings: 0,
      breaches: 0,
    },
    lock: null,
  });
});

test('a run under way is named, and after its death told as dead', async () => {
  const script = `
    const state = await openState({ path: args[0], now: () => new Date(args[1]) });
    await state.lock('sync r1');
    say('locked');
    setInterval(() => {}, 1000);`;
  const child = startChild(script, path, NOW);
  await child.nextLine();
  expect(checkState(path, now()).lock).toMatchObject({ owner: 'sync r1', pid: child.pid, isAlive: true });
  child.kill('SIGKILL');
  await child.ended;
  expect(checkState(path, now()).lock).toMatchObject({ owner: 'sync r1', isAlive: false });
});

test('a state of the first release is read as it is', () => {
  const old = join(path, '..', 'version-1.db');
  const db = new Database(old);
  db.exec(readFileSync(join(__dirname, 'version-1.sql'), 'utf8'));
  db.close();
  const before = readFileSync(old);
  const report = checkState(old, now());
  expect(report).toMatchObject({ schema: 1, problems: [], counts: { links: 1, debts: 1 } });
  expect(report.counts).not.toHaveProperty('listings');
  expect(readFileSync(old)).toEqual(before);
});

test('an empty file is a state with nothing in it', () => {
  const empty = join(path, '..', 'empty.db');
  writeFileSync(empty, '');
  expect(checkState(empty, now())).toMatchObject({ bytes: 0, schema: 0, problems: [], counts: {} });
});

test('an index that does not fit its table is named, although the state opens', async () => {
  state.close();
  const db = new Database(path);
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  db.exec(
    "UPDATE sqlite_schema SET sql = replace(sql, 'odoo_id)', 'match_key)') WHERE name = 'links_by_odoo_id'",
  );
  db.close();
  (await openState({ path, now })).close();
  expect(checkState(path, now())).toMatchObject({
    problems: expect.arrayContaining([expect.stringContaining('links_by_odoo_id')]),
    counts: {},
  });
});

test.each(DAMAGES)('a state %s is told as damaged and left as it is', (_, damage) => {
  state.close();
  damage(path);
  const before = readFileSync(path);
  const report = checkState(path, now());
  expect(report.problems.length).toBeGreaterThan(0);
  expect(report).toMatchObject({ path, bytes: before.length, schema: null, counts: {}, lock: null });
  expect(findDamage(path)).toEqual(report.problems);
  expect(readFileSync(path)).toEqual(before);
});

test('no state is refused with a sentence, and so is a database of another program', () => {
  expect(() => checkState(join(path, '..', 'nowhere.db'), now())).toThrow('There is no state at');
  const foreign = join(path, '..', 'foreign.db');
  const db = new Database(foreign);
  db.exec('CREATE TABLE photos (id INTEGER)');
  db.close();
  expect(() => checkState(foreign, now())).toThrow(FatalError);
  expect(() => checkState(foreign, now())).not.toThrow(DamagedStateError);
});
