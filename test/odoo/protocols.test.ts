/** The same calls over every protocol: what is sent, and what the faults mean. */
import { FatalError, RetryableError, SkippableError } from '../../src/core/errors';
import type { OdooApi, OdooProtocol } from '../../src/core/ports';
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

const PROTOCOLS = ['json2', 'jsonrpc', 'xmlrpc'] as const;

const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3/dist-packages/odoo/addons/base/controllers/rpc.py", line 67, in xmlrpc_2',
  '    response = self._xmlrpc(service)',
].join('\n');

const rpcResult = (result?: unknown): Answer => ({
  body: { jsonrpc: '2.0', id: 1, ...(result === undefined ? {} : { result }) },
});

/** What the three protocols answer for one and the same fault. */
interface Fault {
  readonly json2: Answer;
  readonly jsonrpc: Answer;
  readonly xmlrpc: Answer;
}

function fault(status: number, name: string, message: string, xmlrpc: Answer): Fault {
  return { json2: json2Error(status, name, message), jsonrpc: jsonRpcError(name, message), xmlrpc };
}

function unforeseen(status: number, name: string, message: string): Fault {
  const shortName = name.replace('builtins.', '');
  return fault(status, name, message, xmlRpcFault(1, `${TRACEBACK}\n${shortName}: ${message}\n`));
}

const MISSING = 'Record does not exist or has been deleted.\n(Record: res.partner(99999999,), User: 2)';
const NOT_ALLOWED = "You are not allowed to create 'Sales Order' (sale.order) records.";

