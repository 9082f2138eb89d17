import type { RunContext } from '../../../src/core/context';
import type { WooApi, WooQuery, WooRow } from '../../../src/core/ports';
import { fillUnreadable } from '../../../src/entities/orders/unreadable-orders';
import { readOrderStock } from '../../../src/woo/schema';
import { contextForTests } from '../../support/context-for-tests';

/** A shop that shows these orders where it is asked for their stock alone. */
function contextOf(partial: readonly WooRow[], asked: WooQuery[] = []): RunContext {
  const list = (_path: string, query: WooQuery): Promise<unknown> => {
    asked.push(query);
    return Promise.resolve({ rows: partial, total: partial.length, serverTime: new Date() });
  };
  return contextForTests({ woo: { list } as unknown as WooApi });
}

const CRASH = 'the shop cannot show this record';
const STOCK = {
  id: 7,
  number: '#1007',
  status: 'processing',
  date_created_gmt: '2026-11-22T23:10:40',
  line_items: [{ product_id: 15, meta_data: [{ key: '_reduced_stock', value: '2' }] }],
};

test('orders that can be shown are handed on as they are, without a request', async () => {
  const asked: WooQuery[] = [];
  const rows = [{ id: 1, number: '1' }];
  expect(await fillUnreadable(contextOf([], asked), rows, ['processing'])).toBe(rows);
  expect(asked).toEqual([]);
});

test('one that cannot be shown in full keeps its number and the units it holds, and stays unreadable', async () => {
  const asked: WooQuery[] = [];
  const rows: WooRow[] = [
    { id: 1, number: '1' },
    { id: 7, unreadable: CRASH },
  ];
  const filled = await fillUnreadable(contextOf([STOCK], asked), rows, ['processing', 'trash']);
  expect(filled).toEqual([
    { id: 1, number: '1' },
    { ...STOCK, unreadable: CRASH },
  ]);
  expect(asked).toMatchObject([{ include: [7], status: ['processing', 'trash'] }]);
  expect(readOrderStock(filled[1])).toMatchObject({ number: '#1007', status: 'processing' });
});

test('one that cannot be shown at all has no units that are known, which is not the same as none', async () => {
  const rows: WooRow[] = [{ id: 7, unreadable: CRASH }];
  const filled = await fillUnreadable(contextOf([{ id: 7, unreadable: 'again' }]), rows, []);
  expect(filled).toEqual([{ id: 7, unreadable: CRASH }]);
  expect(readOrderStock(filled[0])).toBeUndefined();
});
