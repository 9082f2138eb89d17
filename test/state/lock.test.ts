import Database from 'better-sqlite3';
import { renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FatalError, LockHeldError } from '../../src/core/errors';
import { openState } from '../../src/state/open';
import { startChild } from './child';
import { NOW, STORE, intentOf, keyOf, linkOf, now, useFolder } from './samples';

const folder = useFolder();
let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `lock-${files}.db`);
}

interface LockRow {
  token: string;
  owner: string;
  pid: number;
  host: string;
  heartbeat_at: string;
}

function readLock(path: string): LockRow | undefined {
  const db = new Database(path, { readonly: true });
  const row = db.prepare<[], LockRow>('SELECT * FROM run_lock').get();
  db.close();
  return row;
}

function changeLock(path: string, values: Partial<LockRow>): void {
  const db = new Database(path);
  for (const [column, value] of Object.entries(values)) {
    db.prepare(`UPDATE run_lock SET ${column} = ?`).run(value);
  }
  db.close();
}

const HOLD_LOCK = `
  const state = await openState({ path: args[0], now: () => new Date(args[1]) });
  await state.lock('sync r1');
  say('locked');
  setInterval(() => {}, 1000);`;

test('while a run holds the lock another one is refused, with its pid, host and start', async () => {
  const path = newPath();
  const [first, second] = [await openState({ path, now }), await openState({ path, now })];
  await first.lock('sync r1');
  const refused = second.lock('sync r2');
  await expect(refused).rejects.toThrow(LockHeldError);
  await expect(refused).rejects.toThrow(
    `Another run holds the lock of ${path}: sync r1 (pid ${process.pid} on ${hostname()}, since ${NOW}).`,
  );
  first.close();
  second.close();
});

test('a released lock can be taken again, and releasing twice harms nobody', async () => {
  const path = newPath();
  const [first, second] = [await openState({ path, now }), await openState({ path, now })];
  const lock = await first.lock('a');
  await lock.release();
  await second.lock('b');
  await lock.release();
  expect(readLock(path)?.owner).toBe('b');
  first.close();
  second.close();
});

test('closing the state gives the lock up', async () => {
  const path = newPath();
  const state = await openState({ path, now });
  const lock = await state.lock('a');
  state.close();
  await lock.release();
  expect(readLock(path)).toBeUndefined();
});

test('a real process that holds the lock is respected while it lives and replaced once it was killed', async () => {
  const path = newPath();
  const child = startChild(HOLD_LOCK, path, NOW);
  expect(await child.nextLine()).toBe('locked');
  const state = await openState({ path, now });
  await expect(state.lock('sync r2')).rejects.toThrow(`sync r1 (pid ${child.pid} on ${hostname()}`);
  child.kill('SIGKILL');
  await child.ended;
  await state.lock('sync r2');
  expect(readLock(path)).toMatchObject({ owner: 'sync r2', pid: process.pid });
  state.close();
});

test('of several processes that ask at once exactly one gets the lock', async () => {
  const path = newPath();
  (await openState({ path, now })).close();
  const script = `
    const state = await openState({ path: args[0], now: () => new Date(args[1]) });
    say('ready');
    while (!require('node:fs').existsSync(args[2])) {}
    await state.lock('r').then(() => say('got it'), (error) => say(error.name));
    setInterval(() => {}, 1000);`;
  const children = [1, 2, 3].map(() => startChild(script, path, NOW, `${path}-go`));
  const ready = await Promise.all(children.map((child) => child.nextLine()));
  expect(ready).toEqual(['ready', 'ready', 'ready']);
  writeFileSync(`${path}-go`, '');
  const answers = await Promise.all(children.map((child) => child.nextLine()));
  children.forEach((child) => {
    child.kill('SIGKILL');
  });
  await Promise.all(children.map((child) => child.ended));
  expect(answers.sort()).toEqual(['LockHeldError', 'LockHeldError', 'got it']);
});

describe('a lock left behind', () => {
  const longAgo = new Date(Date.parse(NOW) - 121_000).toISOString();
  const justNow = new Date(Date.parse(NOW) - 119_000).toISOString();
  const future = new Date(Date.parse(NOW) + 121_000).toISOString();
  test.each([
    [
      'of another host with a heartbeat two minutes old is taken over',
      { host: 'other', heartbeat_at: longAgo },
      true,
    ],
    [
      'of another host with a younger heartbeat is respected',
      { host: 'other', heartbeat_at: justNow },
      false,
    ],
    ['with a heartbeat from the future (a clock was set back) is taken over', { heartbeat_at: future }, true],
    [
      'of a living process without heartbeats is taken over',
      { pid: process.ppid, heartbeat_at: longAgo },
      true,
    ],
    ['of a living process is respected', { pid: process.ppid, heartbeat_at: justNow }, false],
  ])('%s', async (_, values, isTaken) => {
    const path = newPath();
    const [first, second] = [await openState({ path, now }), await openState({ path, now })];
    await first.lock('a');
    changeLock(path, values);
    if (isTaken) {
      await second.lock('b');
    } else {
      await expect(second.lock('b')).rejects.toThrow(LockHeldError);
    }
    expect(readLock(path)?.owner).toBe(isTaken ? 'b' : 'a');
    first.close();
    second.close();
  });

  test('by an earlier process of the same pid, as in containers, is taken over', async () => {
    const path = newPath();
    const first = await openState({ path, now });
    await first.lock('a');
    const db = new Database(path);
    db.exec('UPDATE run_lock SET process_started_at = process_started_at - 60000');
    db.close();
    const second = await openState({ path, now });
    await second.lock('b');
    expect(readLock(path)?.owner).toBe('b');
    first.close();
    second.close();
  });
});

