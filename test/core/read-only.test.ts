import { readOnlyOdoo, readOnlyState, readOnlyWoo } from '../../src/core/read-only';
import type { OdooApi, State, WooApi } from '../../src/core/ports';

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

describe('the state of those who only look', () => {
  const state = readOnlyState(
    echo({ intents: echo({}), debts: echo({}), runs: echo({}), links: echo({}) }) as State,
  );

  test.each([
    ['commit', () => state.commit({})],
    ['lock', () => state.lock('somebody')],
    ['bindStore', () => state.bindStore('shop', 'https://shop.example')],
    ['bindOdoo', () => state.bindOdoo('shop', { url: 'https://odoo.example', database: 'production' })],
    ['intents.open', () => state.intents.open([])],
    ['debts.release', () => state.debts.release([], '')],
    ['runs.start', () => state.runs.start({} as never)],
    ['runs.finish', () => state.runs.finish({} as never)],
  ] as const)('%s is a bug that stops it', (_what, write) => {
    expect(write).toThrow(/was about to write/);
  });

  test('looking is passed on', () => {
    expect(state.debts.list('shop')).toContain('list');
    expect(state.links.count('shop')).toContain('count');
    expect(state.runs.list('shop', 1)).toContain('list');
  });
});
