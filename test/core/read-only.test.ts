import { readOnlyOdoo, readOnlyWoo } from '../../src/core/read-only';
import type { OdooApi, WooApi } from '../../src/core/ports';

/** Answers every method with its own name. */
function echo(values: object): unknown {
  return new Proxy(values, {
    get: (target, name): unknown =>
      name in target ? Reflect.get(target, name) : (...args: unknown[]) => [name, ...args],
  });
}

describe('Odoo in a dry run', () => {
  const odoo = readOnlyOdoo(echo({ server: { version: '19.0' }, requests: 3 }) as OdooApi);

  test.each([
    ['load', ['res.partner', [], []]],
    ['write', ['res.partner', [1], {}]],
    ['act', ['sale.order', 'action_confirm', [1]]],
    ['call', ['sale.order', 'message_post', [1]]],
    ['call', ['res.partner', 'create', undefined]],
  ] as const)('%s %p is a bug that stops the run', (method, args) => {
    expect(() => (odoo[method] as (...values: unknown[]) => unknown)(...args)).toThrow(
      /a dry run was about to write/,
    );
  });

  test.each([
    'searchRead',
    'searchCount',
    'read',
    'findHidden',
    'externalIds',
    'findExternalId',
    'fields',
    'serverTime',
  ] as const)('%s is passed on', (method) => {
    expect((odoo[method] as (...values: unknown[]) => unknown)('res.partner')).toContain(method);
  });

  test('call passes on what only reads', () => {
    expect(odoo.call('res.partner', 'check_access_rights', undefined)).toContain('call');
    expect([odoo.server.version, odoo.requests]).toEqual(['19.0', 3]);
  });
});

describe('the shop in a dry run', () => {
  const woo = readOnlyWoo(echo({ requests: 2 }) as WooApi);

  test('batch is a bug that stops the run', () => {
    expect(() => woo.batch('products', { update: [] })).toThrow('a dry run was about to write: products');
  });

  test.each(['get', 'list', 'find', 'sweep', 'shop'] as const)('%s is passed on', (method) => {
    expect((woo[method] as (...values: unknown[]) => unknown)('orders')).toContain(method);
    expect(woo.requests).toBe(2);
  });
});
