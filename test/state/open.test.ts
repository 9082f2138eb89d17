import Database from 'better-sqlite3';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../../src/core/errors';
import { checkState } from '../../src/state/check';
import { openState } from '../../src/state/open';
import { STORE, auditRowOf, keyOf, linkOf, now, useFolder } from './samples';

const folder = useFolder();

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

async function expectRefusal(path: string, message: string): Promise<void> {
  const refused = openState({ path, now });
  await expect(refused).rejects.toThrow(FatalError);
  await expect(refused).rejects.toThrow(path);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ exitCode: 3, hint: expect.stringMatching(/\w+/) });
}

test('a new state is for its owner only: folder, file and write-ahead log', async () => {
  const umask = process.umask(0o000);
  try {
    const path = join(folder, 'a', 'b', 'state.db');
    const state = await openState({ path, now });
    await state.commit({ links: [linkOf(keyOf(1))] });
    expect(modeOf(join(folder, 'a'))).toBe('700');
    expect(modeOf(join(folder, 'a', 'b'))).toBe('700');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['state.db', 'state.db-shm', 'state.db-wal']);
    for (const file of readdirSync(join(folder, 'a', 'b'))) {
      expect(modeOf(join(folder, 'a', 'b', file))).toBe('600');
    }
    state.close();
    state.close();
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['state.db']);
  } finally {
    process.umask(umask);
  }
});

test('the path of the state is absolute', async () => {
  const path = join(folder, 'absolute.db');
  const state = await openState({ path: join(folder, 'x', '..', 'absolute.db'), now });
  expect(state.path).toBe(path);
  state.close();
});

test('commits are flushed to the disk: write-ahead log with full synchronisation', async () => {
  const state = await openState({ path: join(folder, 'pragmas.db'), now });
  state.close();
  const db = new Database(join(folder, 'pragmas.db'));
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  db.close();
  const pragma = jest.spyOn(Database.prototype, 'pragma');
  (await openState({ path: join(folder, 'pragmas.db'), now })).close();
  expect(pragma.mock.calls.map(([source]) => source)).toEqual(
    expect.arrayContaining(['synchronous = FULL', 'foreign_keys = ON']),
  );
  pragma.mockRestore();
});

test('an empty file becomes a state', async () => {
  const path = join(folder, 'empty.db');
  writeFileSync(path, '');
  const state = await openState({ path, now });
  expect(await state.links.count(STORE)).toBe(0);
  state.close();
});

test('a file that is not SQLite is refused and left as it is', async () => {
  const path = join(folder, 'notes.txt');
  writeFileSync(path, 'my shopping list, longer than a header of SQLite');
  await expectRefusal(path, 'is not an SQLite file');
  expect(readFileSync(path, 'utf8')).toBe('my shopping list, longer than a header of SQLite');
});

test('a database of another program is refused and left as it is', async () => {
  const path = join(folder, 'foreign.db');
  const db = new Database(path);
  db.exec('CREATE TABLE photos (id INTEGER)');
  db.close();
  const before = readFileSync(path);
  await expectRefusal(path, 'is a database of another program');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.each([
  ['in its middle', 0.3, 0.9],
  ['in its schema', 0.0005, 0.02],
  ['by missing its end', 0.5, 1],
])('a file damaged %s is refused and left as it is', async (how, from, to) => {
  const path = join(folder, `damaged-${from}.db`);
  const state = await openState({ path, now });
  await state.commit({ links: Array.from({ length: 2000 }, (_, id) => linkOf(keyOf(id + 1))) });
  state.close();
  const bytes = readFileSync(path);
  const [start, end] = [Math.max(100, Math.floor(bytes.length * from)), Math.floor(bytes.length * to)];
  const damaged = how.includes('end') ? bytes.subarray(0, start) : Buffer.from(bytes).fill(0x5a, start, end);
  writeFileSync(path, damaged);
  await expectRefusal(path, 'is damaged');
  expect(readFileSync(path).equals(damaged)).toBe(true);
});

test('a damaged audit does not keep runs from what they decide by; a check finds it', async () => {
  const path = join(folder, 'damaged-audit.db');
  const state = await openState({ path, now });
  await state.commit({ audit: Array.from({ length: 2000 }, () => auditRowOf({ message: 'x'.repeat(200) })) });
  state.close();
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.from(bytes).fill(0x5a, bytes.length / 2, bytes.length / 2 + 40_000));
  (await openState({ path, now })).close();
  expect(checkState(path, now()).problems).not.toEqual([]);
});

test('a path that cannot be a file is a sentence, not a crash', async () => {
  mkdirSync(join(folder, 'directory.db'));
  await expectRefusal(join(folder, 'directory.db'), 'could not be opened (EISDIR)');
  writeFileSync(join(folder, 'file'), 'x');
  await expectRefusal(join(folder, 'file', 'sub', 'state.db'), 'could not be opened (ENOTDIR)');
});

test('two processes may use one state: each sees what the other committed', async () => {
  const path = join(folder, 'shared.db');
  const [one, two] = await Promise.all([openState({ path, now }), openState({ path, now })]);
  await one.commit({ links: [linkOf(keyOf(1))] });
  await two.commit({ links: [linkOf(keyOf(2))] });
  expect(await one.links.count(STORE)).toBe(2);
  one.close();
  two.close();
});
