import fc from 'fast-check';
import { RetryableError } from '../../src/core/errors';
import { actInBulk } from '../../src/odoo/act';
import { OdooAccessError, OdooRefusal } from '../../src/odoo/errors';
import { partsOf } from './parts';

describe('an action in bulk', () => {
  it('reaches every record that is not refused exactly once, and says what was refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 60 })),
        fc.func(fc.boolean()),
        async (ids, isBad) => {
          const done: number[] = [];
          const outcomes = await actInBulk(ids, partsOf(100), (part) => {
            const bad = part.find((id) => isBad(id));
            if (bad !== undefined) {
              return Promise.reject(new OdooRefusal(`${bad} is refused`, 'odoo.exceptions.UserError'));
            }
            done.push(...part);
            return Promise.resolve(true);
          });
          const distinct = [...new Set(ids)];
          expect([...done].sort((a, b) => a - b)).toEqual(
            distinct.filter((id) => !isBad(id)).sort((a, b) => a - b),
          );
          expect(outcomes).toEqual(
            ids.map((id) =>
              isBad(id) ? { ok: false, id, message: `${id} is refused` } : { ok: true, id, result: true },
            ),
          );
        },
      ),
    );
  });

  it('is one call when nothing is refused', async () => {
    const run = jest.fn(() => Promise.resolve(null));
    await actInBulk([1, 2, 3], partsOf(100), run);
    expect(run.mock.calls).toEqual([[[1, 2, 3]]]);
  });

  it('calls nothing for no records', async () => {
    const run = jest.fn(() => Promise.resolve(null));
    expect(await actInBulk([], partsOf(100), run)).toEqual([]);
    expect(run).not.toHaveBeenCalled();
  });

  it('tells a missing right in the words of Odoo', async () => {
    const refuse = () => Promise.reject(new OdooAccessError('You may not.', 'sale.order.action_confirm'));
    expect(await actInBulk([1], partsOf(100), refuse)).toEqual([
      { ok: false, id: 1, message: 'You may not.' },
    ]);
  });

  it('stops at an error that is no refusal', async () => {
    const failure = new RetryableError('gone', { ambiguous: true });
    await expect(actInBulk([1, 2], partsOf(100), () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
