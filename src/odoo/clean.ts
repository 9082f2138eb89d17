/** Makes text fit for every transport before it is sent. */
import { sendable } from '../lib/clean-text';

/**
 * Removes what breaks a call or, worse, a later one. Observed: a C0 control
 * over XML-RPC fails the whole call (`ExpatError: not well-formed`); over JSON
 * it is stored, and Odoo 14 then answers unparsable XML for that record; a NUL
 * over JSON is a `ValueError`. U+FFFE and U+FFFF are outside XML too.
 */
export function cleanText(text: string): string {
  return sendable(text);
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
