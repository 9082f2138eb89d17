/** The context of a run on adapters and a state of a test's choice. */
import { RunMemory, type RunContext } from '../../src/core/context';
import type { OdooApi, State, WooApi } from '../../src/core/ports';

export function contextForTests(parts: Partial<RunContext> = {}): RunContext {
  return {
    runId: 'run',
    store: 'shop',
    woo: {} as WooApi,
    odoo: {} as OdooApi,
    state: {} as State,
    clock: { now: () => new Date() },
    emit: () => undefined,
    dryRun: false,
    request: { full: false },
    limits: {
      archived: 0,
      changedShare: 0.5,
      priceJump: 0.5,
      priceJumps: 0,
      stockToZero: 0.2,
      listingShrink: 0.5,
      fromRecords: 0,
    },
    configHash: 'config',
    signal: new AbortController().signal,
    scrub: (text) => text,
    calls: () => [],
    memory: new RunMemory(),
    ...parts,
  };
}
