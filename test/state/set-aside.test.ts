import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedStateError } from '../../src/core/errors';
import { openState } from '../../src/state/open';
import { setAsideState } from '../../src/state/set-aside';
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

test('a state is set aside with what belongs to it, under a name that says when', () => {
  writeFileSync(`${path}-wal`, 'half');
  const aside = setAsideState(path, new Date('2026-01-02T03:04:05Z'));
  expect(aside).toBe(`${path}.damaged-20260102T030405Z`);
  expect([path, `${path}-wal`].map((file) => existsSync(file))).toEqual([false, false]);
  expect([aside, `${aside}-wal`].map((file) => existsSync(file))).toEqual([true, true]);
});
