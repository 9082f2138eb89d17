import { confirm, confirmByTyping } from '../../src/commands/confirm';
import { ConfigError, StoppedError } from '../../src/core/errors';
import { ioForTests } from './io-for-tests';

test('what the flag has said is not asked', async () => {
  const { io, stdout, stderr } = ioForTests();
  expect(await confirm('Sure?', true, io)).toBe(true);
  expect(stdout() + stderr()).toBe('');
});

test('without a terminal there is nobody to ask', async () => {
  await expect(confirm('Sure?', false, ioForTests().io)).rejects.toThrow(ConfigError);
  await expect(confirm('Sure?', false, ioForTests().io)).rejects.toThrow('say --yes');
});

test.each([
  ['y', true],
  ['YES', true],
  [' yes ', true],
  ['n', false],
  ['', false],
  ['yesterday', false],
])('the answer %j counts as %s; the question leaves stdout alone', async (answer, said) => {
  const { io, stdin, stdout, stderr } = ioForTests({ isTTY: true });
  const asked = confirm('Give up shop/order/1?', false, io);
  stdin.write(`${answer}\n`);
  expect(await asked).toBe(said);
  expect(stderr()).toContain('Give up shop/order/1? [y/N] ');
  expect(stdout()).toBe('');
});

test('an input that ends is no consent', async () => {
  const { io, stdin } = ioForTests({ isTTY: true });
  const asked = confirm('Sure?', false, io);
  stdin.end();
  expect(await asked).toBe(false);
});

test('a signal ends the question', async () => {
  const controller = new AbortController();
  const { io } = ioForTests({ isTTY: true, signal: controller.signal });
  const asked = confirm('Sure?', false, io);
  controller.abort();
  await expect(asked).rejects.toThrow(StoppedError);
});

test.each([
  ['shop', true],
  [' shop ', true],
  ['Shop', false],
  ['yes', false],
  ['', false],
])('where a word is to be typed, %j counts as %s', async (answer, said) => {
  const { io, stdin, stderr } = ioForTests({ isTTY: true });
  const asked = confirmByTyping('Forget everything?', 'shop', false, io);
  stdin.write(`${answer}\n`);
  expect(await asked).toBe(said);
  expect(stderr()).toContain('Forget everything? Type shop to go on: ');
});
