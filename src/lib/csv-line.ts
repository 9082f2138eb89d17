/**
 * Cells as one line of a CSV file, its line feed included: quoted as RFC 4180
 * says where they hold the delimiter, a quote or a line break.
 */
export function csvLine(cells: readonly string[], delimiter: string): string {
  const quoted = cells.map((cell) =>
    needsQuotes(cell, delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(delimiter)}\n`;
}

const ALWAYS_QUOTED = /["\r\n]/;

function needsQuotes(cell: string, delimiter: string): boolean {
  return cell.includes(delimiter) || ALWAYS_QUOTED.test(cell);
}
