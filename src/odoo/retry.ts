/** Tries again what may safely be tried again, and leaves a server that is out alone. */
import { RetryableError, SkippableError } from '../core/errors';
import { Circuit, type Diagnosis } from '../lib/circuit';
import { scrubError } from '../lib/scrub-error';
import { isHopelessAsItIs, mayLieInTheCall } from '../lib/trouble';
import { OdooAccessError, OdooTrouble, TransientError } from './errors';
import { placeOf } from './place';
import type { OdooSettings } from './options';

const BASE_MS = 500;
const CAP_MS = 30_000;
/** Tries after the first where the number of records may be at fault. */
const RETRIES_OF_PART = 1;

/** What is tried. */
export interface Attempt {
  /** `model.method`, for messages. */
  readonly target: string;
  /** True when it may change something. */
  readonly writing: boolean;
  /**
   * The number of records asked for, where the caller can do with fewer: what
   * may be the fault of the number is then tried once more at most, a time-out
   * not at all, and nothing is concluded from it about the server.
   */
  readonly records?: number | undefined;
}

export type Retrier = <T>(attempt: () => Promise<T>, about: Attempt) => Promise<T>;

/**
 * Makes what runs an attempt until it succeeds or the tries are spent. Waits
 * with full jitter: a random time up to 0.5 s, 1 s, 2 s, … 30 s, and at least
 * what the server asked for. A stop of the run ends a wait and forbids further
 * tries. After three calls in a row without an answer the server is left alone
 * for a minute.
 *
 * A writing attempt whose outcome is unknown is never repeated. What it throws:
 * OdooTrouble, with `ambiguous` when a write may have taken effect;
 * RetryableError while the server is left alone; what is no TransientError as it is.
 */
export function createRetrier(
  settings: Pick<OdooSettings, 'url' | 'retries' | 'sleep' | 'random' | 'clock' | 'signal' | 'scrub'>,
): Retrier {
  const { signal } = settings;
  const circuit = new Circuit({
    now: () => settings.clock.now(),
    refuse: (failures, waitMs) =>
      new RetryableError(
        `Odoo at ${placeOf(settings.url)} did not answer ${failures} calls in a row; not asked again for ${Math.ceil(waitMs / 1000)} s`,
      ),
  });

  async function tryOften<T>(attempt: () => Promise<T>, about: Attempt): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (thrown) {
        // Odoo's own sentences, and those of what answers in its place, may repeat the login.
        const error = scrubError(thrown, settings.scrub);
        if (!(error instanceof TransientError)) {
          throw error;
        }
        const ambiguous = about.writing && !error.notExecuted;
        if (ambiguous || tries >= Math.min(settings.retries, retriesOf(about, error))) {
          throw new OdooTrouble(`${about.target}: ${error.message}`, { ambiguous, cause: error });
        }
        await pause(tries, about, error);
      }
    }
  }

  async function pause(tries: number, { target }: Attempt, reason: TransientError): Promise<void> {
    const isStopped = (): boolean => signal?.aborted === true;
    const backOffMs = settings.random() * Math.min(CAP_MS, BASE_MS * 2 ** tries);
    try {
      if (!isStopped()) {
        await settings.sleep(Math.max(backOffMs, reason.retryAfterMs ?? 0), signal);
      }
    } catch (error) {
      if (!isStopped()) {
        throw error;
      }
    }
    if (isStopped()) {
      throw new RetryableError(`${target}: ${reason.message}; not tried again: stopped on request`);
    }
  }

  return (attempt, about) =>
    circuit.run(
      () => tryOften(attempt, about),
      (error) => diagnose(error, about),
    );
}

function retriesOf({ records }: Attempt, { trouble }: TransientError): number {
  if (records === undefined || !mayLieInTheCall(trouble)) {
    return Number.POSITIVE_INFINITY;
  }
  return isHopelessAsItIs(trouble) && records > 1 ? 0 : RETRIES_OF_PART;
}

/** A conflict and a refusal are answers; what may be the fault of a read's size says nothing. */
function diagnose(error: unknown, { records }: Attempt): Diagnosis {
  if (error instanceof SkippableError || error instanceof OdooAccessError) {
    return 'answered';
  }
  if (!(error instanceof OdooTrouble)) {
    return 'unknown';
  }
  if (error.trouble === 'conflict') {
    return 'answered';
  }
  return records !== undefined && mayLieInTheCall(error.trouble) ? 'unknown' : 'out';
}
