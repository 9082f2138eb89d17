/** How a failed record is owed: when it is tried again and when it needs a person. */
import type { RecordKey } from './keys';
import { formatKey } from './keys';
import type { Debt, DebtState } from './ports';

const FIRST_DELAY_MS = 5 * 60_000;
const LONGEST_DELAY_MS = 24 * 3_600_000;
/** What a person mends is noticed within the hour, without being asked. */
const QUARANTINE_RECHECK_MS = 3_600_000;
/** Attempts after which a debt is put into quarantine. */
export const MAX_ATTEMPTS = 8;

export interface DebtInput {
  readonly key: RecordKey;
  readonly flow: string;
  readonly state: DebtState;
  readonly reason: string;
  readonly message: string;
  readonly businessKey: string;
  readonly waitingFor?: RecordKey | undefined;
  readonly origin?: RecordKey | undefined;
}

/**
 * The debt after one more attempt. Waiting for another record counts no
 * attempt; a failure is tried again after 5 minutes, then twice as long each
 * time up to a day, with jitter, and is put into quarantine after the eighth.
 * A quarantine is looked at again every hour.
 */
export function nextDebt(
  input: DebtInput,
  previous: Debt | undefined,
  now: Date,
  configHash: string,
  random: () => number = Math.random,
): Debt {
  const attempts = (previous?.attempts ?? 0) + (input.state === 'waiting' ? 0 : 1);
  const state = input.state === 'retry' && attempts >= MAX_ATTEMPTS ? 'quarantine' : input.state;
  const growing = Math.min(FIRST_DELAY_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_DELAY_MS);
  const delayMs = {
    retry: growing * (0.75 + random() / 2),
    quarantine: QUARANTINE_RECHECK_MS,
    waiting: LONGEST_DELAY_MS,
  }[state];
  return {
    key: input.key,
    flow: input.flow,
    state,
    reason: input.reason,
    message: input.message,
    attempts,
    waitingFor: input.waitingFor === undefined ? null : formatKey(input.waitingFor),
    origin: input.origin ?? null,
    businessKey: input.businessKey,
    firstAt: previous?.firstAt ?? now.toISOString(),
    nextAt: new Date(now.getTime() + delayMs).toISOString(),
    configHash,
  };
}
