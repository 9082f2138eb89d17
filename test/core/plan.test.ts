import { recordKey } from '../../src/core/keys';
import { hashFields, linkFor, planChanges, type Mapped, type Match } from '../../src/core/plan';
import type { Link } from '../../src/core/ports';

const KEY = recordKey('shop', 'customer', 7);
const NAME = 'shop/customer/7';

function mapped(fields: Record<string, string>, values: Partial<Mapped> = {}): Mapped {
  return {
    key: KEY,
    businessKey: 'ada@exemple.fr',
    odooModel: 'res.partner',
    fields,
    payload: {},
    requires: [],
    matchKey: null,
    ...values,
  };
}

/** Plans one record: what was applied last, what the source says now, what the target holds now. */
function plan(options: {
  readonly source: Mapped;
  readonly link?: Link;
  readonly match?: Match;
  readonly view?: Record<string, string>;
}): ReturnType<typeof planChanges> {
  const { source, link, match, view } = options;
  return planChanges({
    mapped: [source],
    links: new Map(link === undefined ? [] : [[NAME, link]]),
    matches: new Map(match === undefined ? [] : [[NAME, match]]),
    views: new Map(view === undefined || link === undefined ? [] : [[link.odooId, view]]),
  });
}

describe('three ways: last, source, target', () => {
  test.each([
    // last, source, target, action, fields it touches
    ['a', 'a', 'a', undefined, []],
    ['a', 'b', 'a', 'update', ['city']],
    ['a', 'b', 'b', 'skip', []],
    ['a', 'b', 'c', 'conflict', ['city']],
    ['a', '', 'a', 'update', ['city']],
    ['', 'b', '', 'update', ['city']],
    ['', 'b', 'c', 'conflict', ['city']],
    ['a', 'b', '', 'conflict', ['city']],
  ])('%p, %p, %p: %p', (last, source, target, action, touched) => {
    const link = linkFor(mapped({ city: last, name: 'Ada' }), 41, false);
    const { changes, unchanged } = plan({
      source: mapped({ city: source, name: 'Ada' }),
      link,
      view: { city: target, name: 'Ada' },
    });
    if (action === undefined) {
      expect(unchanged).toEqual([KEY]);
      expect(changes).toEqual([]);
      return;
    }
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ action, odooId: 41 });
    expect(changes[0]?.changes.map(({ field }) => field)).toEqual(touched);
  });

  test("a field that only the target changed is nobody's business while the source says the same", () => {
    const link = linkFor(mapped({ city: 'a', name: 'Ada' }), 41, false);
    const { changes } = plan({
      source: mapped({ city: 'a', name: 'Bea' }),
      link,
      view: { city: 'moved', name: 'Ada' },
    });
    expect(changes[0]?.changes).toEqual([{ field: 'name', before: 'Ada', after: 'Bea' }]);
  });

  test('one disputed field holds the undisputed ones back too', () => {
    const link = linkFor(mapped({ city: 'a', name: 'Ada' }), 41, false);
    const { changes } = plan({
      source: mapped({ city: 'b', name: 'Bea' }),
      link,
      view: { city: 'c', name: 'Ada' },
    });
    expect(changes[0]).toMatchObject({ action: 'conflict', reason: 'changed-in-odoo' });
    expect(changes[0]?.changes).toEqual([{ field: 'city', before: 'c', after: 'b' }]);
    expect(changes[0]?.nextLink).toBeUndefined();
  });

  test('a linked record that is gone is a conflict, never created again', () => {
    const link = linkFor(mapped({ city: 'a' }), 41, false);
    const { changes } = plan({ source: mapped({ city: 'b' }), link });
    expect(changes[0]).toMatchObject({ action: 'conflict', reason: 'deleted-in-odoo', odooId: 41 });
  });

  test("somebody's own record is never updated", () => {
    const link = linkFor(mapped({ city: 'a' }), 41, true);
    expect(plan({ source: mapped({ city: 'b' }), link }).unchanged).toEqual([KEY]);
  });

  test('a new field of a later version is written where the target has none, and keeps a value it has', () => {
    const link = linkFor(mapped({ city: 'a' }), 41, false);
    const source = mapped({ city: 'a', phone: '1' });
    expect(plan({ source, link, view: { city: 'a', phone: '1' } }).changes[0]).toMatchObject({
      action: 'skip',
    });
  });
});

test('a record that its source only names is linked after an interrupted create, and belongs to Odoo from then on', () => {
  const interrupted: Link = { ...linkFor(mapped({}), 41, false), hash: '', fields: {} };
  const { changes } = plan({
    source: mapped({ phone: '222' }, { updates: false }),
    link: interrupted,
    view: { phone: '111' },
  });
  expect(changes).toEqual([
    expect.objectContaining({
      action: 'link',
      odooId: 41,
      changes: [],
      nextLink: expect.objectContaining({ adopted: true }) as Link,
    }),
  ]);
});

describe('a record without a link', () => {
  test('that nothing matches is created with its fields that have a value', () => {
    const { changes } = plan({ source: mapped({ city: 'a', phone: '' }) });
    expect(changes[0]).toMatchObject({
      action: 'create',
      changes: [{ field: 'city', before: '', after: 'a' }],
    });
    expect(changes[0]?.nextLink).toMatchObject({
      adopted: false,
      fields: hashFields({ city: 'a', phone: '' }),
    });
  });

  test.each([
    [true, undefined, false],
    [false, undefined, true],
    [true, false, true],
  ])('that matches (ours: %p, updates: %p) is linked, adopted: %p', (ours, updates, adopted) => {
    const { changes } = plan({
      source: mapped({ city: 'a' }, updates === undefined ? {} : { updates }),
      match: { kind: 'found', odooId: 9, ours, message: 'same' },
    });
    expect(changes[0]).toMatchObject({ action: 'link', odooId: 9, nextLink: { odooId: 9, adopted } });
  });

  test('that matches two is a failure for a person', () => {
    const { changes, failures } = plan({
      source: mapped({ city: 'a' }),
      match: { kind: 'ambiguous', reason: 'ambiguous-email', message: 'two' },
    });
    expect(changes).toEqual([]);
    expect(failures).toEqual([
      expect.objectContaining({ key: KEY, reason: 'ambiguous-email', quarantine: true }),
    ]);
  });
});
