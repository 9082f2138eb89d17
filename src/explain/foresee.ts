/** What a sync would do with records now: a dry run for these alone. */
import { RunMemory, type RunContext } from '../core/context';
import type { Flow } from '../core/entity';
import { LimitError, WcodooError } from '../core/errors';
import { formatKey, type RecordKey } from '../core/keys';
import type { AuditRow, Debt } from '../core/ports';
import { runFlows } from '../core/run';

/**
 * What would become of one record. `decided`: there are rows that say it;
 * `stands`: it stays owed as it is; `settled`: its debt would be over;
 * `nothing`: it is as it should be; `unknown`: the plan did not come to it.
 */
export type Verdict = 'decided' | 'stands' | 'settled' | 'nothing' | 'unknown';

export interface Foreseen {
  readonly key: RecordKey;
  readonly verdict: Verdict;
  /** As a sync would write them to the audit, `planned` for what it would carry out. */
  readonly rows: readonly AuditRow[];
  /** The debt as it would be left. */
  readonly debt: Debt | undefined;
}

export interface Prospect {
  readonly records: readonly Foreseen[];
  /** Decisions about other records that come along: an order's customer, its products. */
  readonly others: readonly AuditRow[];
  /** What would keep a sync from it, sentences. */
  readonly obstacles: readonly string[];
}

export interface Planner {
  /** Of a dry run: a copy of the state, adapters that only read. */
  readonly context: RunContext;
  readonly flows: readonly Flow[];
  readonly findMissingCanaries: (context: RunContext) => Promise<readonly string[]>;
}

/**
 * Plans records by themselves. The state of the context is planned on, so what
 * is to be shown of it is read before.
 * @param keys records that are asked about
 * @param sources records to read for them
 * @throws what is a bug
 */
export async function foresee(
  { context, flows, findMissingCanaries }: Planner,
  keys: readonly RecordKey[],
  sources: readonly RecordKey[],
): Promise<Prospect> {
  const rows: AuditRow[] = [];
  const obstacles: string[] = [];
  const before = await context.state.debts.find(keys);
  let isComplete = false;
  try {
    const summary = await runFlows(
      {
        ...context,
        request: { full: false, only: sources },
        // Another run: what was looked up to find the record does not count as read in it.
        memory: new RunMemory(),
        emit: (event) => {
          if (event.type === 'decided') {
            rows.push(...event.rows);
          } else if (event.type === 'notice' && event.level === 'warn') {
            obstacles.push(event.message);
          }
        },
      },
      { flows, selected: [], strict: false, findMissingCanaries, interruptedExitCode: () => 1 },
    );
    isComplete = sources.length > 0 && summary.flows.every(({ status }) => status === 'done');
    obstacles.push(
      ...summary.flows
        .filter(({ status }) => status !== 'done')
        .map(({ flow, status, message }) => `${flow} would be ${status}: ${message}`),
    );
  } catch (error) {
    if (!(error instanceof WcodooError)) {
      throw error;
    }
    obstacles.push(
      error instanceof LimitError
        ? `a sync would stop: ${error.message}`
        : `it cannot be planned: ${error.message}`,
    );
  }
  const after = await context.state.debts.find(keys);
  const records = keys.map((key): Foreseen => {
    const name = formatKey(key);
    const own = rows.filter((row) => isOf(row, key));
    const debt = after.get(name);
    return {
      key,
      rows: own,
      debt,
      verdict:
        own.length > 0
          ? 'decided'
          : !isComplete
            ? 'unknown'
            : debt !== undefined
              ? 'stands'
              : before.has(name)
                ? 'settled'
                : 'nothing',
    };
  });
  return { records, others: rows.filter((row) => !keys.some((key) => isOf(row, key))), obstacles };
}

function isOf({ store, entity, wooId }: AuditRow, key: RecordKey): boolean {
  return formatKey({ store, entity, id: wooId }) === formatKey(key);
}
