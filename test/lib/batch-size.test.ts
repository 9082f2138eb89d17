import fc from 'fast-check';
import { BatchSize, batchSizes } from '../../src/lib/batch-size';

function succeedOften(size: BatchSize, times: number): void {
  for (let time = 0; time < times; time += 1) {
    size.succeed(size.current);
  }
}

describe('a batch size', () => {
  test('begins at the maximum and is halved by each failure, down to the minimum', () => {
    const size = new BatchSize(100);
    const seen = [size.current];
    for (let failure = 0; failure < 8; failure += 1) {
      size.shrink();
      seen.push(size.current);
    }
    expect(seen).toEqual([100, 50, 25, 12, 6, 3, 1, 1, 1]);
    const paged = new BatchSize(100, 10);
    paged.shrink(15);
    expect(paged.current).toBe(10);
  });

  test('is half of the call that failed, and is not raised by a failure', () => {
    const size = new BatchSize(100);
    size.shrink(30);
    expect(size.current).toBe(15);
    size.shrink(100);
    expect(size.current).toBe(15);
  });

  test('is halved once by two calls of one size that fail together', () => {
    const size = new BatchSize(500);
    size.shrink(500);
    size.shrink(500);
    expect(size.current).toBe(250);
  });

  test('grows by a quarter of the maximum after four successes in a row, up to the maximum', () => {
    const size = new BatchSize(100);
    size.shrink();
    succeedOften(size, 3);
    expect(size.current).toBe(50);
    succeedOften(size, 1);
    expect(size.current).toBe(75);
    succeedOften(size, 4);
    expect(size.current).toBe(100);
    succeedOften(size, 40);
    expect(size.current).toBe(100);
  });

  test('does not grow by calls that were smaller than they might have been', () => {
    const size = new BatchSize(100);
    size.shrink();
    for (let time = 0; time < 40; time += 1) {
      size.succeed(49);
    }
    expect(size.current).toBe(50);
  });

  test('begins to count again after a failure', () => {
    const size = new BatchSize(100);
    size.shrink();
    succeedOften(size, 3);
    size.shrink(10);
    expect(size.current).toBe(5);
    succeedOften(size, 3);
    expect(size.current).toBe(5);
  });

  test('tries a size that turned out too much ever later', () => {
    const size = new BatchSize(100);
    const waits: number[] = [];
    size.shrink();
    for (let round = 0; round < 6; round += 1) {
      const before = size.current;
      let successes = 0;
      while (size.current === before && successes < 100) {
        size.succeed(size.current);
        successes += 1;
      }
      waits.push(successes);
      size.shrink();
    }
    expect(waits).toEqual([4, 8, 16, 32, 64, 64]);
  });

  test('stays between its bounds whatever happens', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.oneof(fc.constant('ok' as const), fc.integer({ min: 1, max: 600 }))),
        (max, min, events) => {
          fc.pre(min <= max);
          const size = new BatchSize(max, min);
          for (const event of events) {
            if (event === 'ok') {
              size.succeed(size.current);
            } else {
              size.shrink(event);
            }
            expect(size.current).toBeGreaterThanOrEqual(min);
            expect(size.current).toBeLessThanOrEqual(max);
          }
        },
      ),
    );
  });

  test('cuts items into parts, each of the size that holds when it is taken', () => {
    const size = new BatchSize(4);
    const parts: number[][] = [];
    for (const part of size.partsOf([1, 2, 3, 4, 5, 6, 7, 8, 9])) {
      parts.push([...part]);
      if (parts.length === 1) {
        size.shrink(4);
      }
    }
    expect(parts).toEqual([[1, 2, 3, 4], [5, 6], [7, 8], [9]]);
    expect([...size.partsOf([])]).toEqual([]);
  });

  test.each([
    [0, 1],
    [10, 0],
    [5, 10],
    [1.5, 1],
  ])('of at most %p and at least %p does not exist', (max, min) => {
    expect(() => new BatchSize(max, min)).toThrow(RangeError);
  });

  test('is kept for each name', () => {
    const sizes = batchSizes(8);
    sizes('a').shrink();
    expect([sizes('a').current, sizes('b').current]).toEqual([4, 8]);
  });
});
