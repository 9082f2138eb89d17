/**
 * Pings in the style of healthchecks.io: `/start`, the address itself for
 * success, `/<exit code>` for a failure. Source: https://healthchecks.io/docs/http_api/
 */
import { setTimeout } from 'node:timers/promises';
import { EXIT, messageOf } from '../core/errors';
import type { RunSummary } from '../core/run-summary';
import { Secret } from '../lib/secret';
import type { Reporter } from './reporter';
import { DeliveryError, sendRequest } from './send-request';

export interface PingOptions {
  readonly url: Secret;
  readonly userAgent: string;
  /** For each of the two tries. */
  readonly timeoutMs: number;
  /** For what is still to be sent when the run is over; the start gets half of it. */
  readonly closeMs: number;
  /** Told in a sentence what went wrong with a ping. */
  readonly warn: (message: string) => void;
}

const RETRY_AFTER_MS = 500;

/** Subscribes to the events of one run. A dry run, and one that another run kept out, ping nobody. */
export function createPings(options: PingOptions): Reporter {
  let started: Promise<void> | undefined;
  let end: { readonly exitCode: number; readonly body: string } | undefined;
  const startIsLate = new AbortController();
  let failure: string | undefined;

  async function ping(suffix: string, body: string, signal: AbortSignal): Promise<void> {
    try {
      await sendTwice(withSuffix(options.url, suffix), body, signal, options);
    } catch (error) {
      failure ??= messageOf(error);
    }
  }

  return {
    handle(event) {
      if (event.type === 'run-started' && !event.dryRun) {
        started = ping('/start', `store ${event.store}, run ${event.runId}`, startIsLate.signal);
      } else if (event.type === 'run-finished' && !event.summary.dryRun) {
        end = { exitCode: event.summary.exitCode, body: describeRun(event.summary) };
      } else if (event.type === 'run-failed' && !event.dryRun && event.exitCode !== EXIT.lockHeld) {
        const { store, runId = 'not begun', exitCode } = event;
        // What went wrong stays here: a message may hold what is nobody's business there.
        end = { exitCode, body: `store ${store}, run ${runId}: failed, exit ${exitCode}` };
      }
    },
    async close() {
      const bound = AbortSignal.timeout(options.closeMs);
      // One after the other: a start that arrives after the end would look like a run that never ends.
      await Promise.race([started, setTimeout(options.closeMs / 2, undefined, { ref: false })]);
      startIsLate.abort();
      await started;
      if (end !== undefined) {
        await ping(end.exitCode === 0 ? '' : `/${end.exitCode}`, end.body, bound);
      }
      if (failure !== undefined) {
        options.warn(`HEALTHCHECK_URL ${failure}; the run itself is not concerned.`);
      }
    },
  };
}

async function sendTwice(
  url: Secret,
  body: string,
  signal: AbortSignal,
  options: PingOptions,
): Promise<void> {
  const { userAgent, timeoutMs } = options;
  const request = { url, body, contentType: 'text/plain; charset=utf-8', userAgent, timeoutMs, signal };
  try {
    await sendRequest(request);
  } catch (error) {
    if (signal.aborted || !(error instanceof DeliveryError && error.mayPass)) {
      throw error;
    }
    await setTimeout(RETRY_AFTER_MS, undefined, { signal }).catch(() => undefined);
    await sendRequest(request);
  }
}

/** The path ends where the parameters begin. */
function withSuffix(secret: Secret, suffix: string): Secret {
  if (suffix === '') {
    return secret;
  }
  const url = new URL(secret.reveal());
  url.pathname = `${url.pathname.replace(/\/$/, '')}${suffix}`;
  return new Secret(url.href);
}

/** Figures only. */
function describeRun({ store, runId, status, exitCode, flows, debts, durationMs }: RunSummary): string {
  return [
    `store ${store}, run ${runId}: ${status}, exit ${exitCode}, ${Math.round(durationMs / 1000)} s`,
    ...flows.map(
      ({ flow, status: end, read, created, updated, linked, skipped, conflicts, failed }) =>
        `${flow}: ${end}, read ${read}, created ${created}, updated ${updated}, linked ${linked}, skipped ${skipped}, conflicts ${conflicts}, failed ${failed}`,
    ),
    `owed ${debts.total}, in quarantine ${debts.quarantine}`,
  ].join('\n');
}
