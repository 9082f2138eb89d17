/** A table in plain text: the first column to the left, numbers to the right, two spaces between. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: 'numbers' | 'text' = 'numbers',
): string[] {
  const widths = header.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), title.length),
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
