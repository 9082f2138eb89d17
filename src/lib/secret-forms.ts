/** How a secret may look in a text: as it is, or encoded on its way. */

/**
 * Every form of a value, the longest first. Besides the value itself: as a
 * part of JSON (once and twice, in Unicode and in ASCII as Python writes it),
 * of a Python literal, of XML or HTML, of an address or a form (once and
 * twice), and, `base64: true`, of Base64 text.
 */
export function formsOf(value: string): readonly { readonly text: string; readonly base64: boolean }[] {
  // A lone half of a surrogate pair cannot be encoded; on the wire it would be U+FFFD.
  const sound = Buffer.from(value).toString();
  const literal = [jsonPart(sound), asciiJsonPart(sound)];
  const address = [percentEncode(sound), strictlyEncoded(sound), formEncode(sound)];
  const texts = new Set([
    value,
    sound,
    ...literal,
    ...literal.map(jsonPart),
    sound.replace(/['\\]/g, String.raw`\$&`),
    ...escapedForMarkup(sound),
    ...[...address, ...address.map(percentEncode)].flatMap((text) => [text, withLowerHex(text)]),
  ]);
  const encoded = new Set(base64Cores(sound));
  return [
    ...[...texts].map((text) => ({ text, base64: false })),
    ...[...encoded].map((text) => ({ text, base64: true })),
  ].sort((left, right) => right.text.length - left.text.length);
}

function jsonPart(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiJsonPart(text: string): string {
  return jsonPart(text).replace(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function percentEncode(text: string): string {
  return encodeURIComponent(text);
}

/** As RFC 3986 asks, which OAuth follows. */
function strictlyEncoded(text: string): string {
  return percentEncode(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function withLowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function escapedForMarkup(text: string): string[] {
  const angled = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = angled.replaceAll('"', '&quot;');
  return [angled, quoted, ...['&#39;', '&#x27;', '&#039;', '&apos;'].map((mark) => quoted.replaceAll("'", mark))];
}

/**
 * The characters that a value alone decides inside of Base64 text, for each of
 * the three places where it may begin; one more on either side depends on its
 * neighbours too. In both alphabets.
 */
function base64Cores(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const core = whole.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
