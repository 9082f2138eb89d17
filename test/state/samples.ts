/** Plain values for the tests of the state. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordKey } from '../../src/core/keys';
import { recordKey } from '../../src/core/keys';
import type { AuditRow, Checkpoint, Debt, Intent, Link } from '../../src/core/ports';

export const STORE = 'shop';
export const NOW = '2026-03-01T12:00:00.000Z';
export const EARLIER = '2026-03-01T11:59:59.999Z';
export const LATER = '2026-03-01T12:00:00.001Z';

export function keyOf(id: number, entity = 'order', store = STORE): RecordKey {
  return recordKey(store, entity, id);
}

export function linkOf(key: RecordKey, values: Partial<Link> = {}): Link {
  return {
    key,
    odooModel: 'sale.order',
    odooId: Number(key.id) + 1000,
    hash: 'h1',
    fields: { name: 'f1' },
    odooHash: null,
    step: null,
    adopted: false,
    matchKey: null,
    ...values,
  };
}

export function debtOf(key: RecordKey, values: Partial<Debt> = {}): Debt {
  return {
    key,
    flow: 'order-woo-to-odoo',
    state: 'retry',
    reason: 'odoo-refused',
    message: 'Odoo said no',
    attempts: 1,
    waitingFor: null,
    origin: null,
    businessKey: '#329',
    firstAt: EARLIER,
    nextAt: LATER,
    configHash: 'c1',
    ...values,
  };
}

export function intentOf(key: RecordKey, values: Partial<Intent> = {}): Intent {
  return {
    key,
    flow: 'order-woo-to-odoo',
    runId: 'r1',
    odooModel: 'sale.order',
    link: null,
    createdAt: NOW,
    ...values,
  };
}

export function checkpointOf(values: Partial<Checkpoint> = {}): Checkpoint {
  return { store: STORE, flow: 'order-woo-to-odoo', watermark: NOW, position: null, fullAt: null, ...values };
}

export function auditRowOf(values: Partial<AuditRow> = {}): AuditRow {
  return {
    runId: 'r1',
    time: NOW,
    store: STORE,
    flow: 'order-woo-to-odoo',
    direction: 'wooToOdoo',
    action: 'create',
    status: 'done',
    entity: 'order',
    wooId: '329',
    odooId: '17',
    businessKey: '#329',
    changes: [{ field: 'amount', before: '', after: '12.00' }],
    reason: '',
    message: '',
    attempt: 1,
    durationMs: 12.5,
    ...values,
  };
}

/** A folder that is removed after the test file. */
export function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wcodoo-state-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function now(): Date {
  return new Date(NOW);
}
