/** How a secret may look in a text: as it is, or encoded on its way. Sources of regular expressions. */

/**
 * Finds a value as it is and encoded, each character in any of the ways that
 * addresses, forms, JSON, Python, XML and HTML have for it, once or several
 * times over (as in the text that OAuth signs, or JSON inside of JSON).
 */
export function sourceOf(value: string): string {
  return Array.from(value, sourceOfCharacter).join('');
}

/**
 * Finds a value inside of Base64 text, in both alphabets: the characters that
 * it alone decides, for each of the three places where it may begin. One more
 * on either side depends on its neighbours too; the one behind is found as well.
 */
export function base64SourcesOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const core = whole.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
    return `${core.replaceAll('+', '[+-]').replaceAll('/', '[/_]')}[\\w+/-]?=*`;
  });
}

/** Marks that a backslash may stand before. */
const ESCAPED = new Set(['"', "'", '/', '$', '`']);
const ENTITIES: Readonly<Record<string, string>> = { '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

function sourceOfCharacter(character: string): string {
  if (/\w/.test(character)) {
    return character;
  }
  const literal = escapeSource(character);
  const code = character.codePointAt(0) ?? 0;
  const named = ENTITIES[character];
  return `(?:${[
    // An ampersand that was escaped is one with a tail; a backslash, several.
    character === '&' ? '&(?:amp;)*' : character === '\\' ? String.raw`\\{1,8}` : undefined,
    ESCAPED.has(character) ? String.raw`\\{0,8}${literal}` : literal,
    character === ' ' ? String.raw`\+` : undefined,
    percentSource(character),
    unicodeEscapeSource(character),
    `&(?:amp;)*#(?:0*${code}|[xX]0*${hexSource(code.toString(16))});`,
    named === undefined ? undefined : `&(?:amp;)*${named};`,
  ]
    .filter((source) => source !== undefined)
    .join('|')})`;
}

/** `%3C`, `%3c`, `%253C`; a half of a surrogate pair goes as U+FFFD. */
function percentSource(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `%(?:25)*${hexSource(byte.toString(16).padStart(2, '0'))}`,
  ).join('');
}

/** `\u003c`, and with more backslashes. */
function unicodeEscapeSource(character: string): string {
  return character
    .split('')
    .map((unit) => String.raw`\\{1,8}u${hexSource(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`)
    .join('');
}

function hexSource(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escapeSource(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);
}
