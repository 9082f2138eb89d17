import { fenceOdoo, fenceWoo } from '../../src/core/fence';
import { LockHeldError } from '../../src/core/errors';
import type { OdooApi, WooApi } from '../../src/core/ports';

function fenced(isHeld: boolean): { odoo: OdooApi; woo: WooApi; sent: string[] } {
  const sent: string[] = [];
  const send = (name: string) => (): Promise<never[]> => {
    sent.push(name);
    return Promise.resolve([]);
  };
  const odoo = Object.fromEntries(
    ['call', 'load', 'write', 'act', 'read', 'searchRead'].map((name) => [name, send(name)]),
  ) as unknown as OdooApi;
  const woo = { batch: send('batch'), get: send('get'), requests: 7 } as unknown as WooApi;
  const lock = {
    assertHeld: () => (isHeld ? Promise.resolve() : Promise.reject(new LockHeldError('the lock was lost'))),
  };
  return { odoo: fenceOdoo(odoo, lock), woo: fenceWoo(woo, lock), sent };
}

test('while the lock is held everything is sent', async () => {
  const { odoo, woo, sent } = fenced(true);
  await odoo.load('res.partner', ['id'], []);
  await odoo.write('res.partner', [1], {});
  await odoo.act('sale.order', 'action_confirm', [1]);
  await odoo.call('sale.order', 'message_post', [1], {});
  await woo.batch('products', {});
  expect(sent).toEqual(['load', 'write', 'act', 'call', 'batch']);
  expect(woo.requests).toBe(7);
});

test('once the lock is lost nothing is written any more, and reading goes on', async () => {
  const { odoo, woo, sent } = fenced(false);
  await expect(odoo.load('res.partner', ['id'], [])).rejects.toThrow(LockHeldError);
  await expect(odoo.write('res.partner', [1], {})).rejects.toThrow(LockHeldError);
  await expect(odoo.act('sale.order', 'action_confirm', [1])).rejects.toThrow(LockHeldError);
  await expect(odoo.call('sale.order', 'message_post', [1], {})).rejects.toThrow(LockHeldError);
  await expect(woo.batch('products', {})).rejects.toThrow(LockHeldError);
  await odoo.read('res.partner', [1], ['id']);
  await woo.get('products');
  expect(sent).toEqual(['read', 'get']);
});
