/** Values that no schema promises: what plugins, imports, broken clients and attackers put into records. */

/** Longer than any cell, key or address should ever be. */
const LONG = 100_000;
/** WordPress encodes at most 512 levels; twice that is hostile. */
const DEEP = 1_000;

/** Makes a value anew each time: big ones must not be shared between records. */
export type Maker = () => unknown;

/** Names beside makers, so that a failure says what was put where. */
export type Pool = Readonly<Record<string, Maker>>;

/** JSON text that plain values cannot be written as: `1e309`, `-0`, a key `__proto__`. */
export function parsed(json: string): Maker {
  return () => JSON.parse(json) as unknown;
}

function texts(values: Readonly<Record<string, string>>): Pool {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, () => value]));
}

/** Wrong for nearly every field. */
export const ODD_VALUES: Pool = {
  null: () => null,
  false: () => false,
  true: () => true,
  zero: () => 0,
  'minus one': () => -1,
  'one and a half': () => 1.5,
  '1e309': () => Number.POSITIVE_INFINITY,
  '-1e309': () => Number.NEGATIVE_INFINITY,
  '1e308': () => 1e308,
  '5e-324': () => 5e-324,
  'minus zero': () => -0,
  '2^53': () => 2 ** 53,
  '1e21': () => 1e21,
  'empty list': () => [],
  'empty object': () => ({}),
  'list of null': () => [null],
  'nested list': () => [[['12']]],
  'object for a value': () => ({ value: '12.00' }),
  'unconvertible object': parsed('{"toString":1,"valueOf":1}'),
  'polluting object': parsed('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  'array-like': () => ({ length: 1e9, 0: 'a' }),
};

/** Costly to carry, so they are drawn seldom. */
export const HUGE_VALUES: Pool = {
  'deep list': parsed('['.repeat(DEEP) + ']'.repeat(DEEP)),
  'deep object': parsed('{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)),
  'ten thousand rows': () => Array.from({ length: 10_000 }, (_, id) => ({ id })),
};

/** Text that breaks what is built around it. */
export const ODD_TEXTS: Pool = texts({
  'empty text': '',
  spaces: ' \t\r\n\u00a0 ',
  'long text': 'x'.repeat(LONG),
  'long spaces': `a${' '.repeat(LONG)}b`,
  'long tags': '<'.repeat(LONG),
  'long entities': '&amp;'.repeat(LONG / 5),
  'long mail': `${'a'.repeat(LONG)}@`,
  'many emoji': '😀'.repeat(LONG / 2),
  'cut emoji': 'Zo\u00e9 \ud83d',
  'lone surrogate': '\udc00tail',
  'direction override': 'abc\u202etxt.exe\u2066\u2069',
  'NUL and C0': 'a\u0000b\u0001c\u0008d\u001be[31m\u007f\u009b',
  'non-characters': 'a\ufffe\uffffb',
  BOM: '\ufeffabc',
  HTML: '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'closing tags': '</p></td>]]>--><!--',
  SQL: "'; DROP TABLE res_partner; --",
  'line breaks': 'a\nb\r\nc\u2028d\u0085e',
  delimiters: 'a,b;c\t"d""e"\'f',
  formula: "=cmd|' /C calc'!A0",
  'formula after tab': '\t=1+1',
  'formula after CR': '\r=1+1',
  'formula after BOM': '\ufeff=1+1',
  'full-width formula': '＝1+1',
  'plus formula': '+1+1',
  'minus formula': '-1+1',
  'at formula': '@SUM(A1)',
  'hyperlink formula': '=HYPERLINK("http://evil.invalid","x")',
  proto: '__proto__',
  constructor: 'constructor',
  toString: 'toString',
  hasOwnProperty: 'hasOwnProperty',
  length: 'length',
  template: '${process.env} {{7*7}} $& $1',
  path: '../../../../etc/passwd',
  key: 'shop/order/1',
  NaN: 'NaN',
  Infinity: 'Infinity',
  number: '12345678901234567890',
});

