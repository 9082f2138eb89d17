/** Plain values for the tests of the reporters. */
import type { FlowSummary, RunSummary } from '../../src/core/run-summary';
import { noCounts } from '../../src/core/run-summary';
import type { AuditRow } from '../../src/core/ports';

export function rowOf(values: Partial<AuditRow> = {}): AuditRow {
  return {
    runId: 'r1',
    time: '2026-03-01T12:00:00.000Z',
    store: 'shop',
    flow: 'orders',
    direction: 'wooToOdoo',
    action: 'create',
    status: 'done',
    entity: 'order',
    wooId: '329',
    odooId: '17',
    businessKey: '#329',
    changes: [],
    reason: '',
    message: '',
    attempt: 1,
    durationMs: 12.4,
    ...values,
  };
}

export function flowOf(values: Partial<FlowSummary> = {}): FlowSummary {
  return {
    store: 'shop',
    flow: 'orders',
    ...noCounts(),
    status: 'done',
    message: '',
    durationMs: 0,
    decisions: [],
    ...values,
  };
}

export function summaryOf(values: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: 'r1',
    store: 'shop',
    status: 'done',
    exitCode: 0,
    dryRun: false,
    flows: [],
    debts: { total: 0, quarantine: 0 },
    requests: { woo: 0, odoo: 0 },
    calls: [],
    startedAt: '2026-03-01T12:00:00.000Z',
    durationMs: 0,
    ...values,
  };
}

/** A stream that keeps what was written to it. */
export class Written {
  text = '';

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}
