import { FatalError, RetryableError } from '../../src/core/errors';
import { connectOdoo } from '../../src/odoo/connect';
import {
  json2Error,
  jsonRpcError,
  optionsFor,
  SECRET,
  startFakeOdoo,
  xmlRpcFault,
  xmlRpcResult,
} from './fake-odoo';
import type { Answer, Asked, FakeOdoo } from './fake-odoo';
import { asSecret, marked } from '../support/secrets';

const NOT_FOUND: Answer = {
  status: 404,
  body: '<!DOCTYPE html>\n<html><head><title>404: Not Found</title></head></html>',
};
const LOGIN_PAGE: Answer = {
  body: '<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>',
};
const rpcResult = (result: unknown): Answer => ({ body: { jsonrpc: '2.0', id: 1, result } });

/** Answers like Odoo 14: no `/web/version`. */
function odoo14({ path, body }: Asked): Answer {
  if (path === '/jsonrpc') {
    return body.includes('"version"') ? rpcResult({ server_version: '14.0' }) : rpcResult(2);
  }
  if (path === '/xmlrpc/2/common') {
    return body.includes('>version<')
      ? xmlRpcResult(
          '<struct><member><name>server_version</name><value><string>14.0</string></value></member></struct>',
        )
      : xmlRpcResult('<int>2</int>');
  }
  return path === '/xmlrpc/2/object' ? xmlRpcResult('<int>0</int>') : NOT_FOUND;
}

