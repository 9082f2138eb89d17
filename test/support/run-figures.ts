/** How often one run decided what, as each place that tells of it has it. */
import type { AuditRow } from '../../src/core/ports';
import type { RunSummary } from '../../src/core/run-summary';
import { AUDIT_COLUMNS } from '../../src/reporters/audit-cells';

/** Counts by `flow action status`. */
export type Figures = Readonly<Record<string, number>>;

type Counted = Pick<AuditRow, 'flow' | 'action' | 'status'>;

/** Of anything that has one entry for each decision, or for some with their count. */
export function figuresOf(decisions: Iterable<Counted & { readonly count?: number }>): Figures {
  const figures: Record<string, number> = {};
  for (const { flow, action, status, count = 1 } of decisions) {
    const name = `${flow} ${action} ${status}`;
    figures[name] = (figures[name] ?? 0) + count;
  }
  return figures;
}

export function figuresOfSummary({ flows }: Pick<RunSummary, 'flows'>): Figures {
  return figuresOf(flows.flatMap(({ flow, decisions }) => decisions.map((count) => ({ flow, ...count }))));
}

/** @param cells of an audit file, its header first */
export function figuresOfCsv([header = [], ...rows]: readonly (readonly string[])[]): Figures {
  expect(header.map((name) => name.replace('\ufeff', ''))).toEqual(AUDIT_COLUMNS);
  const at = (row: readonly string[], column: (typeof AUDIT_COLUMNS)[number]): string =>
    row[AUDIT_COLUMNS.indexOf(column)] ?? '';
  return figuresOf(
    rows.map((row) => ({ flow: at(row, 'flow'), action: at(row, 'action'), status: at(row, 'status') })),
  );
}

/** @param metrics by name and labels, as `readMetrics` returns them */
export function figuresOfMetrics(metrics: ReadonlyMap<string, number>): Figures {
  const decisions = [...metrics].flatMap(([name, count]) => {
    const [, action = '', flow = '', status = ''] =
      /^wcodoo_last_run_decisions\{action="(.*)",flow="(.*)",result="(.*)"\}$/.exec(name) ?? [];
    return flow === '' ? [] : [{ flow, action, status, count }];
  });
  return figuresOf(decisions);
}
