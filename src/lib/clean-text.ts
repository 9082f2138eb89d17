import { decode } from 'html-entities';

const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Text of a shop as a person reads it: HTML entities decoded, control
 * characters removed, white space folded. WooCommerce returns the same name
 * encoded or raw, depending on who wrote it.
 */
export function cleanText(text: string): string {
  return decode(text).replace(CONTROL_CHARACTERS, '').replace(/\s+/g, ' ').trim();
}

/** The same for text of several lines: line breaks are kept. */
export function cleanLines(text: string): string {
  return decode(text)
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL_CHARACTERS, '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
