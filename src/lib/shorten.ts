/**
 * The text where it has at most `length` UTF-16 units, else its beginning and
 * an ellipsis, `length` units in all; no character is cut in half.
 */
export function shorten(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const kept = text.slice(0, length - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
