import { inspect } from 'node:util';
import { hashOf } from '../../src/lib/hash';
import { Secret } from '../../src/lib/secret';
import { SECRET_MARK } from '../support/find-leaks';

const VALUE = `value-${SECRET_MARK}`;
const secret = new Secret(VALUE);

test('it is itself only when asked', () => {
  expect(secret.reveal()).toBe(VALUE);
});

test.each([
  ['a template', () => `the key ${secret as unknown as string}`],
  ['String', () => String(secret)],
  ['toString', () => secret.toString()],
  ['a sum of texts', () => 'key ' + (secret as unknown as string)],
  ['a comparison', () => String((secret as unknown as string) < 'x')],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['JSON of an entry', () => JSON.stringify(Object.entries({ secret }))],
  ['inspect', () => inspect({ secret, deep: { map: new Map([['k', secret]]) } }, { depth: 9 })],
  ['inspect of everything', () => inspect(secret, { showHidden: true, customInspect: false, getters: true })],
  ['a clone', () => inspect(structuredClone({ secret }), { depth: 9, showHidden: true })],
  ['a copy', () => inspect(Object.assign({}, secret))],
  ['its keys', () => [...Object.getOwnPropertyNames(secret), ...Object.values(secret)].join()],
  ['an error that it is put into', () => inspect(new Error('x', { cause: secret }), { depth: 9 })],
])('%s does not show it', (_what, show) => {
  expect(show()).not.toContain(SECRET_MARK);
});

test('texts made of it say ***', () => {
  expect(String(secret)).toBe('***');
  expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
  expect(inspect({ secret })).toBe('{ secret: *** }');
});

test('a hash does not tell two of them apart', () => {
  expect(hashOf({ secret })).toBe(hashOf({ secret: new Secret('another') }));
});

test('an empty one is refused', () => {
  expect(() => new Secret('')).toThrow(RangeError);
});
