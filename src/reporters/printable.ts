/** Text of other systems made safe to show: no terminal sequences, nothing that reorders what is read. */

const LINE_BREAK = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 and C1 controls except tab and line feed, and the marks that override the direction of text. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Removes control characters; every kind of line break becomes `\n`. */
export function removeControls(text: string): string {
  return text.replace(LINE_BREAK, '\n').replace(CONTROL, '');
}

/** One line for a terminal: control characters removed, white space folded. */
export function printable(text: string): string {
  return removeControls(text).replace(/\s+/g, ' ').trim();
}