describe.each(PROTOCOLS)('over %s', (protocol: OdooProtocol) => {
  let fake: FakeOdoo;
  let odoo: OdooApi;
  let answer: (asked: Asked, index: number) => Answer;
  let calls: Asked[];

  beforeEach(async () => {
    calls = [];
    let isConnected = false;
    fake = await startFakeOdoo((asked) => {
      if (isConnected) {
        return answer(asked, calls.push(asked) - 1);
      }
      if (asked.path === '/web/version') {
        return { body: { version: '19.0' } };
      }
      if (asked.path.startsWith('/json/2')) {
        return { body: asked.path.endsWith('context_get') ? { uid: 2 } : 0 };
      }
      const isVersion = !/authenticate|execute_kw/.test(asked.body);
      if (asked.path === '/jsonrpc') {
        return rpcResult(isVersion ? { server_version: '19.0' } : 2);
      }
      return xmlRpcResult(
        isVersion
          ? '<struct><member><name>server_version</name><value><string>19.0</string></value></member></struct>'
          : '<int>2</int>',
      );
    });
    odoo = await connectOdoo(optionsFor(fake.url, { protocol, companyId: 3 }));
    isConnected = true;
  });

  afterEach(() => fake.close());

  const pick = (answers: Fault): Answer => answers[protocol];

  async function failureOf(attempt: Promise<unknown>): Promise<Error> {
    const error: unknown = await attempt.then(
      () => new Error('no failure'),
      (reason: unknown) => reason,
    );
    expect(String(error)).not.toMatch(/Traceback|File "/);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(SECRET);
    return error as Error;
  }

  it('sends the context with every call, the caller has the last word', async () => {
    answer = () => pick({ json2: { body: 3 }, jsonrpc: rpcResult(3), xmlrpc: xmlRpcResult('<int>3</int>') });
    expect(
      await odoo.searchCount('res.partner', [['name', '=', 'x']], { lang: 'de_DE', active_test: false }),
    ).toBe(3);
    const { path, body } = calls[0]!;
    if (protocol === 'xmlrpc') {
      expect(path).toBe('/xmlrpc/2/object');
      expect(body).toContain('<name>tz</name><value><string>UTC</string></value>');
      expect(body).toContain('<name>lang</name><value><string>de_DE</string></value>');
      expect(body).toContain('<name>active_test</name><value><boolean>0</boolean></value>');
      return;
    }
    const context = { tz: 'UTC', lang: 'de_DE', allowed_company_ids: [3], active_test: false };
    const sent = JSON.parse(body) as Record<string, unknown>;
    if (protocol === 'json2') {
      expect(path).toBe('/json/2/res.partner/search_count');
      expect(sent).toEqual({ domain: [['name', '=', 'x']], context });
      return;
    }
    expect(sent['params']).toEqual({
      service: 'object',
      method: 'execute_kw',
      args: ['shop', 2, SECRET, 'res.partner', 'search_count', [[['name', '=', 'x']]], { context }],
    });
  });

  it('sends no control character, on any level', async () => {
    answer = () =>
      pick({ json2: { body: true }, jsonrpc: rpcResult(true), xmlrpc: xmlRpcResult('<boolean>1</boolean>') });
    await odoo.write('res.partner', [1], {
      name: 'a\u000bb\u0000c',
      lines: [[0, 0, { 'x\u0001': 'd\u001fe\tf' }]],
    });
    const { body } = calls[0]!;
    expect(body).not.toMatch(/\\u00[01]|&#x?[01]?\w;|[\u0000-\u0008\u000b]/);
    expect(body).toContain('abc');
    expect(body).toMatch(protocol === 'xmlrpc' ? /de\tf/ : /de\\tf/);
  });

  it('takes None for a result that is not there', async () => {
    const none = `${TRACEBACK}\nTypeError: cannot marshal None unless allow_none is enabled\n`;
    answer = () => pick({ json2: { body: 'null' }, jsonrpc: rpcResult(), xmlrpc: xmlRpcFault(1, none) });
    expect(await odoo.call('stock.quant', 'action_apply_inventory', [1])).toBeNull();
    expect(await odoo.act('stock.quant', 'action_apply_inventory', [1])).toEqual([
      { ok: true, id: 1, result: null },
    ]);
    expect(calls).toHaveLength(2);
  });

  it.each<[string, Fault, string]>([
    [
      'a missing record',
      fault(404, 'odoo.exceptions.MissingError', MISSING, xmlRpcFault(2, MISSING)),
      MISSING,
    ],
    [
      'a validation error',
      fault(422, 'odoo.exceptions.ValidationError', 'No recursion.', xmlRpcFault(2, 'No recursion.')),
      'No recursion.',
    ],
    [
      'a wrong value',
      unforeseen(500, 'builtins.ValueError', "Wrong value for res.partner.type: 'bogus'"),
      "Wrong value for res.partner.type: 'bogus'",
    ],
    ['an unknown field', unforeseen(500, 'builtins.KeyError', "'nope'"), "KeyError: 'nope'"],
    [
      'a duplicate key',
      fault(
        422,
        'odoo.exceptions.ValidationError',
        'duplicate key value violates unique constraint "x"\nDETAIL:  Key (module, name)=(a, b) already exists.\n',
        xmlRpcFault(
          2,
          'duplicate key value violates unique constraint "x"\nDETAIL:  Key (module, name)=(a, b) already exists.\n',
        ),
      ),
      'duplicate key value violates unique constraint "x"\nDETAIL:  Key (module, name)=(a, b) already exists.',
    ],
  ])('refuses for %s, in the words of Odoo, without a second try', async (_what, answers, sentence) => {
    answer = () => pick(answers);
    const error = await failureOf(odoo.write('res.partner', [1], { name: 'x' }));
    expect(error).toBeInstanceOf(SkippableError);
    expect(error).toMatchObject({ reason: 'odoo-refused' });
    expect(error.message).toBe(sentence);
    expect(calls).toHaveLength(1);
  });

  it('stops for a missing right, but tells it as the outcome of an action and of a load', async () => {
    answer = () => pick(fault(403, 'odoo.exceptions.AccessError', NOT_ALLOWED, xmlRpcFault(4, NOT_ALLOWED)));
    const error = await failureOf(odoo.write('sale.order', [1], { note: 'x' }));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain('sale.order.write');
    expect(error.message).toContain(NOT_ALLOWED);
    const refused = { ok: false, message: NOT_ALLOWED };
    expect(await odoo.act('sale.order', 'action_confirm', [1])).toEqual([{ ...refused, id: 1 }]);
    expect(await odoo.load('sale.order', ['id'], [[['m.a']]])).toEqual([refused]);
    expect(await failureOf(odoo.findExternalId('m.a'))).toBeInstanceOf(SkippableError);
  });

  it('stops when the login is no longer accepted', async () => {
    answer = () =>
      pick(fault(401, 'odoo.exceptions.AccessDenied', 'Access Denied', xmlRpcFault(3, 'Access Denied')));
    expect(await failureOf(odoo.searchCount('res.partner', []))).toBeInstanceOf(FatalError);
    expect(calls).toHaveLength(1);
  });

  it('sends a write again after a conflict, which Odoo rolled back', async () => {
    const conflict = unforeseen(
      500,
      'psycopg2.errors.SerializationFailure',
      'could not serialize access due to concurrent update',
    );
    answer = (_, index) =>
      index < 2
        ? pick(conflict)
        : pick({
            json2: { body: true },
            jsonrpc: rpcResult(true),
            xmlrpc: xmlRpcResult('<boolean>1</boolean>'),
          });
    await odoo.write('res.partner', [1], { name: 'x' });
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
  });

  it('gives up after five conflicts, and nothing is in doubt', async () => {
    answer = () => pick(unforeseen(500, 'psycopg2.errors.DeadlockDetected', 'deadlock detected'));
    const error = await failureOf(odoo.write('res.partner', [1], { name: 'x' }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ ambiguous: false });
    expect(error.message).toContain('res.partner.write');
    expect(calls).toHaveLength(5);
  });

  it('recognises a page in place of an answer, and repeats nothing of it but its title', async () => {
    const page = `<!DOCTYPE html><html><head><title>Log in | Odoo</title></head><body>${'private '.repeat(99)}</body></html>`;
    answer = () => ({ body: page });
    const read = await failureOf(odoo.searchCount('res.partner', []));
    expect(read).toBeInstanceOf(RetryableError);
    expect(read.message).toMatch(
      /answered HTML \(a login page or a proxy\?\) instead of (JSON|XML) \("Log in \| Odoo"\), HTTP 200/,
    );
    expect(read.message).not.toContain('private');
    expect(calls).toHaveLength(5);
    const write = await failureOf(odoo.write('res.partner', [1], { name: 'x' }));
    expect(write).toMatchObject({ ambiguous: true });
    expect(calls).toHaveLength(6);
  });

  it('recognises an answer that is cut off', async () => {
    const whole = pick({
      json2: { body: [{ id: 1, name: 'Ada Lovelace' }] },
      jsonrpc: rpcResult([{ id: 1, name: 'Ada Lovelace' }]),
      xmlrpc: xmlRpcResult(
        '<array><data><value><struct><member><name>id</name><value><int>1</int></value></member></struct></value></data></array>',
      ),
    });
    const text = typeof whole.body === 'string' ? whole.body : JSON.stringify(whole.body);
    answer = (_, index) => (index === 0 ? { body: text.slice(0, text.length - 9) } : whole);
    expect(await odoo.read('res.partner', [1], ['name'])).toMatchObject([{ id: 1 }]);
    expect(calls).toHaveLength(2);
    answer = () => ({ body: text.slice(0, text.length - 9) });
    const error = await failureOf(odoo.write('res.partner', [1], { name: 'x' }));
    expect(error).toMatchObject({ ambiguous: true });
    expect(error.message).toMatch(/broken (JSON|XML) \(cut off\?\)/);
    expect(error.message).not.toContain('Ada');
  });

  it('creates one record or several, and gets a list of ids', async () => {
    answer = () =>
      pick({
        json2: { body: [6] },
        jsonrpc: rpcResult([6]),
        xmlrpc: xmlRpcResult('<array><data><value><int>6</int></value></data></array>'),
      });
    expect(await odoo.call('res.partner', 'create', undefined, { vals_list: { name: 'x' } })).toEqual([6]);
    if (protocol === 'jsonrpc') {
      expect(calls[0]!.body).toContain('"create",[[{"name":"x"}]]');
    }
  });
});

describe('over xmlrpc only', () => {
  it('reads numbers over 32 bits, binaries as base64 text, and long text with any character', async () => {
    const long = `漢😀 &lt;&amp; ${'x'.repeat(200_000)}`;
    const fake = await startFakeOdoo((asked) =>
      asked.path.endsWith('common')
        ? xmlRpcResult(
            asked.body.includes('authenticate')
              ? '<int>2</int>'
              : '<struct><member><name>server_version</name><value><string>14.0</string></value></member></struct>',
          )
        : asked.body.includes('search_count')
          ? xmlRpcResult('<int>0</int>')
          : xmlRpcResult(
              `<array><data><value><i8>3000000000</i8></value><value><base64>aGk=</base64></value><value><string>${long}</string></value><value>bare</value><value><nil/></value></data></array>`,
            ),
    );
    const odoo = await connectOdoo(optionsFor(fake.url, { protocol: 'xmlrpc' }));
    const answer = await odoo.call('x', 'y', undefined);
    await fake.close();
    expect(answer).toEqual([3_000_000_000, 'aGk=', `漢😀 <& ${'x'.repeat(200_000)}`, 'bare', null]);
  });

  it('counts a record set that 14 cannot send as done, but never an answer that was to be read', async () => {
    const posted = `${TRACEBACK}\nTypeError: cannot marshal <class 'odoo.api.account.move'> objects\n`;
    const fake = await startFakeOdoo((asked) =>
      asked.path.endsWith('common')
        ? xmlRpcResult(
            asked.body.includes('authenticate')
              ? '<int>2</int>'
              : '<struct><member><name>server_version</name><value><string>14.0</string></value></member></struct>',
          )
        : asked.body.includes('search_count')
          ? xmlRpcResult('<int>0</int>')
          : xmlRpcFault(1, posted),
    );
    const odoo = await connectOdoo(optionsFor(fake.url, { protocol: 'xmlrpc' }));
    const done = await odoo.act('account.move', 'action_post', [1]);
    const read = await odoo.searchRead('account.move', [], ['name']).catch((error: unknown) => error);
    await fake.close();
    expect(done).toEqual([{ ok: true, id: 1, result: null }]);
    expect(read).toBeInstanceOf(SkippableError);
  });
});
