/** Makes text fit for every transport before it is sent. */

/**
 * Characters that break a call or, worse, a later one. Observed: a C0 control
 * over XML-RPC fails the whole call (`ExpatError: not well-formed`); over JSON
 * it is stored, and Odoo 14 then answers unparsable XML for that record; a NUL
 * over JSON is a `ValueError`. U+FFFE and U+FFFF are outside XML too.
 */
const UNSENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/** Half of a pair: what cutting a text inside an emoji leaves; it cannot be encoded. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Removes control characters (all of C0 but tab, line feed and carriage return) and replaces lone surrogates. */
export function cleanText(text: string): string {
  return text.replace(UNSENDABLE, '').replace(LONE_SURROGATE, '\ufffd');
}

/**
 * Cleans all text inside a plain value and leaves out undefined members.
 * @throws RangeError for a number that is not finite: JSON would send `null` in its place
 */
export function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return cleanText(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`not a number that can be sent: ${value}`);
  }
  if (Array.isArray(value)) {
    return value.map(cleanValue);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [cleanText(name), cleanValue(member)]),
  );
}
