/** Runs the comparison of the real application on a bench, and hands out everything it finds. */
import { buildFlows, buildVerifiers } from '../../src/app';
import { runVerifiers, startOfVerify, type Finding, type VerifyRequest } from '../../src/core/verify';
import { linkVerifier } from '../../src/core/verify-links';
import { openReading } from '../../src/open-reading';
import type { Bench, Sections } from './run-sync';

export interface VerifyResult {
  readonly findings: readonly Finding[];
  /** Records compared, by name of the comparison. */
  readonly compared: Readonly<Record<string, number>>;
  /** Requests that wrote on either side. */
  readonly writes: number;
  readonly requests: { readonly woo: number; readonly odoo: number };
}

export interface VerifyRun extends Partial<VerifyRequest> {
  readonly only?: readonly string[];
  readonly settings?: Sections;
}

export async function runVerify(bench: Bench, run: VerifyRun = {}): Promise<VerifyResult> {
  const { sandbox } = bench;
  const config = bench.config(run.settings);
  const before = sandbox.woo.writes + sandbox.odoo.writes;
  const { context, close } = await openReading(config, {
    emit: () => undefined,
    signal: new AbortController().signal,
    sleep: () => Promise.resolve(),
  });
  try {
    const verifiers = [...buildVerifiers(config), linkVerifier(buildFlows(config))];
    const request = { ...(await startOfVerify(context)), ...run };
    const findings: Finding[] = [];
    const compared: Record<string, number> = {};
    const selected = verifiers.filter(({ name }) => run.only?.includes(name) ?? true);
    for await (const page of runVerifiers(context, selected, request)) {
      findings.push(...page.findings);
      compared[page.name] = (compared[page.name] ?? 0) + page.compared;
    }
    return {
      findings,
      compared,
      writes: sandbox.woo.writes + sandbox.odoo.writes - before,
      requests: { woo: context.woo.requests, odoo: context.odoo.requests },
    };
  } finally {
    close();
  }
}

/** Findings as `kind entity/id field`, sorted; those that are no difference left out. */
export function differences({ findings }: VerifyResult): string[] {
  return inWords(findings.filter(({ kind }) => !NO_DIFFERENCE.has(kind)));
}

/** Findings as `kind entity/id field`, sorted. */
export function inWords(findings: readonly Finding[]): string[] {
  return findings.map(({ kind, key, field }) => `${kind} ${key.entity}/${key.id} ${field}`.trim()).sort();
}

const NO_DIFFERENCE: ReadonlySet<string> = new Set(['in-flight', 'accepted', 'one-sided']);

/** As if the last run had been long enough ago that nothing changed since its start: its overlap is over. */
export async function letTimePass(bench: Bench): Promise<void> {
  const now = new Date(Date.now() + 1000).toISOString();
  await bench.withState(async (state) => {
    for (const flow of ['customers', 'orders', 'stock']) {
      const checkpoint = await state.checkpoints.get('shop', flow);
      if (checkpoint !== undefined) {
        const position = flow === 'stock' ? { odoo: now, woo: now } : checkpoint.position;
        await state.commit({ checkpoint: { ...checkpoint, watermark: now, position } });
      }
    }
  });
}