/** Answers like Odoo 19. */
function odoo19(asked: Asked): Answer {
  if (asked.path === '/web/version') {
    return { body: { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' } };
  }
  if (asked.path === '/json/2/res.users/context_get') {
    return { body: { lang: 'en_US', tz: false, uid: 7 } };
  }
  if (asked.path === '/json/2/res.partner/search_count') {
    return { body: 0 };
  }
  const answer = odoo14(asked);
  return typeof answer.body === 'string' ? { ...answer, body: answer.body.replace('14.0', '19.0') } : answer;
}

describe('connecting', () => {
  let fake: FakeOdoo;

  afterEach(() => fake.close());

  async function failureOf(attempt: Promise<unknown>): Promise<Error & { hint?: string }> {
    const error: unknown = await attempt.then(
      () => new Error('no failure'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(SECRET);
    return error as Error;
  }

  it('takes JSON-2 on 19 with an API key', async () => {
    fake = await startFakeOdoo(odoo19);
    const odoo = await connectOdoo(optionsFor(`${fake.url}/`));
    expect(odoo.server).toMatchObject({ version: '19.0', major: 19, protocol: 'json2', uid: 7 });
    expect(fake.asked.map(({ path }) => path)).toEqual([
      '/web/version',
      '/json/2/res.users/context_get',
      '/json/2/res.partner/search_count',
    ]);
    expect(fake.asked[1]?.headers).toMatchObject({
      authorization: `bearer ${SECRET}`,
      'x-odoo-database': 'shop',
    });
    expect(odoo.requests).toBe(3);
  });

  it('takes JSON-RPC on 19 with a password only', async () => {
    fake = await startFakeOdoo(odoo19);
    const odoo = await connectOdoo(
      optionsFor(fake.url, { apiKey: undefined, password: asSecret(marked('pw')) }),
    );
    expect(odoo.server).toMatchObject({ protocol: 'jsonrpc', uid: 2 });
    expect(fake.asked.at(-2)?.body).toContain(`"args":["shop","admin","${marked('pw')}",{}]`);
  });

  it('takes JSON-RPC on 14, with the API key in place of the password', async () => {
    fake = await startFakeOdoo(odoo14);
    const odoo = await connectOdoo(optionsFor(fake.url, { password: asSecret(marked('pw')) }));
    expect(odoo.server).toMatchObject({ version: '14.0', major: 14, protocol: 'jsonrpc', uid: 2 });
    expect(odoo.server.capabilities.lineTaxes).toBe('tax_id');
    expect(fake.asked.at(-1)?.body).toContain(SECRET);
  });

  it.each([NOT_FOUND, LOGIN_PAGE])(
    'takes XML-RPC where a page answers in place of JSON-RPC',
    async (page) => {
      fake = await startFakeOdoo((asked) => (asked.path === '/jsonrpc' ? page : odoo14(asked)));
      const odoo = await connectOdoo(optionsFor(fake.url));
      expect(odoo.server).toMatchObject({ version: '14.0', protocol: 'xmlrpc', uid: 2 });
    },
  );

  it('asks nothing but XML-RPC when it is told to', async () => {
    fake = await startFakeOdoo(odoo19);
    const odoo = await connectOdoo(optionsFor(fake.url, { protocol: 'xmlrpc' }));
    expect(odoo.server.protocol).toBe('xmlrpc');
    expect(new Set(fake.asked.map(({ path }) => path))).toEqual(
      new Set(['/xmlrpc/2/common', '/xmlrpc/2/object']),
    );
  });

  it('refuses JSON-2 where there is none, and without an API key', async () => {
    fake = await startFakeOdoo(odoo14);
    const old = await failureOf(connectOdoo(optionsFor(fake.url, { protocol: 'json2' })));
    expect(old).toBeInstanceOf(FatalError);
    expect(old.hint).toContain('Odoo 19');
    await fake.close();
    fake = await startFakeOdoo(odoo19);
    const keyless = await failureOf(
      connectOdoo(
        optionsFor(fake.url, { protocol: 'json2', apiKey: undefined, password: asSecret(marked('pw')) }),
      ),
    );
    expect(keyless.message).toContain('API key');
  });

  it('refuses an Odoo older than 14', async () => {
    fake = await startFakeOdoo(({ path }) =>
      path === '/jsonrpc' ? rpcResult({ server_version: '13.0' }) : NOT_FOUND,
    );
    const error = await failureOf(connectOdoo(optionsFor(fake.url)));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe('Odoo 13.0 is not supported');
  });

  it.each(['jsonrpc', 'xmlrpc'] as const)(
    'says that the login is wrong over %s, where Odoo answers false',
    async (protocol) => {
      fake = await startFakeOdoo((asked) => {
        const isLogin = asked.body.includes('authenticate');
        return isLogin
          ? protocol === 'jsonrpc'
            ? rpcResult(false)
            : xmlRpcResult('<boolean>0</boolean>')
          : odoo14(asked);
      });
      const error = await failureOf(connectOdoo(optionsFor(fake.url, { protocol })));
      expect(error).toBeInstanceOf(FatalError);
      expect(error.message).toBe('Odoo does not accept the login of admin');
      expect(error.hint).toContain('ODOO_API_KEY');
    },
  );

  it('says that the API key is wrong over JSON-2', async () => {
    fake = await startFakeOdoo((asked) =>
      asked.path.startsWith('/json/2')
        ? {
            status: 401,
            body: { name: 'werkzeug.exceptions.Unauthorized', message: 'Invalid apikey', debug: SECRET },
          }
        : odoo19(asked),
    );
    const error = await failureOf(connectOdoo(optionsFor(fake.url)));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe('Odoo does not accept the login: Invalid apikey');
  });

  it.each([
    ['json2', { status: 404, body: '<html><title>404</title></html>' }],
    ['jsonrpc', jsonRpcError('psycopg2.OperationalError', 'FATAL:  database "nodb" does not exist')],
    [
      'xmlrpc',
      xmlRpcFault(
        1,
        'Traceback (most recent call last):\n  File "x.py", line 1, in y\n    z\npsycopg2.OperationalError: FATAL:  database "nodb" does not exist\n',
      ),
    ],
  ] as const)('points at the database when it does not exist, over %s', async (protocol, answer) => {
    fake = await startFakeOdoo((asked) =>
      asked.body.includes('authenticate') || asked.path.startsWith('/json/2') ? answer : odoo19(asked),
    );
    const error = await failureOf(connectOdoo(optionsFor(fake.url, { protocol })));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.hint).toContain('ODOO_DB');
  });

  it.each([
    ['language', json2Error(422, 'odoo.exceptions.UserError', 'Invalid language code: fr_FR')],
    [
      'company',
      json2Error(403, 'odoo.exceptions.AccessError', 'Access to unauthorized or invalid companies.'),
    ],
  ])('stops when Odoo refuses the %s, which would refuse every record', async (what, answer) => {
    fake = await startFakeOdoo((asked) => (asked.path.endsWith('search_count') ? answer : odoo19(asked)));
    const error = await failureOf(connectOdoo(optionsFor(fake.url, { language: 'fr_FR', companyId: 99 })));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toMatch(/^Odoo refuses calls with language fr_FR and company 99: (Invalid|Access)/);
    expect(error.hint).toContain(what);
    expect(fake.asked.at(-1)?.body).toContain('"allowed_company_ids":[99]');
  });

  it('says that a page answers at the address, at once', async () => {
    fake = await startFakeOdoo(() => LOGIN_PAGE);
    const error = await failureOf(connectOdoo(optionsFor(fake.url)));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe(
      'Odoo answered HTML (a login page or a proxy?) instead of XML ("Log in"), HTTP 200',
    );
    expect(fake.asked).toHaveLength(3);
  });

  it('says where the address redirects to, without the query', async () => {
    fake = await startFakeOdoo(() => ({
      status: 301,
      headers: { Location: 'https://erp.example.com/jsonrpc?token=1' },
    }));
    const error = await failureOf(connectOdoo(optionsFor(fake.url, { protocol: 'jsonrpc' })));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain('redirects to https://erp.example.com/jsonrpc');
    expect(error.message).not.toContain('token');
    expect(error.hint).toContain('https://erp.example.com');
  });

  it('gives up after its tries when nothing listens', async () => {
    fake = await startFakeOdoo(odoo19);
    await fake.close();
    let waits = 0;
    const sleep = () => {
      waits += 1;
      return Promise.resolve();
    };
    const error = await failureOf(connectOdoo(optionsFor(fake.url, { sleep })));
    fake = await startFakeOdoo(odoo19);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ ambiguous: false });
    expect(error.message).toContain('ECONNREFUSED');
    expect(waits).toBe(4);
  });
});
