import { editsSince, hashOfFound, hashReadBack, hashToKeep } from '../../../src/entities/orders/order-view';

const draft = (contentHash: string): { contentHash: string; state: string } => ({
  contentHash,
  state: 'draft',
});
const NOTHING = { lines: false, header: false };
const BOTH = { lines: true, header: true };

describe('the edits of a person', () => {
  test.each([
    ['nothing', 'l.h.d', 'l.h.d', 'draft', NOTHING],
    ['the lines', 'l.h.d', 'x.h.d', 'draft', { lines: true, header: false }],
    ['the header', 'l.h.d', 'l.x.d', 'sale', { lines: false, header: true }],
    ['the date of a draft', 'l.h.d', 'l.h.x', 'draft', { lines: false, header: true }],
    ['nothing: confirming moves the date by itself', 'l.h.d', 'l.h.x', 'sale', NOTHING],
    ['nothing that an earlier release has kept', 'l.h', 'l.h.x', 'draft', NOTHING],
    ['nothing that is known, since it was never read back', null, 'l.h.d', 'draft', NOTHING],
    [
      'the header, the lines not being read back yet',
      '*.h.d',
      'x.x.d',
      'draft',
      { lines: false, header: true },
    ],
    ['everything that nobody knows to be ours', '..', 'l.h.d', 'draft', BOTH],
  ])('are %s', (_what, before, contentHash, state, edits) => {
    expect(editsSince(before, { contentHash, state })).toEqual(edits);
  });

  test.each([
    [BOTH, 'l.h.d'],
    [{ lines: false, header: true }, '.h.d'],
    [{ lines: true, header: false }, 'l..'],
  ])('in an order found again are what is not ours: %j', (isOurs, hash) => {
    expect(hashOfFound(draft('l.h.d'), isOurs)).toBe(hash);
  });

  test('stay that person’s when the rest is written, and what was written is read back', () => {
    const kept = hashToKeep('l.h.d', draft('l.person.d'), {
      written: { lines: true, header: false },
      edited: { lines: false, header: true },
    });
    expect(kept).toBe('*.h.d');
    expect(hashReadBack(kept, draft('new.person.d'))).toBe('new.h.d');
    expect(hashReadBack(null, draft('a.b.c'))).toBe('a.b.c');
  });
});
