import Database from 'better-sqlite3';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ConfigError, DamagedStateError, FatalError } from '../../src/core/errors';
import { backupName, backUpState, listBackups, removeOldBackups } from '../../src/state/backup';
import { openState, type OpenState } from '../../src/state/open';
import { startChild } from './child';
import { STORE, auditRowOf, keyOf, linkOf, now, useFolder } from './samples';

const root = useFolder();
let number = 0;
let folder: string;
let path: string;
let target: string;
let state: OpenState;

beforeEach(async () => {
  number += 1;
  folder = join(root, `case-${number}`);
  mkdirSync(folder);
  path = join(folder, 'state.db');
  target = join(folder, 'new', 'copy.db');
  state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1)), linkOf(keyOf(2))] });
});
afterEach(() => {
  jest.restoreAllMocks();
  state.close();
});

/** Does something in the middle of a backup, when its draft is there and empty. */
function duringBackup(act: () => void): void {
  const original = Object.getOwnPropertyDescriptor(Database.prototype, 'backup')
    ?.value as Database.Database['backup'];
  const backup = jest.spyOn(Database.prototype, 'backup');
  backup.mockImplementation(function (this: Database.Database, ...args) {
    backup.mockRestore();
    act();
    return original.apply(this, args);
  });
}

describe('a backup', () => {
  test('made while a run holds the lock has everything that was committed, and no lock', async () => {
    await state.lock('a run under way');
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

  test('made while another process commits without a pause has whole commits, and does not hold it up', async () => {
    const script = `
      const state = await openState({ path: args[0], now: () => new Date() });
      await state.lock('busy');
      const [link, row] = [JSON.parse(args[1]), JSON.parse(args[2])];
      say('begun');
      for (let id = 100; ; id += 1) {
        await state.commit({ links: [{ ...link, key: { ...link.key, id: String(id) } }], audit: [row, row] });
        if (id % 50 === 0) say(String(id));
        await new Promise(setImmediate);
      }`;
    const busy = startChild(script, path, JSON.stringify(linkOf(keyOf(1))), JSON.stringify(auditRowOf()));
    await busy.nextLine();
    const backups = [];
    for (const name of ['a.db', 'b.db', 'c.db']) {
      await busy.nextLine();
      backups.push(await backUpState(path, join(folder, 'new', name)));
    }
    busy.kill('SIGKILL');
    await busy.ended;
    for (const { counts } of backups) {
      expect(counts['audit']).toBe(2 * ((counts['links'] ?? 0) - 2));
    }
    const [first, , third] = backups;
    expect(third?.counts['links']).toBeGreaterThan(first?.counts['links'] ?? Infinity);
  });

  test('is one file on its own, for its owner only from its first byte on', async () => {
    const umask = process.umask(0);
    try {
      let draft = '';
      duringBackup(() => {
        [draft = ''] = readdirSync(join(folder, 'new'));
        expect(statSync(join(folder, 'new', draft)).mode & 0o777).toBe(0o600);
      });
      await backUpState(path, target);
      expect(draft).toMatch(/^copy\.db\.wcodoo-[0-9a-f]{8}\.part$/);
      expect(statSync(target).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(folder, 'new'))).toEqual(['copy.db']);
      const reader = new Database(target, { readonly: true });
      expect(reader.prepare('SELECT count(*) FROM links').pluck().get()).toBe(2);
      expect(readdirSync(join(folder, 'new'))).toEqual(['copy.db']);
      reader.close();
    } finally {
      process.umask(umask);
    }
  });

  test('never overwrites a file, not even one that came up meanwhile', async () => {
    mkdirSync(join(folder, 'new'));
    writeFileSync(target, 'precious');
    await expect(backUpState(path, target)).rejects.toThrow(ConfigError);
    expect(readFileSync(target, 'utf8')).toBe('precious');
    renameSync(target, join(folder, 'kept'));
    duringBackup(() => {
      writeFileSync(target, 'precious too');
    });
    await expect(backUpState(path, target)).rejects.toThrow('exists already: name another file');
    expect(readFileSync(target, 'utf8')).toBe('precious too');
    expect(readdirSync(join(folder, 'new'))).toEqual(['copy.db']);
  });

  test('of no state, or of a damaged one, is refused and makes no file', async () => {
    await expect(backUpState(join(folder, 'nowhere.db'), target)).rejects.toThrow('nothing to back up');
    writeFileSync(join(folder, 'damaged.db'), 'not a database at all');
    await expect(backUpState(join(folder, 'damaged.db'), target)).rejects.toThrow(DamagedStateError);
    expect(existsSync(target)).toBe(false);
  });

  test('of a state whose index is damaged is refused: opening does not see that, the check of the copy does', async () => {
    const db = new Database(path);
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec(
      "UPDATE sqlite_schema SET sql = replace(sql, 'odoo_id)', 'match_key)') WHERE name = 'links_by_odoo_id'",
    );
    db.close();
    state.close();
    const refused = backUpState(path, target);
    await expect(refused).rejects.toThrow(DamagedStateError);
    await expect(refused).rejects.toThrow(path);
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });

  test('of an empty state is an empty state', async () => {
    writeFileSync(join(folder, 'empty.db'), '');
    expect(await backUpState(join(folder, 'empty.db'), target)).toMatchObject({ counts: {} });
    const copy = await openState({ path: target, now });
    expect(await copy.links.count(STORE)).toBe(0);
    copy.close();
  });

  test('that cannot be written is told by its own name', async () => {
    writeFileSync(join(folder, 'file'), '');
    const refused = backUpState(path, join(folder, 'file', 'copy.db'));
    await expect(refused).rejects.toThrow(FatalError);
    await expect(refused).rejects.toThrow(
      `The backup ${join(folder, 'file', 'copy.db')} could not be opened`,
    );
  });

  test('clears away what a killed one left a day ago, and nothing else', async () => {
    mkdirSync(join(folder, 'new'));
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    const names = ['old.db.wcodoo-0a1b2c3d.part', 'old.db.wcodoo-0a1b2c3d.part-journal', 'mine.part'];
    for (const name of [...names, 'young.db.wcodoo-0a1b2c3d.part']) {
      writeFileSync(join(folder, 'new', name), '');
    }
    for (const name of names) {
      utimesSync(join(folder, 'new', name), longAgo, longAgo);
    }
    await backUpState(path, target);
    expect(readdirSync(join(folder, 'new'))).toEqual([
      'copy.db',
      'mine.part',
      'young.db.wcodoo-0a1b2c3d.part',
    ]);
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