const AMOUNTS: Pool = texts({
  dot: '.',
  minus: '-',
  'minus dot': '-.',
  comma: '12,50',
  'thousand comma': '1,234.50',
  spaces: ' 12.50 ',
  'narrow space': '1\u202f234.50',
  exponent: '1e3',
  '1e309': '1e309',
  'huge exponent': '1e9000000000000000',
  'thirteen decimals': '12.3456789012345',
  'minus zero': '-0.00',
  negative: '-12.50',
  'one cent more': '12.51',
  'eighteen digits': '123456789012345678.90',
  'thousand digits': '9'.repeat(1_000),
  'long amount': `0.${'3'.repeat(LONG)}`,
  hexadecimal: '0x10',
  'full-width digits': '１２.５０',
  NaN: 'NaN',
  Infinity: 'Infinity',
  zero: '0',
});

const QUANTITIES: Pool = {
  zero: () => 0,
  negative: () => -3,
  half: () => 0.5,
  third: () => 1 / 3,
  tiny: () => 5e-324,
  million: () => 1_000_000,
  huge: () => 1e15,
  '1e308': () => 1e308,
  text: () => '2',
  'minus zero': () => -0,
};

const IDS: Pool = {
  zero: () => 0,
  'minus one': () => -1,
  'one and a half': () => 1.5,
  text: () => '12',
  'twenty digits': () => 12345678901234567890,
  '2^53': () => 2 ** 53,
  'greatest safe': () => Number.MAX_SAFE_INTEGER,
  '2^31': () => 2 ** 31,
  '1e21': () => 1e21,
};

const DATES: Pool = texts({
  'with Z': '2026-10-01T10:00:00Z',
  'with offset': '2026-10-01T10:00:00+02:00',
  'without time': '2026-10-01',
  'month 13': '2026-13-01T10:00:00',
  'day 30 of February': '2026-02-30T10:00:00',
  'hour 25': '2026-10-01T25:00:00',
  'year 0': '0000-00-00T00:00:00',
  'year 1': '0001-01-01T00:00:00',
  'year 9999': '9999-12-31T23:59:59',
  'six digits': '+275760-09-13T00:00:00',
  'Unix time': '1790000000',
  German: '01.10.2026 10:00',
});

const STATUSES: Pool = texts({
  completed: 'completed',
  cancelled: 'cancelled',
  refunded: 'refunded',
  pending: 'pending',
  trash: 'trash',
  draft: 'checkout-draft',
  unknown: 'wc-custom',
  prefixed: 'wc-completed',
  'upper case': 'COMPLETED',
  sale: 'sale',
  'done in Odoo': 'done',
  'cancelled in Odoo': 'cancel',
});

const CURRENCIES: Pool = texts({ USD: 'USD', JPY: 'JPY', KWD: 'KWD', lower: 'eur', sign: '€', none: 'XTS' });
const COUNTRIES: Pool = texts({
  unknown: 'ZZ',
  lower: 'fr',
  long: 'FRA',
  Kosovo: 'XK',
  US: 'US',
  Réunion: 'RE',
});
const EMAILS: Pool = texts({
  'no domain': 'a@',
  'two at': 'a@b@c.fr',
  'upper case': 'ADA@EXEMPLE.FR',
  quoted: '"a b"@exemple.fr',
  list: 'a@exemple.fr, b@exemple.fr',
  'header injection': 'a@exemple.fr\r\nBcc: b@exemple.fr',
  unicode: 'zoé@exämple.fr',
});
const PERCENTS: Pool = {
  zero: () => 0,
  negative: () => -15,
  'minus hundred': () => -100,
  'minus hundred and one': () => -101,
  thousand: () => 1_000,
  '1e308': () => 1e308,
  text: () => '20',
};

/** Pools by the end of a field's name; the first that fits is used. */
const SUITED: readonly (readonly [name: RegExp, pool: Pool])[] = [
  [/percent|^rate$/, PERCENTS],
  [/date|_at$/, DATES],
  [/quantity|qty|_available$|^value$/, QUANTITIES],
  [/currency/, CURRENCIES],
  [/status|^type$|^state$/, STATUSES],
  [/country|^code$/, COUNTRIES],
  [/email/, EMAILS],
  [/(^|_)id$|^res_id$/, IDS],
  [/total|tax|discount|price|amount/, AMOUNTS],
];

/** What is nearly right for a field: it gets past the first look more often than the rest. */
export function suitedTo(field: string): Pool {
  return SUITED.find(([name]) => name.test(field))?.[1] ?? ODD_TEXTS;
}
