import type { Row, Value } from './values';

/** Rows of one model with their indexes. */
export class Table {
  readonly rows = new Map<number, Row>();
  private readonly indexes = new Map<string, Map<Value, Set<number>>>();
  private lastId = 0;

  constructor(indexedFields: readonly string[]) {
    for (const field of indexedFields) {
      this.indexes.set(field, new Map());
    }
  }

  /** Ids are never given out twice, not even after a rollback. */
  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  get(id: number): Row | undefined {
    return this.rows.get(id);
  }

  /** Ids of the rows whose field has this value; undefined when the field has no index. */
  lookUp(field: string, value: Value): ReadonlySet<number> | undefined {
    const index = this.indexes.get(field);
    return index === undefined ? undefined : (index.get(value) ?? EMPTY);
  }

  hasIndex(field: string): boolean {
    return this.indexes.has(field);
  }

  /** Puts a row, or takes it away; keeps the indexes true. */
  set(id: number, row: Row | undefined): void {
    const before = this.rows.get(id);
    for (const [field, index] of this.indexes) {
      const from = before?.[field];
      const to = row?.[field];
      if (from === to) {
        continue;
      }
      if (from !== undefined) {
        removeFrom(index, from, id);
      }
      if (to !== undefined) {
        addTo(index, to, id);
      }
    }
    if (row === undefined) {
      this.rows.delete(id);
    } else {
      this.rows.set(id, row);
    }
  }
}

const EMPTY: ReadonlySet<number> = new Set();

function addTo(index: Map<Value, Set<number>>, value: Value, id: number): void {
  const ids = index.get(value);
  if (ids === undefined) {
    index.set(value, new Set([id]));
  } else {
    ids.add(id);
  }
}

function removeFrom(index: Map<Value, Set<number>>, value: Value, id: number): void {
  const ids = index.get(value);
  ids?.delete(id);
  if (ids?.size === 0) {
    index.delete(value);
  }
}

interface UndoEntry {
  readonly table: Table;
  readonly id: number;
  readonly before: Row | undefined;
}

/**
 * All tables, with a log of what to undo. A transaction is everything since a
 * mark: `rollBack(mark)` undoes it, `commit()` forgets the log.
 */
export class Database {
  private readonly tables = new Map<string, Table>();
  private undoLog: UndoEntry[] = [];

  addTable(model: string, indexedFields: readonly string[]): void {
    this.tables.set(model, new Table(indexedFields));
  }

  /** @throws RangeError for a model without table: a bug of the sandbox */
  table(model: string): Table {
    const table = this.tables.get(model);
    if (table === undefined) {
      throw new RangeError(`no table for ${model}`);
    }
    return table;
  }

  get(model: string, id: number): Row | undefined {
    return this.table(model).get(id);
  }

  put(model: string, row: Row): void {
    this.change(model, row.id, row);
  }

  remove(model: string, id: number): void {
    this.change(model, id, undefined);
  }

  private change(model: string, id: number, row: Row | undefined): void {
    const table = this.table(model);
    this.undoLog.push({ table, id, before: table.get(id) });
    table.set(id, row);
  }

  /** A point to roll back to. Zero means nothing was changed since the last commit. */
  mark(): number {
    return this.undoLog.length;
  }

  rollBack(mark: number): void {
    for (let index = this.undoLog.length - 1; index >= mark; index -= 1) {
      const entry = this.undoLog[index];
      entry?.table.set(entry.id, entry.before);
    }
    this.undoLog.length = mark;
  }

  commit(): void {
    this.undoLog = [];
  }
}
