import { decode } from 'html-entities';

/** All of C0 but tab, line feed and carriage return, and what XML has no place for. */
const UNSENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/** Half of a pair: what cutting a text inside an emoji leaves; it cannot be encoded. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** The text with a replacement character in place of each lone surrogate, fit for UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

/**
 * The text as it can be sent and stored. What is compared with the other side
 * later must have been through this, or it would look changed there.
 */
export function sendable(text: string): string {
  return wellFormed(text.replace(UNSENDABLE, ''));
}

/**
 * Text of a shop as a person reads it: HTML entities decoded, control
 * characters removed, white space folded. WooCommerce returns the same name
 * encoded or raw, depending on who wrote it.
 */
export function cleanText(text: string): string {
  return sendable(decode(text)).replaceAll('\u007f', '').replace(/\s+/g, ' ').trim();
}

/** The same for text of several lines: line breaks are kept. */
export function cleanLines(text: string): string {
  return sendable(decode(text))
    .replace(/\r\n?/g, '\n')
    .replaceAll('\u007f', '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
