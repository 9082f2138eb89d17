import fc from 'fast-check';
import { Secret } from '../../src/lib/secret';
import { hideByForm, Scrubber } from '../../src/lib/scrubber';

function scrubberOf(...values: string[]): Scrubber {
  const scrubber = new Scrubber();
  scrubber.add(...values.map((value) => new Secret(value)));
  return scrubber;
}

const asXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const strictly = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Ways in which a value travels; each written without the code under test. */
const ENCODINGS: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  JSON: (value) => JSON.stringify({ params: [value] }),
  'JSON inside of JSON': (value) => JSON.stringify(JSON.stringify({ value })),
  'ASCII JSON, as Python writes it': (value) => asciiJson(value),
  'JSON, as PHP writes it': (value) => asciiJson(value).replaceAll('/', '\\/'),
  'the path of an address': (value) => encodeURI(value),
  'an address': (value) => `/?key=${encodeURIComponent(value)}&page=2`,
  'an address, with small letters': (value) => `/?key=${lowerHex(encodeURIComponent(value))}`,
  'an OAuth parameter': (value) => strictly(value),
  'the text that OAuth signs': (value) => `GET&${strictly(`key=${strictly(value)}`)}`,
  'a form': (value) => new URLSearchParams({ value }).toString(),
  XML: (value) => `<string>${asXml(value)}</string>`,
  'HTML, by number': (value) =>
    Array.from(value, (c) => (/\w/.test(c) ? c : `&#x${(c.codePointAt(0) ?? 0).toString(16)};`)).join(''),
  'HTML, escaped twice': (value) => asXml(asXml(value)),
  HTML: (value) => `<i title="${asXml(value).replaceAll('"', '&quot;').replaceAll("'", '&#39;')}">`,
};

/** Passwords as people and machines make them, with everything that an encoding touches. */
const password = fc
  .string({
    unit: fc.constantFrom(...Array.from('abZ019-_.~+/=%&<>"\'\\ $#é€😀!*()')),
    minLength: 8,
    maxLength: 40,
  })
  .map((text) => `k${text.trim()}9z-${text.length}`);

