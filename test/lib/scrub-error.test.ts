import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { scrubError } from '../../src/lib/scrub-error';

const scrub = (text: string): string => text.replaceAll('hush', '***');

test('message, stack, texts, lists of texts and causes are scrubbed, at any depth', () => {
  const cause = Object.assign(new TypeError('hush 2'), { input: 'http://hush' });
  const error = Object.assign(new Error('hush 1', { cause: new Error('x', { cause }) }), {
    hint: 'set hush',
    problems: ['hush', 'fine'],
    count: 3,
  });
  expect(scrubError(error, scrub)).toBe(error);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hush');
  expect(error).toMatchObject({ message: '*** 1', hint: 'set ***', problems: ['***', 'fine'], count: 3 });
  expect(error.stack).toMatch(/^Error: \*\*\* 1\n +at /);
});

test('errors of Node are, too', () => {
  let error: unknown;
  try {
    readFileSync('/nowhere/hush');
  } catch (thrown) {
    error = scrubError(thrown, scrub);
  }
  expect(inspect(error)).not.toContain('hush');
  expect(error).toMatchObject({ code: 'ENOENT', path: '/nowhere/***' });
});

test('an error that is its own cause is no trap, and other values stay as they are', () => {
  const error = new Error('hush');
  error.cause = error;
  expect(scrubError(error, scrub).message).toBe('***');
  expect(scrubError('hush', scrub)).toBe('hush');
  expect(scrubError<unknown>(undefined, scrub)).toBeUndefined();
});
