import { readAnswerBody } from '../../src/woo/answer';
import { readProblem } from '../../src/woo/errors';

/**
 * Long enough that work in the square of the length would not end within the
 * time of a test, and short enough for a server to send.
 */
const LENGTH = 1_000_000;

test.each([
  ['a title that never ends', '<title'.repeat(LENGTH / 6), 'html'],
  ['warnings that name no line', 'Warning: '.repeat(LENGTH / 9), 'broken'],
  ['beginnings of JSON behind text', `x${'[1,'.repeat(LENGTH / 3)}]`, 'broken'],
  ['warnings, and a line at the end', `${'Warning: '.repeat(LENGTH / 9)} on line 3`, 'php-output'],
  ['JSON nested deeper than WordPress does', `${'['.repeat(LENGTH)}${']'.repeat(LENGTH)}`, 'json'],
])('a body that is long and hostile is read in time: %s', (_what, text, kind) => {
  expect(readAnswerBody(text).kind).toBe(kind);
});

test.each([
  ['tags', '<'.repeat(LENGTH)],
  ['an address that never comes', 'a'.repeat(LENGTH)],
  ['control characters', '\u001b[31m'.repeat(LENGTH / 5)],
])('a refusal of a million characters becomes a sentence: %s', (_what, message) => {
  const problem = readProblem({ code: message, message });
  expect(problem?.sentence.length).toBeLessThanOrEqual(300);
  expect(problem?.code).toHaveLength(100);
});
