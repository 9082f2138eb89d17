import fc from 'fast-check';
import type { Change } from '../../src/core/entity';
import { recordKey } from '../../src/core/keys';
import { shareOf } from '../../src/lib/share';
import { isAllowed, limitError, weigh, Weights, type Limits, type Measure } from '../../src/core/limits';
import type { Breach } from '../../src/core/ports';

const LIMITS: Limits = {
  archived: 2,
  changedShare: 0.5,
  priceJump: 0.5,
  priceJumps: 0,
  stockToZero: 0.2,
  listingShrink: 0.5,
  fromRecords: 3,
};

function change(action: Change['action'] = 'update'): Change {
  return {
    key: recordKey('shop', 'item', 1),
    action,
    businessKey: 'A-1',
    changes: [],
    reason: '',
    message: '',
    requires: [],
    payload: null,
  };
}

function weightsOf(
  count: number,
  measure: Measure,
  read = count,
  action: Change['action'] = 'update',
): Weights {
  const weights = new Weights(LIMITS);
  weights.read = read;
  for (let index = 0; index < count; index += 1) {
    weights.add({ change: change(action), measure });
  }
  return weights;
}

function exceeded(weights: Weights, before?: number, now?: number): string[] {
  return weigh(weights, { before, now }, LIMITS).map(({ limit }) => limit);
}

test('as many as a limit says pass, one more does not', () => {
  expect(exceeded(weightsOf(2, {}, 100, 'archive'))).toEqual([]);
  expect(exceeded(weightsOf(3, {}, 100, 'archive'))).toEqual(['archived']);
});

test.each([
  ['10.00', '15.00', false],
  ['10.00', '15.01', true],
  ['10.00', '5.00', false],
  ['10.00', '4.99', true],
  ['10.00', '0.00', true],
  ['10.00', '', true],
  ['10.00', 'abc', true],
  ['10.00', '-1.00', true],
  ['', '500.00', false],
  ['0.00', '500.00', false],
])('a price that goes from "%s" to "%s": a jump is %s', (before, after, isJump) => {
  expect(exceeded(weightsOf(1, { price: { before, after } }))).toEqual(isJump ? ['price-jump'] : []);
});

test('shares are taken of all records that are known, not of the few that were compared', () => {
  expect(exceeded(weightsOf(10, { toZero: true }, 10), 49, undefined)).toEqual(['stock-to-zero']);
  expect(exceeded(weightsOf(10, { toZero: true }, 10), 50, undefined)).toEqual([]);
});

test.each([7, 29, 57, 58])('%s of 100 pass where the limit says so, one more does not', (count) => {
  const limits = { ...LIMITS, changedShare: 1, stockToZero: shareOf(`${count}%`) };
  const over = (weights: Weights): boolean =>
    weigh(weights, { before: 100, now: undefined }, limits).length > 0;
  expect(over(weightsOf(count, { toZero: true }))).toBe(false);
  expect(over(weightsOf(count + 1, { toZero: true }))).toBe(true);
});

test('a figure can be told from the limit it exceeds', () => {
  const limits = { ...LIMITS, stockToZero: 0.125 };
  const [excess] = weigh(weightsOf(51, { toZero: true }), { before: 400, now: undefined }, limits);
  expect(excess?.message).toContain('51 of 400 records (12.75 %) would fall to zero, 12.5 % at most');
});

test('shares of a handful are not looked at', () => {
  expect(exceeded(weightsOf(3, { toZero: true }))).toEqual([]);
  expect(exceeded(weightsOf(4, { toZero: true }))).toEqual(['stock-to-zero']);
});

test('how much changes is not looked at before the first complete listing', () => {
  expect(exceeded(weightsOf(40, {}, 40))).toEqual([]);
  expect(exceeded(weightsOf(40, {}, 40), 40)).toEqual(['changed-share']);
});

test('a listing may shrink by its share and no more, and is never empty where it was not', () => {
  const none = weightsOf(0, {});
  expect(exceeded(none, 100, 50)).toEqual([]);
  expect(exceeded(none, 100, 49)).toEqual(['empty-listing']);
  expect(exceeded(none, 2, 0)).toEqual(['empty-listing']);
  expect(exceeded(none, 3, 1)).toEqual([]);
  expect(exceeded(none, 0, 0)).toEqual([]);
  expect(exceeded(none, undefined, 0)).toEqual([]);
  expect(exceeded(none, 100, undefined)).toEqual([]);
});

test('a plan that changes nothing is never over a limit', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(), { nil: undefined }), fc.nat(), (before, read) => {
      const weights = new Weights(LIMITS);
      weights.read = read;
      expect(exceeded(weights, before)).toEqual([]);
    }),
  );
});

describe('an allowance', () => {
  const breach: Breach = {
    store: 'shop',
    runId: 'r1',
    flow: 'stock',
    limit: 'stock-to-zero',
    measured: 100,
    message: '',
    at: '2026-01-01T00:00:00.000Z',
    usedBy: null,
  };
  const excess = { limit: 'stock-to-zero' as const, measured: 100, message: '' };

  test('lets as much pass as was looked at, and a tenth more, since the world moves on', () => {
    expect(isAllowed({ ...excess, measured: 110 }, [breach])).toBe(true);
    expect(isAllowed({ ...excess, measured: 111 }, [breach])).toBe(false);
  });

  test('is good for its own limit and for one run', () => {
    expect(isAllowed({ ...excess, limit: 'archived' }, [breach])).toBe(false);
    expect(isAllowed(excess, [{ ...breach, usedBy: 'r2' }])).toBe(false);
    expect(isAllowed(excess, [])).toBe(false);
  });
});

test('a planned change that has become another one weighs as that one, and no more', () => {
  const weights = weightsOf(2, { toZero: true });
  const planned = { change: change(), measure: { toZero: true } };
  const now = { change: change('archive'), measure: { price: { before: '10.00', after: '99.00' } } };
  const replaced = weights.replace(planned, now);
  expect(replaced).toMatchObject({ changed: 2, archived: 1, toZero: 1, priceJumps: 1, read: 2 });
  expect(replaced.replace(now, planned)).toEqual(weights);
  expect(weights.toZero).toBe(2);
});

test('the error says every limit with both figures, and the command that goes on', () => {
  const excesses = weigh(weightsOf(40, { toZero: true }, 40), { before: 40, now: undefined }, LIMITS);
  const stopped = { consequence: 'Nothing was written.', runId: 'r1', full: false };
  const error = limitError(excesses, { ...stopped, dryRun: false });
  expect(error.message).toBe(
    '40 of 40 records (100 %) would change, 50 % at most (limits.changedShare); ' +
      'the stock of 40 of 40 records (100 %) would fall to zero, 20 % at most (limits.stockToZero). Nothing was written.',
  );
  expect(error.hint).toBe(
    'If this is right, go on with: wcodoo sync --allow-changed-share r1 --allow-stock-to-zero r1',
  );
  expect(limitError(excesses, { ...stopped, dryRun: false, full: true }).hint).toContain(
    'wcodoo sync --full --allow',
  );
  expect(limitError(excesses, { ...stopped, dryRun: true }).hint).not.toContain('--allow');
});
