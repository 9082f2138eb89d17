import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOpenFiles, wantedMode } from '../../src/config/file-rights';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-rights-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const OWN = 1000;

test.each([
  ['600 of ours', 0o600, OWN, false, undefined],
  ['640 of ours', 0o640, OWN, false, '600'],
  ['604 of ours', 0o604, OWN, false, '600'],
  ['700 of ours, a folder', 0o700, OWN, true, undefined],
  ['755 of ours, a folder', 0o755, OWN, true, '700'],
  // As the unit for systemd has it: root keeps the keys, the service reads them by its group.
  ['640 of root', 0o640, 0, false, undefined],
  ['660 of root', 0o660, 0, false, '640'],
  ['644 of root', 0o644, 0, false, '640'],
  ['755 of root, a folder', 0o755, 0, true, '750'],
])('mode %s', (_what, mode, uid, isFolder, wanted) => {
  expect(wantedMode({ mode, uid }, OWN, isFolder)).toBe(wanted);
});

test('each open file and folder is described, what is well or missing is not', () => {
  const open = join(folder, 'open');
  const closed = join(folder, 'closed');
  const inside = join(folder, 'folder');
  writeFileSync(open, '');
  chmodSync(open, 0o644);
  writeFileSync(closed, '', { mode: 0o600 });
  mkdirSync(inside);
  chmodSync(inside, 0o755);
  expect(describeOpenFiles([open, closed, inside, join(folder, 'nowhere')])).toEqual([
    `${open} can be read or changed by others (mode 644): chmod 600 ${open}`,
    `${inside} can be read or changed by others (mode 755): chmod 700 ${inside}`,
  ]);
});

test('a link counts as what it leads to; a device and a link to nothing count as nothing', () => {
  const [file, link, broken] = [join(folder, 'file'), join(folder, 'link'), join(folder, 'broken')];
  writeFileSync(file, '', { mode: 0o600 });
  symlinkSync(file, link);
  symlinkSync(join(folder, 'nowhere'), broken);
  expect(describeOpenFiles([link, broken, '/dev/null'])).toEqual([]);
});
