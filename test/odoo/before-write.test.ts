/** What the Odoo adapter asks before it writes: whether this run may still do so. */
import { LockHeldError } from '../../src/core/errors';
import { connectJson2, type Answer, type FakeOdoo } from './fake-odoo';

let fake: FakeOdoo | undefined;
afterEach(() => fake?.close());

type Call = Parameters<Parameters<typeof connectJson2>[0]>[0];

const rowsOf = ({ body }: Call): string[][] => (body['data'] as string[][] | undefined) ?? [];
const loaded = (call: Call): Answer => ({
  body: { ids: rowsOf(call).map(([id]) => Number(id)), messages: [] },
});
const FIVE = [1, 2, 3, 4, 5].map((id) => [[String(id), 'x']]);

/** An Odoo behind an adapter that may write so many times; the lock is lost then. */
async function openFor(writes: number, answer: (call: Call, index: number) => Answer) {
  let left = writes;
  const opened = await connectJson2(answer, {
    loadBatchSize: 2,
    beforeWrite: () => {
      left -= 1;
      return left >= 0 ? Promise.resolve() : Promise.reject(new LockHeldError('the lock was lost'));
    },
  });
  fake = opened.fake;
  return opened;
}

test('a load that loses the lock between two of its parts sends no more', async () => {
  const { odoo, fake: server } = await openFor(1, loaded);
  await expect(odoo.load('res.partner', ['.id', 'name'], FIVE)).rejects.toThrow(LockHeldError);
  expect(server.asked).toHaveLength(1);
});

test('a write that loses the lock while it waits to be tried again is not sent again', async () => {
  const { odoo, fake: server } = await openFor(1, () => ({ status: 429 }));
  await expect(odoo.write('res.partner', [1], { name: 'x' })).rejects.toThrow(LockHeldError);
  expect(server.asked).toHaveLength(1);
});

test('without the lock nothing is written, whatever the method, and everything can be read', async () => {
  const { odoo, fake: server } = await openFor(0, () => ({ body: [] }));
  await expect(odoo.load('res.partner', ['.id', 'name'], FIVE)).rejects.toThrow(LockHeldError);
  await expect(odoo.write('res.partner', [1], {})).rejects.toThrow(LockHeldError);
  await expect(odoo.act('sale.order', 'action_confirm', [1])).rejects.toThrow(LockHeldError);
  await expect(odoo.call('sale.order', 'message_post', [1], {})).rejects.toThrow(LockHeldError);
  expect(server.asked).toEqual([]);
  await odoo.searchRead('res.partner', [], ['id']);
  await odoo.read('res.partner', [1], ['id']);
  await odoo.externalIds('res.partner', [1]);
  expect(server.asked).toHaveLength(3);
});
