const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size for people: `812 B`, `1.4 MB`; a thousand of each is the next. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
