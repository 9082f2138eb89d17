/** Groups the rows of `load` into records: their own cells, and those of their lines. */
import type { Environment } from './environment';
import { OdooFault, valueError } from './errors';
import type { Field, Model } from './schema';
import { isEmpty } from './values';
import type { Json } from './values';

/** A column, split at its slashes. */
export type Path = readonly string[];

/** A record as the rows spell it: cells by column, sub-records by relation. */
export interface RawRecord {
  readonly cells: Map<string, Json>;
  readonly relations: Map<string, RawRecord[]>;
}

/** A record with the rows it was spelled in. */
export interface Extracted {
  readonly record: RawRecord;
  readonly from: number;
  readonly to: number;
}

/** @throws OdooFault for a column that is no field */
export function checkPaths(env: Environment, model: Model, paths: readonly Path[]): void {
  for (const path of paths) {
    let current: Model | undefined = model;
    for (const name of path) {
      if (name === 'id' || name === '.id') {
        break;
      }
      const field: Field | undefined = current?.allFields.get(name);
      if (field === undefined) {
        throw env.major === 14
          ? new OdooFault('builtins.KeyError', name)
          : valueError(`Invalid field name '${name}'`);
      }
      current = field.relation === undefined ? undefined : env.model(field.relation);
    }
  }
}

/** One record for each row that has cells of its own. */
export function extract(
  model: Model,
  paths: readonly Path[],
  rows: readonly (readonly Json[])[],
): Extracted[] {
  const isLineColumn = paths.map((path) => model.allFields.get(path[0] ?? '')?.type === 'one2many');
  const onlyLines = (row: readonly Json[]): boolean =>
    row.some((cell, index) => isLineColumn[index] === true && !isEmpty(cell)) &&
    row.every((cell, index) => isLineColumn[index] === true || isEmpty(cell));
  const found: Extracted[] = [];
  let index = 0;
  while (index < rows.length) {
    let end = index + 1;
    while (isLineColumn.includes(true) && end < rows.length && onlyLines(rows[end] ?? [])) {
      end += 1;
    }
    found.push({ record: spellRecord(model, paths, rows.slice(index, end)), from: index, to: end - 1 });
    index = end;
  }
  return found;
}

function spellRecord(model: Model, paths: readonly Path[], lines: readonly (readonly Json[])[]): RawRecord {
  const cells = new Map<string, Json>();
  const groups = new Map<string, number[]>();
  for (const [index, path] of paths.entries()) {
    const [name = ''] = path;
    if (path.length === 1) {
      cells.set(name, lines[0]?.[index] ?? false);
    } else {
      groups.set(name, [...(groups.get(name) ?? []), index]);
    }
  }
  const relations = new Map<string, RawRecord[]>();
  for (const [name, indexes] of groups) {
    const subPaths = indexes.map((index) => (paths[index] ?? []).slice(1));
    const used = model.allFields.get(name)?.type === 'one2many' ? lines : lines.slice(0, 1);
    const parts = used
      .map((line) => indexes.map((index) => line[index] ?? false))
      .filter((part) => part.some((cell) => !isEmpty(cell)))
      .map((part) => spellPart(subPaths, part));
    relations.set(name, parts);
  }
  return { cells, relations };
}

/** A line's own columns, with what they say of further relations (`product_id/.id`). */
function spellPart(paths: readonly Path[], part: readonly Json[]): RawRecord {
  const cells = new Map<string, Json>();
  const relations = new Map<string, RawRecord[]>();
  for (const [index, path] of paths.entries()) {
    const [name = '', sub] = path;
    const cell = part[index] ?? false;
    if (sub === undefined) {
      cells.set(name, cell);
    } else {
      relations.set(name, isEmpty(cell) ? [] : [{ cells: new Map([[sub, cell]]), relations: new Map() }]);
    }
  }
  return { cells, relations };
}
