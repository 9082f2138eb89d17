/** A table in plain text: the first column to the left, numbers to the right, two spaces between. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: 'numbers' | 'text' = 'numbers',
): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || alignment === 'text' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
