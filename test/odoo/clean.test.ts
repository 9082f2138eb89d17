import fc from 'fast-check';
import { cleanText, cleanValue } from '../../src/odoo/clean';

/** Text with everything that people and programs put into it, control characters and half emoji included. */
const wildText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});

describe('cleaning text', () => {
  it('leaves no control character but tab and line ends, no half of a pair and nothing outside XML', () => {
    fc.assert(
      fc.property(wildText, (text) => {
        const clean = cleanText(text);
        const codes = Array.from(clean, (character) => character.codePointAt(0) ?? 0);
        expect(codes.every((code) => code >= 32 || code === 9 || code === 10 || code === 13)).toBe(true);
        expect(codes.some((code) => code >= 0xd800 && code <= 0xdfff)).toBe(false);
        expect(codes.some((code) => code === 0xfffe || code === 0xffff)).toBe(false);
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });

  it('does not change text that can be sent', () => {
    const text = 'a\tb\r\nc <&> ]]> "ö" 漢 😀 \u007f\u0085';
    expect(cleanText(text)).toBe(text);
  });

  it('drops a NUL and replaces half an emoji', () => {
    expect(cleanText('a\u0000b\u000bc\ud83d')).toBe('abc\ufffd');
  });
});

describe('cleaning a value', () => {
  it('reaches every text inside, names too, and leaves out what is undefined', () => {
    const value = {
      'na\u0001me': ['a\u0002', { deep: 'b\u0003', gone: undefined }],
      kept: null,
      no: false,
      n: 1.5,
    };
    expect(cleanValue(value)).toEqual({ name: ['a', { deep: 'b' }], kept: null, no: false, n: 1.5 });
    expect(JSON.stringify(cleanValue({ gone: undefined }))).toBe('{}');
    expect(cleanValue({ gone: undefined })).not.toHaveProperty('gone');
  });

  it('refuses a number that JSON would turn into null', () => {
    expect(() => cleanValue({ price: [Number.NaN] })).toThrow(RangeError);
    expect(() => cleanValue(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});
