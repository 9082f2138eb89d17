/** Whatever goes wrong with Odoo, over whatever protocol, and whatever it repeats: no error shows a secret. */
import { inspect } from 'node:util';
import type { OdooProtocol } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import { fillOptions, type OdooOptions } from '../../src/odoo/options';
import { findLeaks } from '../support/find-leaks';
import { asSecret, marked } from '../support/secrets';
import {
  json2Error,
  jsonRpcError,
  optionsFor,
  startFakeOdoo,
  xmlRpcFault,
  xmlRpcResult,
  type Answer,
  type Asked,
  type FakeOdoo,
} from './fake-odoo';

/** With what every encoding touches; both are known, the key is sent. */
const KEY = marked('k&"<y>');
const PASSWORD = marked('p&"w <é>');
const PROTOCOLS: readonly OdooProtocol[] = ['json2', 'jsonrpc', 'xmlrpc'];

const xmlString = (name: string, text: string): string =>
  `<struct><member><name>${name}</name><value><string>${text}</string></value></member></struct>`;

/** Odoo 19 as far as a connection needs it. */
function well({ path, body }: Asked): Answer {
  switch (path) {
    case '/web/version':
      return { body: { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' } };
    case '/json/2/res.users/context_get':
      return { body: { lang: 'en_US', tz: false, uid: 7 } };
    case '/jsonrpc': {
      const { method } = (JSON.parse(body) as { params: { method: string } }).params;
      const results: Record<string, unknown> = { version: { server_version: '19.0' }, authenticate: 2 };
      return { body: { jsonrpc: '2.0', id: 1, result: results[method] ?? 0 } };
    }
    case '/xmlrpc/2/common':
      return xmlRpcResult(
        body.includes('authenticate') ? '<int>2</int>' : xmlString('server_version', '19.0'),
      );
    case '/xmlrpc/2/object':
      return xmlRpcResult('<int>0</int>');
    default:
      return { body: 0 };
  }
}

/** All that a server, a proxy or a traceback could repeat, in every dress. */
function echo({ path, headers, body }: Asked): string {
  return [
    `${path} ${JSON.stringify(headers)}`,
    body,
    JSON.stringify(body),
    `${KEY} ${PASSWORD} ${encodeURIComponent(PASSWORD)}`,
    `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
  ].join(' ');
}

const page = (status: number) => (asked: Asked) => ({
  status,
  body: `<html><head><title>${KEY} ${PASSWORD} ${echo(asked)}</title></head></html>`,
});
const redirect = (location: string) => () => ({ status: 303, headers: { location } });

/** A fault as the protocol of the request carries it. */
function fault(name: string, code: number) {
  return (asked: Asked): Answer => {
    if (asked.path.startsWith('/json/2')) {
      return json2Error(name.endsWith('AccessDenied') ? 401 : 422, name, echo(asked));
    }
    return asked.path === '/jsonrpc'
      ? jsonRpcError(name, echo(asked))
      : xmlRpcFault(code, code === 1 ? `Traceback:\n  File "x.py"\n${name}: ${echo(asked)}` : echo(asked));
  };
}

/** An answer that is sound and of the wrong form. */
function wrongForm(asked: Asked): Answer {
  const value = [{ id: 'x', note: echo(asked), [KEY]: PASSWORD }];
  if (asked.path.startsWith('/json')) {
    return { body: asked.path === '/jsonrpc' ? { jsonrpc: '2.0', id: 1, result: value } : value };
  }
  return xmlRpcResult(xmlString('note', 'x'));
}

const CASES: readonly (readonly [what: string, answer: (asked: Asked) => Answer])[] = [
  ['a wrong login', fault('odoo.exceptions.AccessDenied', 3)],
  ['a missing right', fault('odoo.exceptions.AccessError', 4)],
  ['a refusal', fault('odoo.exceptions.UserError', 2)],
  ['a crash', fault('builtins.ValueError', 1)],
  ['a lost database', fault('psycopg2.OperationalError', 1)],
  ['a conflict', fault('psycopg2.errors.SerializationFailure', 1)],
  ...[200, 401, 403, 404, 413, 429, 500, 502, 503].map(
    (status) => [`${status} with a page`, page(status)] as const,
  ),
  ['500 with text', (asked) => ({ status: 500, body: echo(asked) })],
  ['JSON or XML that is cut off', (asked) => ({ body: `{"x": ${JSON.stringify(echo(asked))}` })],
  ['an answer of another form', wrongForm],
  ['a redirect to an address with a password', redirect(`https://ann:${KEY}@other.example/web`)],
  ['a redirect with a key in its path', redirect(`https://other.example/${KEY}/x`)],
  ['a redirect with a key in its query', redirect(`/web/login?redirect=%2F&token=${KEY}`)],
  ['a redirect that is no address', redirect(`https://${KEY}:x`)],
  ['a reset', () => ({ failure: 'reset' })],
  ['half an answer', (asked) => ({ body: echo(asked), failure: 'half' })],
  ['silence', () => ({ failure: 'silence' })],
];

let fake: FakeOdoo;
afterEach(() => fake.close());

function optionsOf(protocol: OdooProtocol, url = fake.url): OdooOptions {
  const login = { apiKey: asSecret(KEY), password: asSecret(PASSWORD) };
  return optionsFor(url, { protocol, retries: 1, timeoutMs: 200, ...login });
}

function expectNoSecret(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
  const shown = [
    inspect(error, { depth: 9, showHidden: true, getters: true, breakLength: Infinity }),
    String(error),
    JSON.stringify(error),
  ].join('\n');
  expect(findLeaks(shown)).toEqual([]);
}

describe.each(PROTOCOLS)('over %s', (protocol) => {
  describe.each(CASES)('%s', (_what, answer) => {
    test('when connecting', async () => {
      fake = await startFakeOdoo(answer);
      expectNoSecret(await connectOdoo(optionsOf(protocol)).catch((error: unknown) => error));
    });

    test('when logging in', async () => {
      const isVersion = ({ path, body }: Asked): boolean =>
        path === '/web/version' || /"method":"version"|>version</.test(body);
      fake = await startFakeOdoo((asked) => (isVersion(asked) ? well(asked) : answer(asked)));
      expectNoSecret(await connectOdoo(optionsOf(protocol)).catch((error: unknown) => error));
    });

    test('in a call', async () => {
      let isBroken = false;
      fake = await startFakeOdoo((asked) => (isBroken ? answer(asked) : well(asked)));
      const odoo = await connectOdoo(optionsOf(protocol));
      isBroken = true;
      const calls = [
        () => odoo.searchRead('res.partner', [['name', '=', KEY]], ['name']),
        () => odoo.write('res.partner', [1], { comment: PASSWORD }),
        () => odoo.findExternalId('__wcodoo__.x'),
        () => odoo.fields('res.partner'),
      ];
      const failures = (await Promise.allSettled(calls.map((call) => call()))).filter(
        (settled) => settled.status === 'rejected',
      );
      expect(failures.length).toBeGreaterThanOrEqual(2);
      for (const { reason } of failures) {
        expectNoSecret(reason);
      }
    });
  });

  test('nobody there, and a server that speaks no TLS', async () => {
    fake = await startFakeOdoo(well);
    const failureAt = (url: string): Promise<unknown> =>
      connectOdoo(optionsOf(protocol, url)).catch((error: unknown) => error);
    expectNoSecret(await failureAt(fake.url.replace('http:', 'https:')));
    await fake.close();
    expectNoSecret(await failureAt(fake.url));
    fake = await startFakeOdoo(well);
  });
});

test('not even the beginning of one, where the title of a page is cut', async () => {
  fake = await startFakeOdoo(() => ({ body: `<html><title>${'x'.repeat(96)}${KEY}</title></html>` }));
  const error: unknown = await connectOdoo(optionsOf('jsonrpc')).catch((reason: unknown) => reason);
  expect(String(error)).toContain(`${'x'.repeat(96)}***`);
  expect(String(error)).not.toContain(KEY.slice(0, 2));
});

test('the connection and its settings show none', async () => {
  fake = await startFakeOdoo(well);
  const options = optionsOf('json2');
  const odoo = await connectOdoo(options);
  expect(findLeaks(inspect([odoo, options, fillOptions(options)], { depth: 9, showHidden: true }))).toEqual(
    [],
  );
  expect(findLeaks(JSON.stringify([odoo, options]))).toEqual([]);
});
