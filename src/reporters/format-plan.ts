/** What a dry run would have done: how much of what, and its first rows. */
import type { AuditRow } from '../core/ports';
import { formatTable } from './format-table';
import { printable } from './printable';

const SHOWN_ROWS = 20;
const CHANGES_WIDTH = 80;

/** Collects the rows of a plan; keeps the counts of all and the first few rows. */
export interface Plan {
  add(rows: readonly AuditRow[]): void;
  /** Rows by flow, action and status. */
  readonly counts: ReadonlyMap<string, number>;
  readonly first: readonly AuditRow[];
}

/** An empty plan. */
export function createPlan(): Plan {
  const counts = new Map<string, number>();
  const first: AuditRow[] = [];
  return {
    counts,
    first,
    add(rows) {
      for (const row of rows) {
        const name = JSON.stringify([row.flow, row.action, row.status]);
        counts.set(name, (counts.get(name) ?? 0) + 1);
        if (first.length < SHOWN_ROWS) {
          first.push(row);
        }
      }
    },
  };
}

/** The plan as text that ends with a line break. */
export function formatPlan({ counts, first }: Plan): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    return 'Plan: nothing would change\n';
  }
  const summed = [...counts].map(([name, count]) => [...(JSON.parse(name) as string[]), String(count)]);
  const left = total - first.length;
  const lines = [
    'Plan: what a run would do now',
    '',
    ...formatTable(['flow', 'action', 'status', 'records'], summed, 'text'),
    '',
    ...formatTable(['action', 'record', 'key', 'what'], first.map(cellsOf), 'text'),
    ...(left > 0 ? [`… and ${left} more; the audit file has all of them`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** One decision as a line. */
export function formatDecision(row: AuditRow): string {
  return [row.flow, ...cellsOf(row), row.status].filter((text) => text !== '').join('  ');
}

function cellsOf(row: AuditRow): string[] {
  const changes = row.changes.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join('; ');
  const what = [row.reason, row.message, changes].filter((text) => text !== '').join(': ');
  return [row.action, `${row.entity} ${row.wooId}`, printable(row.businessKey), shorten(printable(what))];
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length <= CHANGES_WIDTH ? text : `${characters.slice(0, CHANGES_WIDTH - 1).join('')}…`;
}
