/**
 * Answers in a wrong shape, call by call: whatever a server sends, an adapter
 * gives a result or one of the errors that people can read, and never fails by
 * itself.
 */
import fc from 'fast-check';
import { WcodooError } from '../../src/core/errors';
import type { OdooApi, WooApi } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import { json2Error, jsonRpcError, optionsFor, startFakeOdoo, type FakeOdoo } from '../odoo/fake-odoo';
import { PAYLOADS, SEED, TIMEOUT_MS } from '../support/fuzz-size';
import { editsOf, mutate, writeJson, type Edit } from '../support/mutate-json';
import { snapshotPrototypes } from '../support/snapshot-prototypes';
import { connect, startShopServer, type ShopServer } from '../woo/shop-server';

/** A share of the payloads; the rest goes through whole runs. */
const RUNS = { seed: SEED, numRuns: Math.ceil(PAYLOADS / 20) };
const LONGEST_SENTENCE = 3_000;
const PROTOTYPES = snapshotPrototypes();

afterEach(() => {
  expect(snapshotPrototypes()).toEqual(PROTOTYPES);
});

/** An answer, and the call that asks for it. */
interface Exchange<T> {
  readonly name: string;
  readonly answer: unknown;
  readonly status?: number;
  ask(api: T): Promise<unknown>;
}

/** What happens to the text of an answer on its way. */
const GARBLED: Readonly<Record<string, (text: string) => string>> = {
  'not at all': (text) => text,
  'cut off': (text) => text.slice(0, Math.ceil(text.length / 2)),
  'behind a warning': (text) => `<br />\n<b>Warning</b>: x in <b>/x.php</b> on line <b>1</b><br />\n${text}`,
  'twice in a row': (text) => text + text,
  'behind a byte order mark': (text) => `\ufeff${text}`,
  'as a page': () => '<!doctype html><title>502 Bad Gateway</title>',
  'as nothing': () => '',
  'as a page that never ends': () => '<title'.repeat(50_000),
  'nested deeper than any stack': () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
};

/** Draws an exchange with its answer spoiled; mostly inside, now and then as a whole. */
function spoiledAnswers<T>(
  exchanges: readonly Exchange<T>[],
): fc.Arbitrary<{ exchange: Exchange<T>; edits: readonly Edit[]; garbled: string }> {
  return fc.constantFrom(...exchanges).chain((exchange) =>
    fc.record({
      exchange: fc.constant(exchange),
      edits: fc.array(editsOf([{ answer: exchange.answer }]), { minLength: 1, maxLength: 2 }),
      garbled: fc.oneof(
        { weight: 9, arbitrary: fc.constant('not at all') },
        { weight: 1, arbitrary: fc.constantFrom(...Object.keys(GARBLED)) },
      ),
    }),
  );
}

function textOf({
  exchange,
  edits,
  garbled,
}: {
  exchange: Exchange<never>;
  edits: readonly Edit[];
  garbled: string;
}): string {
  const { answer } = mutate({ answer: exchange.answer }, edits) as { answer?: unknown };
  return GARBLED[garbled]?.(writeJson(answer ?? null)) ?? '';
}

async function expectReadable(attempt: Promise<unknown>): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason ?? new Error('rejected with nothing'),
  );
  if (error === undefined) {
    return;
  }
  expect(error).toBeInstanceOf(WcodooError);
  const { message } = error as WcodooError;
  expect(message).toMatch(/\S/);
  expect(message.length).toBeLessThan(LONGEST_SENTENCE);
  expect(message).not.toMatch(/\[object /);
}