test('the heartbeat follows the clock every ten seconds until the lock is released', async () => {
  jest.useFakeTimers({ now: new Date(NOW) });
  try {
    const path = newPath();
    const state = await openState({ path, now: () => new Date() });
    const lock = await state.lock('a');
    jest.advanceTimersByTime(10_000);
    expect(readLock(path)?.heartbeat_at).toBe('2026-03-01T12:00:10.000Z');
    jest.advanceTimersByTime(50_000);
    expect(readLock(path)?.heartbeat_at).toBe('2026-03-01T12:01:00.000Z');
    await lock.release();
    expect(jest.getTimerCount()).toBe(0);
    state.close();
  } finally {
    jest.useRealTimers();
  }
});

test('a run whose lock was taken over can neither commit nor open intents', async () => {
  const path = newPath();
  const [first, second] = [await openState({ path, now }), await openState({ path, now })];
  await first.lock('a');
  changeLock(path, { heartbeat_at: '2020-01-01T00:00:00.000Z' });
  await second.lock('b');
  await expect(first.commit({ links: [linkOf(keyOf(1))] })).rejects.toThrow(LockHeldError);
  await expect(first.intents.open([intentOf(keyOf(1))])).rejects.toThrow('lost the lock');
  expect(await second.links.count(STORE)).toBe(0);
  expect(await second.intents.list(STORE)).toEqual([]);
  await second.commit({ links: [linkOf(keyOf(1))] });
  first.close();
  expect(readLock(path)?.owner).toBe('b');
  second.close();
});

describe('a run that slept', () => {
  test('gives a sign of life before it writes, and is not taken over in the next moment', async () => {
    const path = newPath();
    let time = Date.parse(NOW);
    const clock = (): Date => new Date(time);
    const [first, second] = [await openState({ path, now: clock }), await openState({ path, now: clock })];
    const lock = await first.lock('a');
    time += 5 * 60_000;
    await lock.assertHeld();
    expect(readLock(path)?.heartbeat_at).toBe(clock().toISOString());
    await expect(second.lock('b')).rejects.toThrow(LockHeldError);
    time += 5 * 60_000;
    await first.commit({});
    await expect(second.lock('b')).rejects.toThrow(LockHeldError);
    first.close();
    second.close();
  });

  test('while another took over neither writes nor commits, and leaves the lock to the other', async () => {
    const path = newPath();
    const script = `
      const state = await openState({ path: args[0], now: () => new Date() });
      const lock = await state.lock('sleeper');
      say('locked');
      while (!require('node:fs').existsSync(args[1])) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await lock.assertHeld().then(() => say('may write'), (error) => say(error.name));
      await state.commit({}).then(() => say('committed'), (error) => say(error.message));
      await lock.release();
      state.close();`;
    const sleeper = startChild(script, path, `${path}-go`);
    expect(await sleeper.nextLine()).toBe('locked');
    sleeper.kill('SIGSTOP');
    // Nobody waits two minutes in a test.
    changeLock(path, { heartbeat_at: new Date(Date.now() - 121_000).toISOString() });
    const second = await openState({ path, now: () => new Date() });
    const lock = await second.lock('sync r2');
    writeFileSync(`${path}-go`, '');
    sleeper.kill('SIGCONT');
    expect(await sleeper.nextLine()).toBe('LockHeldError');
    expect(await sleeper.nextLine()).toMatch(/lost the lock .* to sync r2/);
    expect(await sleeper.ended).toBe(0);
    expect(readLock(path)?.owner).toBe('sync r2');
    await lock.assertHeld();
    second.close();
  });
});

describe('a run whose state is moved away or replaced under it', () => {
  test.each([
    [
      'moved',
      (path: string) => {
        renameSync(path, `${path}.moved`);
      },
    ],
    [
      'replaced',
      (path: string) => {
        renameSync(path, `${path}.moved`);
        writeFileSync(path, '');
      },
    ],
  ])('(%s) writes nothing more, and keeps nobody out of the new one', async (_, act) => {
    const path = newPath();
    const [first, second] = [await openState({ path, now }), await openState({ path, now })];
    const lock = await first.lock('a');
    await lock.assertHeld();
    act(path);
    await expect(lock.assertHeld()).rejects.toThrow('was moved or replaced');
    await expect(first.commit({})).rejects.toThrow('was moved or replaced');
    await lock.release();
    await expect(second.lock('b')).rejects.toThrow(FatalError);
    first.close();
    second.close();
  });
});
