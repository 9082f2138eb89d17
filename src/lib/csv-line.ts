import { stringify } from 'csv-stringify/sync';

/**
 * Cells as one line of a CSV file, its line feed included: quoted as RFC 4180
 * says where they hold the delimiter, a quote or a line break.
 */
export function csvLine(cells: readonly string[], delimiter: string): string {
  return stringify([[...cells]], { delimiter });
}
