import Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { isAlive, readLockHolder, type LockRow } from '../../src/state/lock-row';
import { MIGRATIONS, migrate } from '../../src/state/migrations';
import { namePidSpace } from '../../src/state/pid-space';
import { startChild } from './child';
import { NOW, now } from './samples';

const ELSEWHERE = 'another-boot pid:[4026532999]';

function rowOf(values: Partial<LockRow>): LockRow {
  return {
    token: 't1',
    owner: 'sync r1',
    pid: process.pid,
    host: 'shop-server',
    pid_space: namePidSpace(),
    process_started_at: performance.timeOrigin,
    started_at: NOW,
    heartbeat_at: NOW,
    ...values,
  };
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = startChild('');
  await child.ended;
  return child.pid;
}

describe('a run whose heartbeat is young is', () => {
  test('alive while its process is there', () => {
    expect(isAlive(rowOf({}), now())).toBe(true);
    expect(isAlive(rowOf({ pid: process.ppid }), now())).toBe(true);
  });

  test('dead once its process is gone from here, or is a later one of the same pid', async () => {
    expect(isAlive(rowOf({ pid: await deadPid() }), now())).toBe(false);
    expect(isAlive(rowOf({ process_started_at: performance.timeOrigin - 60_000 }), now())).toBe(false);
  });

  test('alive in another container of the same host name, where its pid is nobody or ourselves here', async () => {
    const elsewhere = { pid_space: ELSEWHERE };
    expect(isAlive(rowOf({ ...elsewhere, pid: await deadPid() }), now())).toBe(true);
    expect(isAlive(rowOf({ ...elsewhere, process_started_at: 1 }), now())).toBe(true);
  });

  test('alive where an older wcodoo wrote no place for its pid', async () => {
    expect(isAlive(rowOf({ pid: await deadPid(), pid_space: '' }), now())).toBe(true);
  });
});

test.each([
  [-121, false],
  [-119, true],
  [119, true],
  [121, false],
])('elsewhere, a heartbeat of %s seconds from now leaves it alive: %s', (seconds, alive) => {
  const heartbeat = new Date(now().getTime() + seconds * 1000).toISOString();
  expect(isAlive(rowOf({ pid_space: ELSEWHERE, heartbeat_at: heartbeat }), now())).toBe(alive);
});

test('a heartbeat that is no time is that of a dead run', () => {
  expect(isAlive(rowOf({ heartbeat_at: 'soon' }), now())).toBe(false);
});

test('on Linux the place of a pid is the boot and the namespace', () => {
  const expected = process.platform === 'linux' ? /^[0-9a-f-]{36} pid:\[\d+\]$/ : /./;
  expect(namePidSpace()).toMatch(expected);
});

describe('the holder of the lock', () => {
  const INSERT = `INSERT INTO run_lock (id, token, owner, pid, host, process_started_at, started_at, heartbeat_at)
    VALUES (1, 't1', 'sync r1', 7, 'shop-server', 1, '${NOW}', '${NOW}')`;

  test.each([1, MIGRATIONS.length])('is read from a state of schema %s', (version) => {
    const db = new Database(':memory:');
    migrate(db, 'x', MIGRATIONS.slice(0, version));
    expect(readLockHolder(db, now())).toBeUndefined();
    db.exec(INSERT);
    expect(readLockHolder(db, now())).toEqual({
      owner: 'sync r1',
      pid: 7,
      host: 'shop-server',
      startedAt: NOW,
      heartbeatAt: NOW,
      isAlive: true,
    });
  });

  test('is nobody in a file without a schema', () => {
    expect(readLockHolder(new Database(':memory:'), now())).toBeUndefined();
  });
});
