import fc from 'fast-check';
import { canonicalJson, hashOf } from '../../src/lib/hash';

test('the order in which a value was built does not matter, at any depth', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { f: 1, e: 2 }], c: 2 } })).toBe(
    '{"a":{"c":2,"d":[1,{"e":2,"f":1}]},"b":1}',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(hashOf(reversed)).toBe(hashOf(value));
    }),
  );
});

test('the order of a list does matter', () => {
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});

test('it has the length asked for, in hexadecimal digits', () => {
  expect(hashOf('x')).toMatch(/^[0-9a-f]{32}$/);
  expect(hashOf('x', 8)).toMatch(/^[0-9a-f]{8}$/);
  expect(hashOf('x').startsWith(hashOf('x', 8))).toBe(true);
});

test('it stays the same from release to release', () => {
  expect(hashOf('ada@exemple.fr', 24)).toBe('8635fe5e3d7236f09695e871');
});
