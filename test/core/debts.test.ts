import fc from 'fast-check';
import { MAX_ATTEMPTS, nextDebt, type DebtInput } from '../../src/core/debts';
import { recordKey } from '../../src/core/keys';
import type { Debt, DebtState } from '../../src/core/ports';

const NOW = new Date('2026-03-01T12:00:00.000Z');

function input(state: DebtState): DebtInput {
  return {
    key: recordKey('shop', 'order', 1),
    flow: 'orders',
    state,
    reason: 'odoo-refused',
    message: 'no',
    businessKey: '#1',
  };
}

function minutesUntil({ nextAt }: Debt): number {
  return (Date.parse(nextAt) - NOW.getTime()) / 60_000;
}

/** The debt after so many attempts, without jitter. */
function after(attempts: number): Debt {
  let debt: Debt | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    debt = nextDebt(input('retry'), debt, NOW, 'c1', () => 0.5);
  }
  return debt!;
}

test.each([
  [1, 5],
  [2, 10],
  [3, 20],
  [7, 320],
])('after attempt %i it is tried again in %i minutes', (attempts, minutes) => {
  expect(after(attempts)).toMatchObject({ state: 'retry', attempts });
  expect(minutesUntil(after(attempts))).toBe(minutes);
});

test(`after ${MAX_ATTEMPTS} attempts it needs a person`, () => {
  expect(after(MAX_ATTEMPTS - 1).state).toBe('retry');
  expect(after(MAX_ATTEMPTS)).toMatchObject({ state: 'quarantine', attempts: MAX_ATTEMPTS });
});

test('jitter spreads a retry by a quarter either way, never more', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (random) => {
      const minutes = minutesUntil(nextDebt(input('retry'), undefined, NOW, 'c1', () => random));
      expect(minutes).toBeGreaterThanOrEqual(3.75);
      expect(minutes).toBeLessThanOrEqual(6.25);
    }),
  );
});

test('waiting for another record counts no attempt, and names the record', () => {
  const waiting = nextDebt(
    { ...input('waiting'), waitingFor: recordKey('shop', 'customer', 7) },
    after(3),
    NOW,
    'c1',
  );
  expect(waiting).toMatchObject({ state: 'waiting', attempts: 3, waitingFor: 'shop/customer/7' });
});

test('it keeps when it was first owed, and takes the configuration of now', () => {
  const first = nextDebt(input('quarantine'), undefined, NOW, 'c1');
  const later = nextDebt(input('quarantine'), first, new Date(NOW.getTime() + 1000), 'c2');
  expect(later).toMatchObject({
    firstAt: NOW.toISOString(),
    configHash: 'c2',
    attempts: 2,
    waitingFor: null,
    origin: null,
  });
});
