import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, DamagedStateError, FatalError } from '../../src/core/errors';
import { backupName, backUpState, listBackups, removeOldBackups } from '../../src/state/backup';
import { checkState } from '../../src/state/check';
import { openState, type OpenState } from '../../src/state/open';
import { setAsideState } from '../../src/state/set-aside';
import { STORE, keyOf, linkOf, now, useFolder } from './samples';

const root = useFolder();
let number = 0;
let folder: string;
let path: string;
let state: OpenState;

beforeEach(async () => {
  number += 1;
  folder = join(root, `case-${number}`);
  mkdirSync(folder);
  path = join(folder, 'state.db');
  state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1)), linkOf(keyOf(2))] });
});
afterEach(() => {
  state.close();
});

describe('a backup', () => {
  test('made while a run holds the lock has everything that was committed, and no lock', async () => {
    await state.lock('a run under way');
    const target = join(folder, 'new', 'copy.db');
    const backup = await backUpState(path, target);
    expect(backup).toMatchObject({ path: target, counts: { links: 2, debts: 0 } });
    expect(backup.bytes).toBe(statSync(target).size);
    await state.commit({ links: [linkOf(keyOf(3))] });
    const copy = await openState({ path: target, now });
    try {
      expect(await copy.links.count(STORE)).toBe(2);
      expect((await copy.links.find([keyOf(1)])).size).toBe(1);
      await (await copy.lock('another run')).release();
    } finally {
      copy.close();
    }
  });

  test('can be read by its owner only, and leaves no draft behind', async () => {
    const target = join(folder, 'new', 'copy.db');
    await backUpState(path, target);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  test('never overwrites a file', async () => {
    const target = join(folder, 'copy.db');
    writeFileSync(target, 'precious');
    await expect(backUpState(path, target)).rejects.toThrow(ConfigError);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  test('of no state, or of a damaged one, is refused and makes no file', async () => {
    const target = join(folder, 'copy.db');
    await expect(backUpState(join(folder, 'nowhere.db'), target)).rejects.toThrow('nothing to back up');
    writeFileSync(join(folder, 'damaged.db'), 'not a database at all');
    await expect(backUpState(join(folder, 'damaged.db'), target)).rejects.toThrow(DamagedStateError);
    expect(existsSync(target)).toBe(false);
  });
});

test('of the backups of a folder the newest are kept, and files of other names are left alone', () => {
  const names = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) =>
    backupName(new Date(`${day}T03:00:00Z`)),
  );
  expect(names[0]).toBe('state-20260101T030000Z.db');
  for (const name of [...names, 'state-mine.db', 'notes.txt']) {
    writeFileSync(join(folder, name), '');
  }
  expect(removeOldBackups(folder, 2)).toEqual([join(folder, names[0]!)]);
  expect(listBackups(folder)).toEqual(names.slice(1).map((name) => join(folder, name)));
  expect(existsSync(join(folder, 'state-mine.db'))).toBe(true);
  expect(listBackups(join(folder, 'nowhere'))).toEqual([]);
});

describe('a check', () => {
  test('of a sound state says what is in it', () => {
    expect(checkState(path)).toMatchObject({ path, problems: [], counts: { links: 2, audit: 0 } });
  });

  test('of a state whose index does not fit its table names the problem', () => {
    state.close();
    const db = new Database(path);
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec(
      "UPDATE sqlite_schema SET sql = replace(sql, 'odoo_id)', 'match_key)') WHERE name = 'links_by_odoo_id'",
    );
    db.close();
    expect(checkState(path).problems.length).toBeGreaterThan(0);
  });

  test('of no state is refused with a sentence', () => {
    expect(() => checkState(join(folder, 'nowhere.db'))).toThrow(FatalError);
  });
});

describe('a damaged state', () => {
  const DAMAGES: readonly (readonly [string, (file: string) => void])[] = [
    [
      'cut off',
      (file) => {
        truncateSync(file, 5000);
      },
    ],
    [
      'with garbage in its first bytes',
      (file) => {
        overwrite(file, 0, Buffer.alloc(64, 7));
      },
    ],
    [
      'with a page of zeros in its middle',
      (file) => {
        overwrite(file, 4096, Buffer.alloc(4096));
      },
    ],
    [
      'of a few bytes',
      (file) => {
        writeFileSync(file, 'SQLite');
      },
    ],
  ];

  function overwrite(file: string, at: number, bytes: Buffer): void {
    const content = readFileSync(file);
    bytes.copy(content, at);
    writeFileSync(file, content);
  }

  test.each(DAMAGES)('%s is refused, left as it is, and the hint says what to do', async (_, damage) => {
    state.close();
    damage(path);
    const before = readFileSync(path);
    const error = await openState({ path, now }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DamagedStateError);
    expect(error).toMatchObject({ exitCode: 3, hint: expect.stringContaining('wcodoo state rebuild') });
    expect(readFileSync(path)).toEqual(before);
    expect(checkState(path).problems.length).toBeGreaterThan(0);
  });

  test('is set aside with what belongs to it, under a name that says when', () => {
    state.close();
    writeFileSync(`${path}-wal`, 'half');
    const aside = setAsideState(path, new Date('2026-01-02T03:04:05Z'));
    expect(aside).toBe(`${path}.damaged-20260102T030405Z`);
    expect([path, `${path}-wal`].map((file) => existsSync(file))).toEqual([false, false]);
    expect([aside, `${aside}-wal`].map((file) => existsSync(file))).toEqual([true, true]);
  });
});
