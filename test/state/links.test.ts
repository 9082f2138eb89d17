import fc from 'fast-check';
import { formatKey } from '../../src/core/keys';
import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, keyOf, linkOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

describe('find', () => {
  test('a link comes back exactly as it was committed', async () => {
    const plain = linkOf(keyOf(1));
    const full = linkOf(keyOf(2), {
      fields: { name: 'a', 'línea "1"': 'b' },
      odooHash: 'o',
      step: 'confirmed',
      adopted: true,
      matchKey: 'm',
    });
    await state.commit({ links: [plain, full] });
    expect(await state.links.find([keyOf(1), keyOf(2)])).toEqual(
      new Map([
        ['shop/order/1', plain],
        ['shop/order/2', full],
      ]),
    );
  });

  test('unknown keys are left out, and so are those of another store or entity', async () => {
    await state.commit({ links: [linkOf(keyOf(1))] });
    const found = await state.links.find([keyOf(2), keyOf(1, 'product'), keyOf(1, 'order', 'other')]);
    expect(found.size).toBe(0);
  });

  test('a later link of the same key replaces the earlier one', async () => {
    await state.commit({ links: [linkOf(keyOf(1), { step: 'created', matchKey: 'm' })] });
    await state.commit({ links: [linkOf(keyOf(1), { hash: 'h2' })] });
    expect([...(await state.links.find([keyOf(1)])).values()]).toEqual([linkOf(keyOf(1), { hash: 'h2' })]);
    expect(await state.links.count(STORE)).toBe(1);
  });

  test('any number of keys is found in one call', async () => {
    await state.commit({ links: Array.from({ length: 3500 }, (_, id) => linkOf(keyOf(id))) });
    const keys = Array.from({ length: 5000 }, (_, id) => keyOf(id));
    const found = await state.links.find(keys);
    expect(found.size).toBe(3500);
    expect(found.get('shop/order/3499')?.odooId).toBe(4499);
  });

  test('what was committed and not removed since is found, whatever the order of commits', async () => {
    const step = fc.record({
      put: fc.array(fc.record({ id: fc.nat(9), hash: fc.string() }), { maxLength: 4 }),
      remove: fc.array(fc.nat(9), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const fresh = await openState({ path: ':memory:', now });
        const expected = new Map<string, string>();
        for (const { put, remove } of steps) {
          await fresh.commit({
            links: put.map(({ id, hash }) => linkOf(keyOf(id), { hash })),
            removedLinks: remove.map((id) => keyOf(id)),
          });
          remove.forEach((id) => expected.delete(formatKey(keyOf(id))));
          put.forEach(({ id, hash }) => expected.set(formatKey(keyOf(id)), hash));
        }
        const found = await fresh.links.find(Array.from({ length: 10 }, (_, id) => keyOf(id)));
        fresh.close();
        expect(new Map([...found].map(([key, link]) => [key, link.hash]))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describe('findByMatchKey', () => {
  test('links are found by match key among the entities asked for', async () => {
    const customer = linkOf(keyOf(1, 'customer'), { matchKey: 'mail1' });
    const guest = linkOf(keyOf(2, 'guest'), { matchKey: 'mail2' });
    const address = linkOf(keyOf(3, 'address'), { matchKey: 'mail3' });
    const stranger = linkOf(keyOf(4, 'customer', 'other'), { matchKey: 'mail4' });
    await state.commit({ links: [customer, guest, address, stranger] });
    const wanted = ['mail1', 'mail2', 'mail3', 'mail4', 'mail5'];
    expect(await state.links.findByMatchKey(STORE, ['customer', 'guest'], wanted)).toEqual(
      new Map([
        ['mail1', customer],
        ['mail2', guest],
      ]),
    );
  });

  test('of several links the entity named first wins, then the lowest id', async () => {
    const links = [
      linkOf(keyOf(1, 'guest'), { matchKey: 'mail' }),
      linkOf(keyOf(10, 'customer'), { matchKey: 'mail' }),
      linkOf(keyOf(9, 'customer'), { matchKey: 'mail' }),
    ];
    await state.commit({ links });
    const found = await state.links.findByMatchKey(STORE, ['customer', 'guest'], ['mail']);
    expect(found.get('mail')?.key).toEqual(keyOf(9, 'customer'));
    const reversed = await state.links.findByMatchKey(STORE, ['guest', 'customer'], ['mail']);
    expect(reversed.get('mail')?.key).toEqual(keyOf(1, 'guest'));
  });
});

describe('findByOdooIds', () => {
  test('every link to one of the records is found, once', async () => {
    const links = [
      linkOf(keyOf(1), { odooId: 7 }),
      linkOf(keyOf(2), { odooId: 7 }),
      linkOf(keyOf(3), { odooId: 8 }),
      linkOf(keyOf(4, 'product'), { odooId: 7 }),
      linkOf(keyOf(5, 'order', 'other'), { odooId: 7 }),
    ];
    await state.commit({ links });
    const found = await state.links.findByOdooIds(STORE, 'order', [7, 7, 9]);
    expect(found).toEqual([links[0], links[1]]);
  });
});

describe('findUnfinished', () => {
  test('links whose step is not final are found, also those that reached no step', async () => {
    await state.commit({
      links: [
        linkOf(keyOf(1), { step: 'created' }),
        linkOf(keyOf(2), { step: 'dated' }),
        linkOf(keyOf(3), { step: 'cancelled' }),
        linkOf(keyOf(4)),
        linkOf(keyOf(5, 'product'), { step: 'created' }),
      ],
    });
    const found = await state.links.findUnfinished(STORE, 'order', ['dated', 'cancelled']);
    expect(found.map((link) => link.key.id)).toEqual(['1', '4']);
  });
});

test('links are counted by store', async () => {
  await state.commit({ links: [linkOf(keyOf(1)), linkOf(keyOf(1, 'order', 'other')), linkOf(keyOf(2))] });
  expect(await state.links.count(STORE)).toBe(2);
  expect(await state.links.count('none')).toBe(0);
});

describe('page', () => {
  test('hands out every link of an entity once, in pages', async () => {
    const keys = Array.from({ length: 25 }, (_, id) => keyOf(id));
    await state.commit({
      links: [...keys, keyOf(3, 'product'), keyOf(3, 'order', 'other')].map((key) => linkOf(key)),
    });
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await state.links.page(STORE, 'order', after, 10);
      seen.push(...page.map(({ key }) => formatKey(key)));
      const last = page.at(-1);
      if (last === undefined) {
        break;
      }
      after = last.key.id;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(keys.map(formatKey)));
  });
});
