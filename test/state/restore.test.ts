import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, FatalError } from '../../src/core/errors';
import { backUpState } from '../../src/state/backup';
import { openState } from '../../src/state/open';
import { restoreState } from '../../src/state/restore';
import { startChild } from './child';
import { DAMAGES } from './damaged';
import { STORE, keyOf, linkOf, now, NOW, useFolder } from './samples';

const AT = new Date('2026-01-02T03:04:05Z');
const root = useFolder();
let number = 0;
let folder: string;
let path: string;
let backup: string;

/** A state with one link, its backup, and a second link since. */
beforeEach(async () => {
  number += 1;
  folder = join(root, `case-${number}`);
  mkdirSync(folder);
  path = join(folder, 'home', 'state.db');
  backup = join(folder, 'backup.db');
  const state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1))] });
  await backUpState(path, backup);
  await state.commit({ links: [linkOf(keyOf(2))] });
  state.close();
});

async function linksIn(file: string): Promise<number> {
  const state = await openState({ path: file, now });
  const count = await state.links.count(STORE);
  state.close();
  return count;
}

test('a backup takes the place of the state, which is set aside whole', async () => {
  const before = readFileSync(backup);
  const { counts, setAside } = await restoreState(path, backup, AT);
  expect(counts).toMatchObject({ links: 1 });
  expect(setAside).toBe(`${path}.replaced-20260102T030405Z`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await linksIn(path)).toBe(1);
  expect(await linksIn(setAside ?? '')).toBe(2);
  expect(readFileSync(backup)).toEqual(before);
});

test('what a killed run left in its write-ahead log does not get into the backup put in its place', async () => {
  const script = `
    const state = await openState({ path: args[0], now: () => new Date(args[1]) });
    await state.commit({ links: [JSON.parse(args[2])] });
    say('done');
    setInterval(() => {}, 1000);`;
  const child = startChild(script, path, NOW, JSON.stringify(linkOf(keyOf(3))));
  await child.nextLine();
  child.kill('SIGKILL');
  await child.ended;
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  const { setAside } = await restoreState(path, backup, AT);
  expect(await linksIn(path)).toBe(1);
  expect(await linksIn(setAside ?? '')).toBe(3);
});

test.each(DAMAGES)('a damaged state (%s) is set aside as damaged', async (_, damage) => {
  damage(path);
  const { setAside } = await restoreState(path, backup, AT);
  expect(setAside).toBe(`${path}.damaged-20260102T030405Z`);
  expect(await linksIn(path)).toBe(1);
});

test('where there was no state nothing is set aside', async () => {
  const elsewhere = join(folder, 'new-home', 'state.db');
  expect((await restoreState(elsewhere, backup, AT)).setAside).toBeUndefined();
  expect(await linksIn(elsewhere)).toBe(1);
});

test('a state of a newer wcodoo gives way to a backup of an older one', async () => {
  const db = new Database(path);
  db.pragma('user_version = 999');
  db.close();
  expect((await restoreState(path, backup, AT)).setAside).toContain('.replaced-');
  expect(await linksIn(path)).toBe(1);
});

test('a copy of the file that was made by hand, with its write-ahead log, is restored with all that is in it', async () => {
  const state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(4))] });
  const copy = join(folder, 'by-hand.db');
  for (const suffix of ['', '-wal']) {
    writeFileSync(`${copy}${suffix}`, readFileSync(`${path}${suffix}`));
  }
  state.close();
  await restoreState(path, copy, AT);
  expect(await linksIn(path)).toBe(3);
});

describe('nothing is touched', () => {
  afterEach(async () => {
    expect(readdirSync(join(folder, 'home')).filter((name) => name !== 'state.db')).toEqual([]);
    expect(await linksIn(path)).toBe(2);
  });

  test.each(DAMAGES)('by a damaged backup (%s)', async (_, damage) => {
    damage(backup);
    const refused = restoreState(path, backup, AT);
    await expect(refused).rejects.toThrow(FatalError);
    await expect(refused).rejects.toThrow(`The backup ${backup} is damaged`);
  });

  test('by none, by the state itself, or by a database of another program', async () => {
    await expect(restoreState(path, join(folder, 'nowhere.db'), AT)).rejects.toThrow(
      'there is no such backup',
    );
    await expect(restoreState(path, path, AT)).rejects.toThrow(ConfigError);
    const foreign = new Database(join(folder, 'foreign.db'));
    foreign.exec('CREATE TABLE photos (id INTEGER)');
    foreign.close();
    await expect(restoreState(path, join(folder, 'foreign.db'), AT)).rejects.toThrow('another program');
    expect(existsSync(join(folder, 'foreign.db'))).toBe(true);
  });
});
