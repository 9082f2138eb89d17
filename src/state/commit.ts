import type { CommitUnit } from '../core/ports';
import type { AuditTable } from './audit';
import type { BreachTable } from './breaches';
import type { CheckpointTable } from './checkpoints';
import type { StateDatabase } from './database';
import type { DebtTable } from './debts';
import type { HoldTable } from './holds';
import type { IntentTable } from './intents';
import type { LinkTable } from './links';
import type { ListingTable } from './listings';
import type { LockTable } from './lock';

export interface Tables {
  readonly links: LinkTable;
  readonly checkpoints: CheckpointTable;
  readonly intents: IntentTable;
  readonly debts: DebtTable;
  readonly holds: HoldTable;
  readonly listings: ListingTable;
  readonly breaches: BreachTable;
  readonly audit: AuditTable;
  readonly lock: LockTable;
}

/**
 * Prepares `State.commit`: one transaction for the whole unit, on the disk when
 * the promise is kept. Where a unit both removes and writes a key, what it
 * writes stays: a record is rather owed twice than lost.
 */
export function openCommit(
  { db, perform }: StateDatabase,
  tables: Tables,
): (unit: CommitUnit) => Promise<void> {
  const { links, checkpoints, intents, debts, holds, listings, breaches, audit, lock } = tables;
  const write = db.transaction((unit: CommitUnit) => {
    lock.assertNotLost();
    for (const key of unit.removedLinks ?? []) {
      links.remove(key);
    }
    for (const link of unit.links ?? []) {
      links.put(link);
    }
    for (const key of unit.settledDebts ?? []) {
      debts.settle(key);
    }
    for (const debt of unit.debts ?? []) {
      debts.put(debt);
    }
    debts.wake([...(unit.links ?? []).map((link) => link.key), ...(unit.settledDebts ?? [])]);
    for (const key of unit.closedIntents ?? []) {
      intents.close(key);
    }
    holds.replace(unit.heldOrders ?? [], unit.holds ?? []);
    if (unit.checkpoint !== undefined) {
      checkpoints.put(unit.checkpoint);
    }
    if (unit.listing !== undefined) {
      listings.put(unit.listing);
    }
    for (const breach of unit.breaches ?? []) {
      breaches.put(breach);
    }
    for (const row of unit.audit ?? []) {
      audit.append(row);
    }
  });
  return (unit) =>
    perform(() => {
      write.immediate(unit);
    });
}
