import type { FaultKind } from '../../src/sandbox/woo/faults';
import { seedShop, startShop, type TestShop } from './woo-shop-for-tests';

let shop: TestShop;

beforeEach(async () => {
  shop = await startShop({ seed: seedShop(10) });
});

afterEach(() => shop.server.close());

function always(kind: FaultKind): void {
  shop.server.setFaults({ rate: 1, kinds: [kind], seed: 1 });
}

const setStock = (): Promise<unknown> => shop.call('PUT', 'products/15', { stock_quantity: 1_234 });

function stockNow(): number | null {
  return shop.server.shop.product('SIM-0001')?.stockQuantity ?? null;
}

it('breaks the connection before anything happens', async () => {
  always('reset-before');
  await expect(setStock()).rejects.toThrow();
  expect(stockNow()).not.toBe(1_234);
  expect(shop.server.writes).toBe(0);
});

it('does the work and loses the answer', async () => {
  always('lost-answer');
  await expect(setStock()).rejects.toThrow();
  expect(stockNow()).toBe(1_234);
  expect(shop.server.writes).toBe(1);
});

it('does the work and cuts the answer in the middle', async () => {
  always('truncated');
  await expect(setStock()).rejects.toThrow();
  expect(stockNow()).toBe(1_234);
});

it.each([
  ['429', 429, null],
  ['429-retry-after', 429, '1'],
  ['502-html', 502, null],
] as const)('answers %s with a page and does nothing', async (kind, status, retryAfter) => {
  always(kind);
  const answer = await shop.call('PUT', 'products/15', { stock_quantity: 1_234 });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('retry-after')).toBe(retryAfter);
  expect(answer.body).toContain('<html>');
  expect(stockNow()).not.toBe(1_234);
});

it('stalls until somebody gives up, and closes all the same', async () => {
  always('stall');
  const stalled = shop.get('orders').then(
    () => 'answered',
    () => 'broken',
  );
  const patience = new Promise((resolve) => setTimeout(resolve, 150, 'still waiting'));
  expect(await Promise.race([stalled, patience])).toBe('still waiting');
  await shop.server.close();
  expect(await stalled).toBe('broken');
});

it('fails about the share asked for, the same calls each time, and never its control', async () => {
  const run = async (): Promise<number[]> => {
    shop.server.setFaults({ rate: 0.3, kinds: ['502-html'], seed: 7 });
    const statuses: number[] = [];
    for (let call = 0; call < 60; call += 1) {
      statuses.push((await shop.get('orders?per_page=1&_fields=id')).status);
      expect((await shop.control('GET', 'stats')).status).toBe(200);
    }
    return statuses;
  };
  const first = await run();
  expect(first.filter((status) => status === 502).length).toBeGreaterThan(8);
  expect(first.filter((status) => status === 502).length).toBeLessThan(32);
  expect(await run()).toEqual(first);
});

it('takes faults over the control endpoint and stops them again', async () => {
  await shop.control('PUT', 'faults', { rate: 1, kinds: ['429'], seed: 1 });
  expect((await shop.get('orders')).status).toBe(429);
  await shop.control('PUT', 'faults', {});
  expect((await shop.get('orders')).status).toBe(200);
});
