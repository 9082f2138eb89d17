import { editsSince, hashOfFound, hashReadBack, hashToKeep } from '../../../src/entities/orders/person-edits';

const NOTHING = { lines: false, header: false };
const BOTH = { lines: true, header: true };
const draft = (contentHash: string): { contentHash: string; state: string; isOthers: typeof BOTH } => ({
  contentHash,
  state: 'draft',
  isOthers: BOTH,
});

describe('the edits of a person', () => {
  test.each([
    ['nothing', 'l.h.d', 'l.h.d', 'draft', NOTHING],
    ['the lines', 'l.h.d', 'x.h.d', 'draft', { lines: true, header: false }],
    ['the header', 'l.h.d', 'l.x.d', 'sale', { lines: false, header: true }],
    ['the date of a draft', 'l.h.d', 'l.h.x', 'draft', { lines: false, header: true }],
    ['nothing: confirming moves the date by itself', 'l.h.d', 'l.h.x', 'sale', NOTHING],
    ['everything that nobody knows to be ours', '..', 'l.h.d', 'draft', BOTH],
  ])('are %s', (_what, before, contentHash, state, edits) => {
    const ours = editsSince(before, { contentHash, state, isOthers: NOTHING });
    expect([ours, editsSince(before, { contentHash, state, isOthers: BOTH })]).toEqual([edits, edits]);
  });

  test.each([
    ['its lines were being written', '*l.h.d', 'x.h.d', { lines: true, header: false }],
    ['its header was being written', 'l.*h.*d', 'l.x.d', { lines: false, header: true }],
    ['nobody has read it back since it was created', null, 'l.h.d', BOTH],
    ['it was being written, and was not', '*l.*h.*d', 'l.h.d', NOTHING],
  ])(
    'are what somebody else wrote last when a run was cut off while %s',
    (_what, before, contentHash, edits) => {
      const view = { contentHash, state: 'draft' };
      expect(editsSince(before, { ...view, isOthers: BOTH })).toEqual(edits);
      expect(editsSince(before, { ...view, isOthers: NOTHING })).toEqual(NOTHING);
    },
  );

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
    expect(kept).toBe('*l.h.d');
    expect(hashReadBack(kept, draft('new.person.d'))).toBe('new.h.d');
    expect(hashReadBack(null, draft('a.b.c'))).toBe('a.b.c');
  });

  test.each([
    ['*l.*h.*d', 'l.h.d'],
    [null, '..'],
  ])('found after a run that was cut off stay that person’s, whoever writes next (%s)', (before, hash) => {
    const written = NOTHING;
    const kept = hashToKeep(before, draft('x.y.z'), { written, edited: BOTH });
    expect(kept).toBe(hash);
    expect(editsSince(kept, { ...draft('x.y.z'), isOthers: NOTHING })).toEqual(BOTH);
  });
});
