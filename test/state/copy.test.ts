import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../../src/core/errors';
import { copyStateForDryRun } from '../../src/state/copy';
import { openState } from '../../src/state/open';
import { startChild } from './child';
import { NOW, STORE, keyOf, linkOf, now, useFolder } from './samples';

const folder = useFolder();
const target = join(folder, 'copies');
let cases = 0;
function newPath(): string {
  cases += 1;
  mkdirSync(join(folder, `case-${cases}`));
  return join(folder, `case-${cases}`, 'state.db');
}

/** Every file beside the state with its bytes; the `-shm` file is an index in shared memory, not data. */
function bytesBeside(path: string): Record<string, string> {
  const names = readdirSync(join(path, '..'));
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith('-shm') ? '' : readFileSync(join(path, '..', name), 'base64')]),
  );
}

async function linksIn(copy: string): Promise<number> {
  const state = await openState({ path: copy, now });
  const count = await state.links.count(STORE);
  state.close();
  return count;
}

/** Leaves a state whose last commits lie in the write-ahead log only, as after a kill. */
async function leaveUnclosed(path: string): Promise<void> {
  const child = startChild(
    `const state = await openState({ path: args[0], now: () => new Date(args[1]) });
     await state.lock('dead');
     await state.commit({ links: [JSON.parse(args[2])] });
     say('done');
     setInterval(() => {}, 1000);`,
    path,
    NOW,
    JSON.stringify(linkOf(keyOf(2))),
  );
  expect(await child.nextLine()).toBe('done');
  child.kill('SIGKILL');
  await child.ended;
  expect(existsSync(`${path}-wal`)).toBe(true);
}

test('a closed state is copied; the original stays the same to the byte with nothing beside it', async () => {
  const path = newPath();
  const state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1))] });
  state.close();
  const [before, touchedAt] = [bytesBeside(path), statSync(path).mtimeMs];
  const copy = await copyStateForDryRun(path, target);
  expect(await linksIn(copy)).toBe(1);
  expect(bytesBeside(path)).toEqual(before);
  expect(Object.keys(before)).toEqual(['state.db']);
  expect(statSync(path).mtimeMs).toBe(touchedAt);
});

test('what is written to the copy stays in the copy, which is for its owner only', async () => {
  const path = newPath();
  (await openState({ path, now })).close();
  const copy = await copyStateForDryRun(path, target);
  const state = await openState({ path: copy, now });
  await state.commit({ links: [linkOf(keyOf(1))] });
  state.close();
  expect(await linksIn(path)).toBe(0);
  expect((statSync(copy).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(join(copy, '..')).mode & 0o777).toString(8)).toBe('700');
});

test('commits that a killed run left in the write-ahead log are in the copy, and stay where they were', async () => {
  const path = newPath();
  await leaveUnclosed(path);
  const before = bytesBeside(path);
  expect(await linksIn(await copyStateForDryRun(path, target))).toBe(1);
  expect(bytesBeside(path)).toEqual(before);
});

test('the same without the shared memory file, as after a restored backup', async () => {
  const path = newPath();
  await leaveUnclosed(path);
  rmSync(`${path}-shm`);
  const before = bytesBeside(path);
  expect(await linksIn(await copyStateForDryRun(path, target))).toBe(1);
  expect(bytesBeside(path)).toEqual(before);
});

test('a state in use is copied as last committed, while its run goes on, and the copy is not locked', async () => {
  const path = newPath();
  const state = await openState({ path, now });
  await state.lock('sync');
  await state.commit({ links: [linkOf(keyOf(1))] });
  const before = bytesBeside(path);
  const copy = await copyStateForDryRun(path, target);
  expect(bytesBeside(path)).toEqual(before);
  await state.commit({ links: [linkOf(keyOf(2))] });
  const copied = await openState({ path: copy, now });
  await copied.lock('dry run');
  expect(await copied.links.count(STORE)).toBe(1);
  expect(await state.links.count(STORE)).toBe(2);
  copied.close();
  state.close();
});

test('copies taken while another process commits all the time are each one moment of it', async () => {
  const path = newPath();
  const child = startChild(
    `const state = await openState({ path: args[0], now: () => new Date() });
     const link = JSON.parse(args[1]);
     say('started');
     for (let unit = 0; ; unit += 1) {
       const keys = Array.from({ length: 20 }, (_, index) => ({ ...link.key, id: String(unit * 20 + index) }));
       await state.commit({ links: keys.map((key) => ({ ...link, key })) });
     }`,
    path,
    JSON.stringify(linkOf(keyOf(1))),
  );
  expect(await child.nextLine()).toBe('started');
  const counts: number[] = [];
  for (let copies = 0; copies < 5; copies += 1) {
    counts.push(await linksIn(await copyStateForDryRun(path, target)));
  }
  child.kill('SIGKILL');
  await child.ended;
  expect(counts.map((count) => count % 20)).toEqual([0, 0, 0, 0, 0]);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.at(-1)).toBeGreaterThan(0);
});

test('without a state the dry run begins with an empty one and creates none', async () => {
  const path = join(folder, 'nowhere', 'state.db');
  expect(await linksIn(await copyStateForDryRun(path, target))).toBe(0);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  expect(await linksIn(await copyStateForDryRun(':memory:', target))).toBe(0);
});

test('a file that is no state is refused by its own name, and no copy of it is left behind', async () => {
  const path = newPath();
  const copies = existsSync(target) ? readdirSync(target) : [];
  writeFileSync(path, 'a text of some length, but no database');
  const refused = copyStateForDryRun(path, target);
  await expect(refused).rejects.toThrow(FatalError);
  await expect(refused).rejects.toThrow(`The state ${path} is damaged: it is not an SQLite file`);
  expect(readdirSync(join(path, '..'))).toEqual(['state.db']);
  expect(readdirSync(target)).toEqual(copies);
});
