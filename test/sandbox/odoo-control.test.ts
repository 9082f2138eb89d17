import type { OdooFaultKind } from '../../src/sandbox/odoo/faults';
import { ADMIN, faultOf, json2, jsonRpc, productId, startOdoo, stopAll } from './odoo-for-tests';

afterAll(stopAll);

function control(url: string) {
  return async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url}/sandbox/${path}`, {
      method,
      headers: { 'X-Sandbox': '1', 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

describe('the control endpoint', () => {
  it('answers only with its header', async () => {
    const { url } = await startOdoo();
    expect((await fetch(`${url}/sandbox/stats`)).status).toBe(403);
  });

  it("counts the tool's calls and the ones that committed a change, not its own", async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url);
    await call.id('res.partner', 'create', [{ name: 'A' }]);
    await call('res.partner', 'search_count', [[]]);
    await call('res.partner', 'load', [['id', 'name'], [['__x__.a', '']]]);
    await control(url)('PUT', 'stock', { sku: 'MUG', quantity: 1 });
    expect(await control(url)('GET', 'stats')).toEqual({ status: 200, body: { writes: 1, requests: 3 } });
  });

  it('sets stock, edits and reads records as a person would', async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url);
    const ask = control(url);
    await ask('PUT', 'stock', { sku: 'MUG', quantity: 2 });
    const mug = await productId(call, 'MUG');
    expect((await call.rows('product.product', 'read', [[mug], ['free_qty']]))[0]!.free_qty).toBe(2);
    const partner = await call.id('res.partner', 'create', [{ name: 'A', email: 'a@example.com' }]);
    await ask('PUT', `records/res.partner/${partner}`, { name: 'Edited' });
    const { body } = await ask('GET', 'records/res.partner?fields=name,email');
    expect(body).toContainEqual({ id: partner, name: 'Edited', email: 'a@example.com' });
  });

  it('says why an edit is refused', async () => {
    const { url } = await startOdoo();
    const answer = await control(url)('PUT', 'stock', { sku: 'NOPE', quantity: 2 });
    expect(answer).toEqual({ status: 422, body: { error: 'no product has the SKU NOPE' } });
  });
});

describe('faults on purpose', () => {
  const plan = (kind: OdooFaultKind) => ({
    rate: 1,
    kinds: [kind],
    seed: 1,
  });

  it.each([
    ['lost-answer', 1],
    ['truncated', 1],
    ['reset-before', 0],
  ] as const)('%s breaks the connection; records made: %i', async (kind, made) => {
    const { url, server } = await startOdoo({ faults: plan(kind) });
    const attempt = json2(url, 'res.partner/create', { vals_list: [{ name: 'Faulty' }] });
    await expect(attempt).rejects.toThrow();
    expect(server.records.find('res.partner', [['name', '=', 'Faulty']])).toHaveLength(made);
  });

  it('fails with a serialization error, rolled back, until the plan ends', async () => {
    const { url, server } = await startOdoo({ faults: plan('serialization') });
    const call = jsonRpc(url);
    const fault = await faultOf(call('res.partner', 'create', [{ name: 'A' }]));
    expect(fault.name).toBe('psycopg2.errors.SerializationFailure');
    server.setFaults(undefined);
    await expect(call('res.partner', 'create', [{ name: 'A' }])).resolves.toEqual(expect.any(Number));
    expect(server).toMatchObject({ requests: 2, writes: 1 });
  });

  it.each(['429', '429-retry-after'] as const)('%s refuses the call and does nothing', async (kind) => {
    const { url, server } = await startOdoo({ faults: plan(kind) });
    const answer = await fetch(`${url}/json/2/res.partner/create`, {
      method: 'POST',
      body: JSON.stringify({ vals_list: [{ name: 'Faulty' }] }),
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe(kind === '429' ? null : '1');
    expect(server.records.find('res.partner', [['name', '=', 'Faulty']])).toEqual([]);
  });

  it("shows a proxy's page", async () => {
    const { url } = await startOdoo({ faults: plan('502-html') });
    const answer = await json2(url, 'res.users/context_get', {}, { Authorization: `bearer ${ADMIN.apiKey}` });
    expect(answer).toMatchObject({ status: 502, type: expect.stringContaining('text/html') as string });
  });
});
