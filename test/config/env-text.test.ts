import { parse } from 'dotenv';
import fc from 'fast-check';
import { formatEnv } from '../../src/config/env-text';
import { ENVIRONMENT } from '../../src/config/environment';

test('whatever is written is read back as it was, or refused', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab1 #$=\'"`\\n{}!~é'.split('')), maxLength: 12 });
  fc.assert(
    fc.property(
      word.map((value) => value.trim()),
      (value) => {
        let text: string;
        try {
          text = formatEnv({ ODOO_PASSWORD: value }, 'a file');
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(/'/.test(value) && /`/.test(value)).toBe(true);
          return;
        }
        expect(parse(text)['ODOO_PASSWORD']).toBe(value);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a value cannot add a line of its own', () => {
  expect(() => formatEnv({ ODOO_DB: 'a\nWOO_URL=http://evil' }, 'a file')).toThrow(RangeError);
});

test('every variable stands there with what it means', () => {
  const text = formatEnv({}, 'a file');
  expect(Object.keys(parse(text))).toEqual(ENVIRONMENT.map(({ name }) => name));
  expect(text).toContain('# A heading\n'.replace('A heading', 'a file'));
});
