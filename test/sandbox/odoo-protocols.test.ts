import {
  ADMIN,
  ADMIN_UID,
  DATABASE,
  SALES,
  faultOf,
  json2,
  jsonRpc,
  startOdoo,
  stopAll,
} from './odoo-for-tests';

afterAll(stopAll);

async function xmlRpc(url: string, service: string, method: string, params: string[]): Promise<string> {
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params
    .map((param) => `<param><value>${param}</value></param>`)
    .join('')}</params></methodCall>`;
  const response = await fetch(`${url}/xmlrpc/2/${service}`, { method: 'POST', body });
  expect(response.status).toBe(200);
  return response.text();
}

const array = (...values: string[]): string =>
  `<array><data>${values.map((value) => `<value>${value}</value>`).join('')}</data></array>`;

function execute(
  url: string,
  model: string,
  method: string,
  args: string,
  secret: string = ADMIN.apiKey,
): Promise<string> {
  const params = [DATABASE, `<int>${ADMIN_UID}</int>`, secret, model, method, args];
  return xmlRpc(url, 'object', 'execute_kw', params);
}

describe('JSON-2', () => {
  it('answers the bare result, and null where a method returns nothing', async () => {
    const { url } = await startOdoo();
    const created = await json2(url, 'res.partner/create', { vals_list: [{ name: 'A' }, { name: 'B' }] });
    const ids = JSON.parse(created.text) as number[];
    expect(ids).toHaveLength(2);
    const nothing = await json2(url, 'res.partner/action_archive', { ids });
    expect(nothing).toMatchObject({ status: 200, text: 'null' });
    const one = await json2(url, 'res.partner/create', { vals_list: { name: 'C' } });
    expect(JSON.parse(one.text)).toHaveLength(1);
  });

  it.each([
    ['a body that is no JSON', 'res.partner/search', '{', {}, 400, 'werkzeug.exceptions.BadRequest'],
    [
      'an unknown key',
      'res.partner/search',
      {},
      { Authorization: 'bearer x' },
      401,
      'werkzeug.exceptions.Unauthorized',
    ],
    [
      'a password',
      'res.partner/search',
      {},
      { Authorization: `bearer ${ADMIN.password}` },
      401,
      'werkzeug.exceptions.Unauthorized',
    ],
    [
      'no right',
      'ir.model.data/search_read',
      {},
      { Authorization: `Bearer ${SALES.apiKey}` },
      403,
      'odoo.exceptions.AccessError',
    ],
    ['a private method', 'res.partner/_read', {}, {}, 403, 'odoo.exceptions.AccessError'],
    [
      'a missing record',
      'res.partner/write',
      { ids: [999_999], vals: {} },
      {},
      404,
      'odoo.exceptions.MissingError',
    ],
    ['an unknown model', 'no.model/search', { domain: [] }, {}, 404, 'werkzeug.exceptions.NotFound'],
    ['an unknown method', 'res.partner/nope', {}, {}, 404, 'werkzeug.exceptions.NotFound'],
    ['a missing argument', 'res.partner/create', {}, {}, 422, 'werkzeug.exceptions.UnprocessableEntity'],
    [
      'an unknown argument',
      'res.partner/search',
      { domain: [], foo: 1 },
      {},
      422,
      'werkzeug.exceptions.UnprocessableEntity',
    ],
    [
      'ids where none belong',
      'res.partner/search',
      { ids: [1], domain: [] },
      {},
      422,
      'werkzeug.exceptions.UnprocessableEntity',
    ],
    [
      'a contact without name',
      'res.partner/create',
      { vals_list: [{}] },
      {},
      422,
      'odoo.exceptions.ValidationError',
    ],
    ['an unknown field', 'res.partner/write', { ids: [1], vals: { nope: 1 } }, {}, 500, 'builtins.KeyError'],
    [
      'a wrong selection',
      'res.partner/write',
      { ids: [1], vals: { type: 'x' } },
      {},
      500,
      'builtins.ValueError',
    ],
  ])('refuses %s', async (_case, path, body, headers, status, name) => {
    const { url } = await startOdoo();
    const answer = await json2(url, path, body, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ name });
  });

  it('answers HTML for another database and for another type of body', async () => {
    const { url } = await startOdoo();
    const database = await json2(url, 'res.partner/search', {}, { 'X-Odoo-Database': 'other' });
    expect(database).toMatchObject({ status: 404, type: expect.stringContaining('text/html') as string });
    const type = await json2(url, 'res.partner/search', '{}', { 'Content-Type': 'text/plain' });
    expect(type).toMatchObject({ status: 415, type: expect.stringContaining('text/html') as string });
  });

  it('does not exist on 14, nor do the version pages', async () => {
    const { url } = await startOdoo({ version: 14 });
    expect((await json2(url, 'res.partner/search', { domain: [] })).status).toBe(404);
    expect((await fetch(`${url}/web/version`)).status).toBe(404);
  });

  it('tells its version without login', async () => {
    const { url } = await startOdoo();
    const version = { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' };
    expect(await (await fetch(`${url}/json/version`)).json()).toEqual(version);
    expect(await (await fetch(`${url}/web/version`)).json()).toEqual(version);
  });
});

describe('JSON-RPC', () => {
  it('leaves out the result where a method returns nothing', async () => {
    const { url } = await startOdoo();
    const call = jsonRpc(url);
    const id = await call.id('res.partner', 'create', [{ name: 'A' }]);
    expect(await call('res.partner', 'action_archive', [[id]])).toBeUndefined();
    expect(await call.rows('res.partner', 'read', [[id], ['active']])).toEqual([{ id, active: false }]);
  });

  it.each([
    [19, 0],
    [14, 200],
  ] as const)('has its own error code on %i', async (version, code) => {
    const { url } = await startOdoo({ version });
    const error: unknown = await jsonRpc(url)('res.partner', 'write', [[999_999], {}]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ fault: { code, data: { name: 'odoo.exceptions.MissingError' } } });
  });

  it('takes a key or a password, and refuses what is neither', async () => {
    const { url } = await startOdoo();
    await expect(jsonRpc(url, ADMIN_UID, ADMIN.password)('res.users', 'context_get')).resolves.toMatchObject({
      uid: ADMIN_UID,
    });
    const denied = await faultOf(jsonRpc(url, ADMIN_UID, 'wrong')('res.users', 'context_get'));
    expect(denied).toEqual({ name: 'odoo.exceptions.AccessDenied', message: 'Access Denied' });
    const unknown = await faultOf(jsonRpc(url, 9999, 'wrong')('res.users', 'context_get'));
    expect(unknown.message).toContain('res.users(9999,), User: 9999');
  });
});

describe('XML-RPC', () => {
  it('does the work of a method that returns nothing, and faults all the same', async () => {
    const { url, server } = await startOdoo();
    const id = server.records.create('res.partner', { name: 'Kept' });
    const answer = await execute(url, 'res.partner', 'action_archive', array(array(`<int>${id}</int>`)));
    expect(answer).toContain('<int>1</int>');
    expect(answer).toContain('TypeError: cannot marshal None unless allow_none is enabled');
    expect(server.records.find('res.partner', [['id', '=', id]], ['active'])).toEqual([
      { id, active: false },
    ]);
  });

  it.each([
    ['a wrong key', 'res.partner', 'search', array(array()), 'wrong', 3, 'Access Denied'],
    ['a private method', 'res.partner', '_x', array(), ADMIN.apiKey, 4, 'cannot be called remotely'],
    ['an unknown model', 'no.model', 'search', array(array()), ADMIN.apiKey, 2, 'Object no.model doesn'],
    [
      'a missing record',
      'res.partner',
      'unlink',
      array(array('<int>999999</int>')),
      ADMIN.apiKey,
      2,
      'has been deleted',
    ],
    [
      'an unknown method',
      'res.partner',
      'nope',
      array(array()),
      ADMIN.apiKey,
      1,
      'AttributeError: The method',
    ],
  ])('faults for %s', async (_case, model, method, args, secret, code, text) => {
    const { url } = await startOdoo();
    const answer = await execute(url, model, method, args, secret);
    expect(answer).toContain(`<name>faultCode</name>`);
    expect(answer).toContain(`<int>${code}</int>`);
    expect(answer).toContain(text);
  });

  it("refuses a control character as Python's parser does", async () => {
    const { url } = await startOdoo();
    const answer = await execute(url, 'res.partner', 'name_search', array('a\u000bb'));
    expect(answer).toContain('xml.parsers.expat.ExpatError: not well-formed');
  });

  it('authenticates to an id or to false, and says its version', async () => {
    const { url } = await startOdoo({ version: 14 });
    const login = (secret: string): Promise<string> =>
      xmlRpc(url, 'common', 'authenticate', [DATABASE, ADMIN.login, secret, '<struct></struct>']);
    expect(await login(ADMIN.password)).toContain(`<int>${ADMIN_UID}</int>`);
    expect(await login('wrong')).toContain('<boolean>0</boolean>');
    expect(await xmlRpc(url, 'common', 'version', [])).toContain('<string>14.0</string>');
  });

  it('names the database that is not there', async () => {
    const { url } = await startOdoo();
    const answer = await xmlRpc(url, 'common', 'authenticate', ['nodb', 'a', 'b', '<struct></struct>']);
    expect(answer).toContain('psycopg2.OperationalError');
    expect(answer).toContain('database "nodb" does not exist');
  });
});
