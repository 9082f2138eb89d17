import { LockHeldError, StoppedError } from '../../src/core/errors';
import type { State } from '../../src/core/ports';
import { takeLock, type WaitOptions } from '../../src/core/wait-for-lock';

/** A state whose lock another run holds for so many tries. */
function heldFor(tries: number): Pick<State, 'lock'> {
  let left = tries;
  return {
    lock: () => {
      left -= 1;
      return left >= 0
        ? Promise.reject(new LockHeldError('Another run holds the lock: r1.'))
        : Promise.resolve({ release: () => Promise.resolve(), assertHeld: () => Promise.resolve() });
    },
  };
}

function waiting(parts: Partial<WaitOptions> = {}): { wait: WaitOptions; told: string[]; pauses: number[] } {
  const told: string[] = [];
  const pauses: number[] = [];
  let nowMs = 0;
  return {
    told,
    pauses,
    wait: {
      atMostMs: undefined,
      onWait: (message) => told.push(message),
      clock: { now: () => new Date(nowMs) },
      sleep: (ms) => {
        pauses.push(ms);
        nowMs += ms;
        return Promise.resolve();
      },
      signal: new AbortController().signal,
      random: () => 0.5,
      ...parts,
    },
  };
}

test('without a wait a held lock is refused at once', async () => {
  await expect(takeLock(heldFor(1) as State, 'r2', undefined)).rejects.toThrow(LockHeldError);
});

test('with one it is tried until it is free, and said once whom it waits for', async () => {
  const { wait, told, pauses } = waiting();
  await expect(takeLock(heldFor(5) as State, 'r2', wait)).resolves.toBeDefined();
  expect(told).toEqual(['Another run holds the lock: r1. Waiting for it to end.']);
  expect(pauses).toHaveLength(5);
});

test('the wait ends after its time with the same refusal', async () => {
  const { wait, pauses } = waiting({ atMostMs: 3000 });
  await expect(takeLock(heldFor(1000) as State, 'r2', wait)).rejects.toThrow(LockHeldError);
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(3000);
  expect(pauses.length).toBeLessThan(10);
});

test('a signal ends the wait', async () => {
  const controller = new AbortController();
  const { wait } = waiting({
    signal: controller.signal,
    sleep: () => {
      controller.abort();
      return Promise.resolve();
    },
  });
  await expect(takeLock(heldFor(1000) as State, 'r2', wait)).rejects.toThrow(StoppedError);
});
