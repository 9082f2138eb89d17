import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedStateError } from '../../src/core/errors';
import { findDamage } from '../../src/state/check';
import { openState } from '../../src/state/open';
import { listSetAside, setAsideState } from '../../src/state/set-aside';
import { DAMAGES } from './damaged';
import { keyOf, linkOf, now, useFolder } from './samples';

const root = useFolder();
let number = 0;
let path: string;

beforeEach(async () => {
  number += 1;
  mkdirSync(join(root, `case-${number}`));
  path = join(root, `case-${number}`, 'state.db');
  const state = await openState({ path, now });
  await state.commit({ links: [linkOf(keyOf(1))] });
  state.close();
});

test.each(DAMAGES)(
  'a state %s is refused and left as it is, and the hint says what to do',
  async (_, damage) => {
    damage(path);
    const before = readFileSync(path);
    const error = await openState({ path, now }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DamagedStateError);
    expect(error).toMatchObject({
      exitCode: 3,
      hint: expect.stringMatching(/wcodoo state backup.*wcodoo state rebuild/),
    });
    expect(readFileSync(path)).toEqual(before);
  },
);

describe('a state that is set aside', () => {
  const at = new Date('2026-01-02T03:04:05Z');

  test('goes with what belongs to it, under a name that says why and when', () => {
    writeFileSync(`${path}-wal`, 'half');
    const aside = setAsideState(path, 'damaged', at);
    expect(aside).toBe(`${path}.damaged-20260102T030405Z`);
    expect([path, `${path}-wal`].map((file) => existsSync(file))).toEqual([false, false]);
    expect([aside ?? '', `${aside ?? ''}-wal`].map((file) => existsSync(file))).toEqual([true, true]);
  });

  test('never takes the name of an earlier one, and all of them are found again', async () => {
    const names = [setAsideState(path, 'damaged', at)];
    (await openState({ path, now })).close();
    names.push(setAsideState(path, 'damaged', at));
    (await openState({ path, now })).close();
    names.push(setAsideState(path, 'replaced', new Date('2025-12-31T00:00:00Z')));
    expect(names.map((name) => name?.slice(path.length))).toEqual([
      '.damaged-20260102T030405Z',
      '.damaged-20260102T030405Z-2',
      '.replaced-20251231T000000Z',
    ]);
    writeFileSync(`${path}.replaced-by-me`, '');
    expect(listSetAside(path)).toEqual([names[2], names[0], names[1]]);
  });

  test('may be no more than a write-ahead log whose file is gone, which opening would have deleted', async () => {
    writeFileSync(`${path}-wal`, 'the last commits');
    rmSync(path);
    const refused = openState({ path, now });
    await expect(refused).rejects.toThrow(DamagedStateError);
    await expect(refused).rejects.toThrow('is gone, but its write-ahead log is there');
    expect(existsSync(path)).toBe(false);
    expect(findDamage(path)).toHaveLength(1);
    const aside = setAsideState(path, 'damaged', at);
    expect(readFileSync(`${aside ?? ''}-wal`, 'utf8')).toBe('the last commits');
    (await openState({ path, now })).close();
  });

  test('is nothing where nothing was', () => {
    expect(setAsideState(join(root, 'nowhere.db'), 'damaged', at)).toBeUndefined();
    expect(listSetAside(join(root, 'nowhere', 'state.db'))).toEqual([]);
  });
});
