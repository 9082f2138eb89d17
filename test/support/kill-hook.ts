/**
 * Preloaded into the program (`node --require`): kills its own process, as
 * `kill -9` does, at a named moment of its state. It stands in for nothing: the
 * commits that it counts are the program's own.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Commit from '../../src/state/commit';

/** Variable of the environment that carries a `KillOrder` as JSON. */
export const KILL_ORDER_VARIABLE = 'WCODOO_CHAOS_KILL_ORDER';

export interface KillOrder {
  /** Before or after a commit of the state; with `step`, one that takes an order to this step. */
  readonly when: 'before' | 'after';
  readonly step?: string;
  /** The how-manieth such commit, 1 for the first. */
  readonly at: number;
  /** Path of the compiled `state/commit.js`. */
  readonly module: string;
  /** Where to write down, right before the end, what was being committed. */
  readonly marker: string;
}

/** What the marker says. */
export interface KillMarker {
  readonly when: 'before' | 'after';
  readonly at: number;
  /** Keys of the orders that the commit takes to the step. */
  readonly orders: readonly string[];
}

type CommitUnit = Parameters<ReturnType<typeof Commit.openCommit>>[0];

function install(order: KillOrder): void {
  const commit = createRequire(__filename)(order.module) as { openCommit: typeof Commit.openCommit };
  const { openCommit } = commit;
  let count = 0;

  function ordersAtStep(unit: CommitUnit): string[] {
    return (unit.links ?? [])
      .filter(({ key, step }) => key.entity === 'order' && step === order.step)
      .map(({ key }) => key.id)
      .filter((id) => order.step !== 'created' || isClosed(unit, id));
  }

  /** An update that is only about to be written stands at `created` too: its create is not closed here. */
  function isClosed(unit: CommitUnit, id: string): boolean {
    return (unit.closedIntents ?? []).some((key) => key.entity === 'order' && key.id === id);
  }

  function killWhenDue(when: KillOrder['when'], unit: CommitUnit): void {
    const orders = ordersAtStep(unit);
    if (when !== order.when || (order.step !== undefined && orders.length === 0)) {
      return;
    }
    count += 1;
    if (count === order.at) {
      writeFileSync(order.marker, JSON.stringify({ when, at: count, orders } satisfies KillMarker));
      process.kill(process.pid, 'SIGKILL');
    }
  }

  commit.openCommit = (...parts) => {
    const original = openCommit(...parts);
    return async (unit) => {
      killWhenDue('before', unit);
      await original(unit);
      killWhenDue('after', unit);
    };
  };
}

const order = process.env[KILL_ORDER_VARIABLE];
if (order !== undefined) {
  install(JSON.parse(order) as KillOrder);
}
