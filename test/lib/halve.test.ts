import fc from 'fast-check';
import { halveUntilDone } from '../../src/lib/halve';

describe('halving until it is done', () => {
  test('reaches every item once, in order, and each bad one alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 80 }), async (isBad) => {
        const items = isBad.map((bad, index) => ({ bad, index }));
        const done: number[] = [];
        const alone: number[] = [];
        await halveUntilDone(items, (part) => {
          const bad = part.filter((item) => item.bad);
          if (bad.length > 0 && part.length > 1) {
            return Promise.resolve('halve');
          }
          alone.push(...bad.map(({ index }) => index));
          done.push(...part.map(({ index }) => index));
          return Promise.resolve('done');
        });
        expect(done).toEqual(items.map(({ index }) => index));
        expect(alone).toEqual(items.filter(({ bad }) => bad).map(({ index }) => index));
      }),
    );
  });

  test('attempts nothing for no items', async () => {
    const attempt = jest.fn();
    await halveUntilDone([], attempt);
    expect(attempt).not.toHaveBeenCalled();
  });

  test('takes an attempt that wants a single item halved for a bug', async () => {
    await expect(halveUntilDone([1, 2], () => Promise.resolve('halve'))).rejects.toThrow(RangeError);
  });
});