describe('answers of Odoo', () => {
  const row = {
    id: 7,
    name: 'Ada',
    partner_id: [3, 'Ada'],
    tax_ids: [1, 2],
    amount_total: 12.5,
    note: false,
  };
  const exchanges: readonly Exchange<OdooApi>[] = [
    { name: 'search_read', answer: [row], ask: (odoo) => odoo.searchRead('sale.order', [], ['name']) },
    { name: 'read', answer: [row], ask: (odoo) => odoo.read('sale.order', [7], ['name']) },
    { name: 'search_count', answer: 3, ask: (odoo) => odoo.searchCount('sale.order', []) },
    {
      name: 'load',
      answer: { ids: [7, 8], messages: [] },
      ask: (odoo) => odoo.load('res.partner', ['id', 'name'], [[['m.a', 'A']], [['m.b', 'B']]]),
    },
    {
      name: 'load that is refused',
      answer: {
        ids: false,
        messages: [{ type: 'error', message: 'No', record: 0, rows: { from: 0, to: 0 }, field: 'name' }],
      },
      ask: (odoo) => odoo.load('res.partner', ['id', 'name'], [[['m.a', 'A']], [['m.b', 'B']]]),
    },
    { name: 'write', answer: true, ask: (odoo) => odoo.write('res.partner', [7], { name: 'x' }) },
    {
      name: 'action',
      answer: { type: 'ir.actions.act_window' },
      ask: (odoo) => odoo.act('sale.order', 'action_confirm', [7, 8]),
    },
    {
      name: 'message_post',
      answer: 12,
      ask: (odoo) => odoo.call('sale.order', 'message_post', [7], { body: 'x' }),
    },
    {
      name: 'get_metadata',
      answer: [{ id: 7, xmlid: 'm.a', xmlids: [{ xmlid: 'm.a', noupdate: false }] }],
      ask: (odoo) => odoo.externalIds('res.partner', [7]),
    },
    {
      name: 'get_metadata of 14',
      answer: [{ id: 7, xmlid: 'm.a', res_id: 7, complete_name: 'm.a' }],
      ask: (odoo) => odoo.externalIds('res.partner', [7]),
    },
    { name: 'check_object_reference', answer: ['res.partner', 7], ask: (odoo) => odoo.findExternalId('m.a') },
    {
      name: 'fields_get',
      answer: {
        price_unit: { type: 'float', required: true, digits: [16, 2] },
        partner_id: { type: 'many2one', relation: 'res.partner' },
      },
      ask: async (odoo) => (await odoo.fields('sale.order.line')).get('price_unit')?.digits ?? 2,
    },
    { name: 'context_get', answer: { lang: 'en_US', tz: 'UTC', uid: 7 }, ask: (odoo) => odoo.serverTime() },
  ];
  const fault = json2Error(422, 'odoo.exceptions.UserError', 'You cannot do this.');
  const faults: readonly Exchange<OdooApi>[] = [
    { name: 'a fault', status: 422, answer: fault.body, ask: (odoo) => odoo.searchCount('res.partner', []) },
    {
      name: 'a fault of a write',
      status: 500,
      answer: fault.body,
      ask: (odoo) => odoo.write('res.partner', [7], { name: 'x' }),
    },
    {
      name: 'a refused login',
      status: 401,
      answer: fault.body,
      ask: (odoo) => odoo.read('res.partner', [7], []),
    },
  ];

  test.each(['json2', 'jsonrpc'] as const)(
    'over %s are read, or refused with a sentence',
    async (protocol) => {
      const envelope = (result: unknown): unknown => ({ jsonrpc: '2.0', id: 1, result });
      const all =
        protocol === 'json2'
          ? [...exchanges, ...faults]
          : [
              ...exchanges.map((one) => ({ ...one, answer: envelope(one.answer) })),
              ...faults.map((one) => ({
                ...one,
                status: 200,
                answer: jsonRpcError('odoo.exceptions.UserError', 'No.').body,
              })),
            ];
      let wire: { status: number; text: string } | undefined;
      const fake = await startFakeOdoo(({ path, body }) =>
        wire === undefined ? { body: greeting(path, body) } : { status: wire.status, body: wire.text },
      );
      try {
        await fc.assert(
          fc.asyncProperty(spoiledAnswers(all), async (drawn) => {
            wire = undefined;
            const odoo = await connectOdoo(optionsFor(fake.url, { protocol, retries: 1 }));
            wire = { status: drawn.exchange.status ?? 200, text: textOf(drawn) };
            await expectReadable(drawn.exchange.ask(odoo));
          }),
          RUNS,
        );
      } finally {
        await fake.close();
      }
    },
    TIMEOUT_MS,
  );

  test(
    'at the very beginning, when version and login are asked for, are read or refused with a sentence',
    async () => {
      const greetings = [
        { protocol: 'json2', path: '/web/version' },
        { protocol: 'json2', path: '/json/2/res.users/context_get' },
        { protocol: 'jsonrpc', path: '/jsonrpc' },
      ] as const;
      const exchanges = greetings.map(({ protocol, path }): Exchange<FakeOdoo> => ({
        name: path,
        answer: greeting(path, 'version'),
        ask: ({ url }) => connectOdoo(optionsFor(url, { protocol, retries: 1 })),
      }));
      let wire: { path: string; text: string } | undefined;
      const fake = await startFakeOdoo(({ path, body }) => ({
        body: path === wire?.path ? wire.text : greeting(path, body),
      }));
      try {
        await fc.assert(
          fc.asyncProperty(spoiledAnswers(exchanges), async (drawn) => {
            wire = { path: drawn.exchange.name, text: textOf(drawn) };
            await expectReadable(drawn.exchange.ask(fake));
          }),
          RUNS,
        );
      } finally {
        await fake.close();
      }
    },
    TIMEOUT_MS,
  );
});