describe('a secret it was told of is hidden', () => {
  test.each(Object.keys(ENCODINGS))('in %s', (name) => {
    const encode = ENCODINGS[name] ?? String;
    fc.assert(
      fc.property(password, fc.string(), (value, around) => {
        const scrubbed = scrubberOf(value).text(`${around}, ${encode(value)} ${around}`);
        expect(scrubbed).toContain('***');
        expect(scrubbed).not.toContain(value);
        expect(scrubbed).not.toContain(encode(value));
      }),
      { numRuns: 300 },
    );
  });

  test('in Base64, wherever in the encoded text it stands, in both alphabets', () => {
    fc.assert(
      fc.property(
        password,
        fc.string({ maxLength: 9 }),
        fc.string({ maxLength: 9 }),
        (value, before, after) => {
          for (const alphabet of ['base64', 'base64url'] as const) {
            const encoded = Buffer.from(`${before}${value}${after}`).toString(alphabet);
            const scrubbed = scrubberOf(value).text(encoded);
            expect(scrubbed).toContain('***');
            // What is left of it can be decoded, and holds none of the value but its first or last letter.
            const rest = scrubbed.split('***').map((part) => Buffer.from(part, alphabet).toString());
            expect(rest.join('')).not.toContain(value.slice(1, -1));
            expect(scrubbed.length).toBeLessThan(encoded.length - value.length + 6);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('when another one begins with it', () => {
    const scrubber = scrubberOf('correct-horse', 'correct-horse-battery');
    expect(scrubber.text('correct-horse-battery, correct-horse')).toBe('***, ***');
  });

  test('also when it was added later, every time it occurs', () => {
    const scrubber = new Scrubber();
    const { text } = scrubber;
    expect(text('swordfish-1 swordfish-1')).toBe('swordfish-1 swordfish-1');
    scrubber.add(new Secret('swordfish-1'));
    expect(text('swordfish-1 swordfish-1')).toBe('*** ***');
  });
});

describe('a short secret is hidden only where it is a word of its own:', () => {
  test.each([
    ['odoo', 'password odoo refused', 'password *** refused'],
    ['odoo', 'odoo.exceptions, http://odoo-1, wcodoo, odoos', '***.exceptions, http://***-1, wcodoo, odoos'],
    ['abc', 'abc', 'abc'],
    ['4711', '"4711" 4711, v4711 47110 1.4711 4711.50', '"***" ***, v4711 47110 1.4711 4711.50'],
    [
      '12345678',
      '{"id":12345678,"ids":[1,12345678, 12345678],"p":"12345678"}',
      '{"id":12345678,"ids":[1,12345678, 12345678],"p":"***"}',
    ],
  ])('%s in %s', (value, text, scrubbed) => {
    expect(scrubberOf(value).text(text)).toBe(scrubbed);
  });

  test('JSON stays JSON whatever number the password is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000 }), fc.jsonValue(), (number, value) => {
        for (const text of [
          JSON.stringify({ number, value }),
          JSON.stringify([number, { number }], null, 2),
        ]) {
          expect(JSON.parse(scrubberOf(String(number)).text(text))).toBeDefined();
        }
      }),
    );
  });
});

describe('by its form alone, a secret is hidden:', () => {
  const hex = '0123456789abcdef0123456789abcdef01234567';
  test.each([
    [`key ck_${hex}, cs_${hex}`, 'key ***, ***'],
    ['GET https://ann:pass@word@shop.example/x?a=1', 'GET https://***@shop.example/x?a=1'],
    [`Authorization: Bearer ${hex}`, 'Authorization: Bearer ***'],
    [`authorization: bearer ${hex}`, 'authorization: bearer ***'],
    ['Basic Y2tfMTphYmNkZWZnaGlqa2w=', 'Basic ***'],
    [
      '/orders?page=2&oauth_signature=abc%2Fd%3D&oauth_nonce=ff',
      '/orders?page=2&oauth_signature=***&oauth_nonce=***',
    ],
    [
      'GET&http%3A%2F%2Fshop&a%3D1%26oauth_nonce%3Dff%26page%3D2 %2526oauth_nonce%253Dff%2526b',
      'GET&http%3A%2F%2Fshop&a%3D1%26oauth_nonce%3D***%26page%3D2 %2526oauth_nonce%253D***%2526b',
    ],
    ['consumer_key=ck_1&consumer_secret=cs_2', 'consumer_key=***&consumer_secret=***'],
    ['/web?token=abc&password=hunter', '/web?token=***&password=***'],
    ['{"password": "hunter", "db":"x"}', '{"password": "***", "db":"x"}'],
    ['"{\\"apiKey\\":\\"hunter\\"}"', '"{\\"apiKey\\":\\"***\\"}"'],
    ["{'consumer_secret': 'hunter'}", "{'consumer_secret': '***'}"],
  ])('%#', (text, scrubbed) => {
    expect(hideByForm(text)).toBe(scrubbed);
    expect(new Scrubber().text(text)).toBe(scrubbed);
  });

  test.each([
    'Basic 2-in-1 Jacket, Basic T-Shirt XXL, basic internationalization',
    'Bearer of news',
    'CK_20260131, CS_0123456789ABCDEF, track_0123, ck_sandbox',
    'https://shop.example/path?page=2&per_page=100',
    'jean@example.fr, token, the password is wrong, signature does not match',
    'a total of 260.44, tax 43.41; SIM-0103: 43 → 507',
    'oauth_nonce must be new; consumer_key is unknown',
  ])('names of goods and sentences are left alone: %s', (text) => {
    expect(hideByForm(text)).toBe(text);
  });
});

test('scrubbing twice changes nothing more', () => {
  const texts = fc.constantFrom(...Object.values(ENCODINGS).map((encode) => encode('tr0ub4dor & "3"')));
  const scrubber = scrubberOf('tr0ub4dor & "3"');
  fc.assert(
    fc.property(fc.string(), texts, fc.string(), (before, secret, after) => {
      const once = scrubber.text(before + secret + after);
      expect(scrubber.text(once)).toBe(once);
    }),
  );
});