/** What an Odoo 19 says to a client that connects. */
function greeting(path: string, body: string): unknown {
  if (path === '/web/version') {
    return { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' };
  }
  if (path === '/jsonrpc') {
    const result = /authenticate|execute_kw/.test(body) ? 2 : { server_version: '19.0' };
    return { jsonrpc: '2.0', id: 1, result };
  }
  return path.endsWith('context_get') ? { uid: 2 } : 0;
}

describe('answers of the shop', () => {
  const rows = [
    { id: 7, sku: 'A', name: 'x' },
    { id: 8, sku: 'B', name: 'y' },
  ];
  const exchanges: readonly Exchange<WooApi>[] = [
    { name: 'a record', answer: rows[0], ask: (woo) => woo.get('orders/7') },
    { name: 'a list', answer: rows, ask: (woo) => woo.get('orders', { include: [7, 8] }) },
    {
      name: 'a sweep',
      answer: rows,
      ask: async (woo) => {
        let pages = 0;
        for await (const page of woo.sweep('orders')) {
          pages += page.rows.length > 1_000_000 ? 2 : 1;
        }
        return pages;
      },
    },
    {
      name: 'a batch',
      answer: {
        update: [
          { id: 7, stock_quantity: 3 },
          { id: 8, error: { code: 'x', message: 'No', data: { status: 400, resource_id: 9 } } },
        ],
      },
      ask: (woo) =>
        woo.batch('products', {
          update: [
            { id: 7, stock_quantity: 3 },
            { id: 8, stock_quantity: 4 },
          ],
        }),
    },
    {
      name: 'the index',
      answer: { url: 'https://shop.example', timezone_string: '', gmt_offset: 5.5 },
      ask: (woo) => woo.shop(),
    },
    ...[400, 401, 404, 409, 500, 503].map((status): Exchange<WooApi> => ({
      name: `a refusal with ${status}`,
      status,
      answer: {
        code: 'x_y',
        message: 'Invalid <b>parameter</b>.',
        data: { status, params: { a: 'a is wrong' }, resource_id: 9 },
      },
      ask: (woo) => woo.get('orders/7'),
    })),
  ];
  let shop: ShopServer;
  beforeAll(async () => {
    shop = await startShopServer();
  });
  afterAll(() => shop.close());

  test(
    'are read, or refused with a sentence',
    async () => {
      await fc.assert(
        fc.asyncProperty(spoiledAnswers(exchanges), async (drawn) => {
          const { woo } = connect(shop.url, { retries: 1 });
          shop.seen.length = 0;
          shop.answers = [{ status: drawn.exchange.status ?? 200, body: textOf(drawn) }];
          await expectReadable(drawn.exchange.ask(woo));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});
