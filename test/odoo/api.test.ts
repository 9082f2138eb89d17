/** What `OdooApi` adds to a protocol: retries, chunks, pacing, external ids. */
import { FatalError, RetryableError, SkippableError } from '../../src/core/errors';
import { connectJson2, json2Error } from './fake-odoo';
import type { Answer, FakeOdoo } from './fake-odoo';

describe('the Odoo API', () => {
  let fake: FakeOdoo | undefined;

  afterEach(() => fake?.close());

  async function open(...args: Parameters<typeof connectJson2>) {
    const opened = await connectJson2(...args);
    fake = opened.fake;
    return opened;
  }

  async function failureOf(attempt: Promise<unknown>): Promise<RetryableError> {
    const error: unknown = await attempt.then(
      () => new Error('no failure'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RetryableError);
    return error as RetryableError;
  }

  describe('when no answer comes', () => {
    it.each(['reset', 'half', 'silence'] as const)('asks again for what it reads (%s)', async (failure) => {
      const { odoo, fake: server } = await open(
        (_, index) => (index === 0 ? { failure, body: [] } : { body: [{ id: 1 }] }),
        { timeoutMs: 300 },
      );
      expect(await odoo.searchRead('res.partner', [], ['id'])).toEqual([{ id: 1 }]);
      expect(server.asked).toHaveLength(2);
    });

    it.each(['reset', 'half', 'silence'] as const)(
      'does not repeat a write: it may be done (%s)',
      async (failure) => {
        const { odoo, fake: server } = await open(
          ({ path }) => (path.endsWith('search_count') ? { body: 0 } : { failure, body: true }),
          { timeoutMs: 300 },
        );
        const attempts = [
          () => odoo.write('res.partner', [1], { name: 'x' }),
          () => odoo.load('res.partner', ['id'], [[['m.a']], [['m.b']]]),
          () => odoo.act('sale.order', 'action_confirm', [1, 2]),
          () => odoo.call('res.partner', 'unheard_of', [1]),
        ];
        for (const [index, attempt] of attempts.entries()) {
          expect((await failureOf(attempt())).ambiguous).toBe(true);
          expect(server.asked).toHaveLength(2 * index + 1);
          // A look-up, as the core makes one: the server answers.
          await odoo.searchCount('res.partner', []);
        }
      },
    );

    it('says how long it waited', async () => {
      const { odoo } = await open(() => ({ failure: 'silence' }), { timeoutMs: 200, retries: 0 });
      const error = await failureOf(odoo.searchCount('res.partner', []));
      expect(error.message).toMatch(/res\.partner\.search_count: Odoo at .* did not answer within 0\.2 s/);
      expect(error.ambiguous).toBe(false);
    });

    it('knows that a refused connection did nothing', async () => {
      const { odoo, fake: server } = await open(() => ({ body: true }));
      await server.close();
      expect((await failureOf(odoo.write('res.partner', [1], { name: 'x' }))).ambiguous).toBe(false);
      fake = undefined;
    });
  });

  describe('when the server is busy', () => {
    it('waits as long as a 429 asks for, a minute at most, and sends a write again', async () => {
      const waits: number[] = [];
      const headers: Record<string, string>[] = [{ 'Retry-After': '7' }, { 'Retry-After': '3600' }, {}];
      const { odoo } = await open(
        (_, index) => (index < 3 ? { status: 429, headers: headers[index] ?? {} } : { body: true }),
        {
          random: () => 0,
          sleep: (ms) => {
            waits.push(ms);
            return Promise.resolve();
          },
        },
      );
      await odoo.write('res.partner', [1], { name: 'x' });
      expect(waits).toEqual([7_000, 60_000, 0]);
    });

    it.each([502, 503, 504])(
      'reads again after %i, but does not repeat a write that may have passed',
      async (status) => {
        const { odoo, fake: server } = await open((_, index) =>
          index === 0 || index > 1 ? { status, body: '<html></html>' } : { body: 4 },
        );
        expect(await odoo.searchCount('res.partner', [])).toBe(4);
        expect(server.asked).toHaveLength(2);
        expect((await failureOf(odoo.write('res.partner', [1], {}))).ambiguous).toBe(true);
        expect(server.asked).toHaveLength(3);
      },
    );

    it('sends a write again after a 503 that says when', async () => {
      const { odoo, fake: server } = await open((_, index) =>
        index === 0 ? { status: 503, headers: { 'Retry-After': '1' } } : { body: true },
      );
      await odoo.write('res.partner', [1], { name: 'x' });
      expect(server.asked).toHaveLength(2);
    });

    it('waits longer and longer, with full jitter', async () => {
      const waits: number[] = [];
      const { odoo } = await open(() => ({ status: 502 }), {
        retries: 8,
        random: () => 0.5,
        sleep: (ms) => {
          waits.push(ms);
          return Promise.resolve();
        },
      });
      await failureOf(odoo.searchCount('res.partner', []));
      expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    });

    it('has no more requests under way than it may', async () => {
      const { odoo, fake: server } = await open(() => ({ body: 1, delayMs: 10 }), { concurrency: 3 });
      await Promise.all(Array.from({ length: 9 }, () => odoo.searchCount('res.partner', [])));
      expect(server.asked).toHaveLength(9);
      expect(server.mostAtOnce).toBe(3);
    });

    it('keeps its distance between two requests', async () => {
      let nowMs = 0;
      const waits: number[] = [];
      const { odoo } = await open(() => ({ body: 1 }), {
        minIntervalMs: 1_000,
        concurrency: 1,
        clock: { now: () => new Date(nowMs) },
        sleep: (ms) => {
          waits.push(ms);
          nowMs += ms;
          return Promise.resolve();
        },
      });
      await odoo.searchCount('res.partner', []);
      nowMs += 400;
      await odoo.searchCount('res.partner', []);
      expect(waits.at(-1)).toBe(600);
    });
  });

  describe('reading', () => {
    it('reads long lists in chunks, each id once, in order', async () => {
      const { odoo, fake: server } = await open(
        ({ body }) => ({ body: (body['ids'] as number[]).map((id) => ({ id })) }),
        {
          readChunkSize: 2,
        },
      );
      const rows = await odoo.read('res.partner', [5, 3, 5, 9, 1], ['id']);
      expect(rows.map(({ id }) => id)).toEqual([5, 3, 9, 1]);
      expect(server.asked).toHaveLength(2);
      expect(await odoo.read('res.partner', [], ['id'])).toEqual([]);
      expect(server.asked).toHaveLength(2);
    });

    it('writes nothing to no records', async () => {
      const { odoo, fake: server } = await open(() => ({ body: true }));
      await odoo.write('res.partner', [], { name: 'x' });
      expect(server.asked).toHaveLength(0);
    });

    it('does not take something else for records', async () => {
      const { odoo } = await open(() => ({ body: [{ name: 'no id' }] }));
      await expect(odoo.searchRead('res.partner', [], ['name'])).rejects.toThrow(FatalError);
    });

    it('asks for the fields of a model once, and again when that failed', async () => {
      const { odoo, fake: server } = await open((_, index) =>
        index === 0
          ? json2Error(404, 'werkzeug.exceptions.NotFound', "the model 'x' does not exist")
          : { body: { name: { type: 'char', required: true, help: 'x' } } },
      );
      await expect(odoo.fields('x')).rejects.toThrow("the model 'x' does not exist");
      const [first, second] = await Promise.all([odoo.fields('x'), odoo.fields('x')]);
      expect(first.get('name')).toEqual({ type: 'char', required: true });
      expect(second).toBe(first);
      expect(server.asked).toHaveLength(2);
    });
  });

  describe('loading', () => {
    it('sends batches, and asks again for the whole batch after a conflict that load tells in a message', async () => {
      const conflict = {
        ids: false,
        messages: [
          { type: 'error', message: 'could not serialize access due to concurrent update\n', record: 0 },
        ],
      };
      const { odoo, fake: server } = await open(
        ({ body }, index) => ({
          body:
            index === 0
              ? conflict
              : { ids: (body['data'] as unknown[]).map((_, row) => row + 1), messages: [] },
        }),
        { loadBatchSize: 2 },
      );
      const outcomes = await odoo.load('res.partner', ['id'], [[['m.a']], [['m.b']], [['m.c']]]);
      expect(outcomes).toEqual([1, 2, 1].map((id) => ({ ok: true, id })));
      expect(server.asked).toHaveLength(3);
      expect(server.asked[0]?.body).toBe(server.asked[1]?.body);
    });

    it('gives up on a conflict that does not end: nothing was written', async () => {
      const { odoo } = await open(() => ({
        body: { ids: false, messages: [{ type: 'error', message: 'could not serialize access', record: 0 }] },
      }));
      expect((await failureOf(odoo.load('res.partner', ['id'], [[['m.a']]]))).ambiguous).toBe(false);
    });

    it('halves a batch that is too large for the server, and refuses the record that is too large alone', async () => {
      const { odoo } = await open(({ body }): Answer => {
        const rows = body['data'] as string[][];
        return rows.length > 2 || rows.some(([, text]) => text === 'huge')
          ? { status: 413, body: '<html><head><title>413 Request Entity Too Large</title></head></html>' }
          : { body: { ids: rows.map(([id]) => Number(id)), messages: [] } };
      });
      const records = ['1', '2', '3', '4', '5'].map((id) => [[id, id === '4' ? 'huge' : 'x']]);
      const outcomes = await odoo.load('res.partner', ['.id', 'image_1920'], records);
      expect(outcomes.map((outcome) => (outcome.ok ? outcome.id : outcome.message))).toEqual([
        1,
        2,
        3,
        'the request is larger than the server allows (HTTP 413)',
        5,
      ]);
    });

    it('looks for archived records too when it updates by database id', async () => {
      const { odoo, fake: server } = await open(() => ({ body: { ids: [1], messages: [] } }));
      await odoo.load('res.partner', ['.id'], [[['1']]]);
      await odoo.load('res.partner', ['id'], [[['m.a']]]);
      await odoo.load('res.partner', ['.id'], [[['1']]], { active_test: true });
      const contexts = server.asked.map(({ body }) => (JSON.parse(body) as { context: unknown }).context);
      const base = { lang: 'en_US', tz: 'UTC' };
      expect(contexts).toEqual([{ ...base, active_test: false }, base, { ...base, active_test: true }]);
    });
  });

  describe('external ids', () => {
    it('come in bulk, all of each record, where the server gives them so', async () => {
      const { odoo, fake: server } = await open(
        ({ body }) => ({
          body: (body['ids'] as number[]).map((id) => ({
            id,
            xmlid: `m.a${id}`,
            xmlids: [
              { xmlid: `m.a${id}`, noupdate: false },
              { xmlid: `m.b${id}`, noupdate: false },
            ],
          })),
        }),
        { readChunkSize: 2 },
      );
      expect(await odoo.externalIds('res.partner', [1, 2, 3])).toEqual(
        new Map([1, 2, 3].map((id) => [id, [`m.a${id}`, `m.b${id}`]])),
      );
      expect(server.asked).toHaveLength(2);
    });

    it('come from ir.model.data where the metadata give one for one record only, as in 14', async () => {
      const { odoo } = await open(({ path }) =>
        path.endsWith('get_metadata')
          ? {
              body: [
                { id: 1, xmlid: 'm.a' },
                { id: 2, xmlid: false },
                { id: 3, xmlid: false },
              ],
            }
          : {
              body: [
                { id: 9, res_id: 1, complete_name: 'm.a' },
                { id: 8, res_id: 2, complete_name: 'm.b' },
                { id: 7, res_id: 1, complete_name: 'm.c' },
              ],
            },
      );
      expect(await odoo.externalIds('res.partner', [1, 2, 3])).toEqual(
        new Map([
          [1, ['m.a', 'm.c']],
          [2, ['m.b']],
          [3, []],
        ]),
      );
    });

    it('come one by one where neither is allowed', async () => {
      const { odoo } = await open(({ path, body }) => {
        if (!path.endsWith('get_metadata')) {
          return json2Error(403, 'odoo.exceptions.AccessError', 'no');
        }
        const ids = body['ids'] as number[];
        return {
          body: ids.map((id, index) => ({ id, xmlid: index === 0 && id !== 3 ? `m.a${id}` : false })),
        };
      });
      expect(await odoo.externalIds('res.partner', [1, 2, 3])).toEqual(
        new Map([
          [1, ['m.a1']],
          [2, ['m.a2']],
          [3, []],
        ]),
      );
    });

    it('lead to their record, split at the first dot, archived or not', async () => {
      const { odoo, fake: server } = await open(() => ({ body: ['res.partner', 12] }));
      expect(await odoo.findExternalId('mod.a.b')).toBe(12);
      expect(JSON.parse(server.asked[0]!.body)).toEqual({
        module: 'mod',
        xml_id: 'a.b',
        context: { lang: 'en_US', tz: 'UTC', active_test: false },
      });
    });

    it('lead to nothing when there is no such one, and are refused when the record may not be read', async () => {
      const { odoo } = await open((_, index) =>
        index === 0
          ? json2Error(500, 'builtins.ValueError', 'External ID not found in the system: m.none')
          : { body: ['res.partner', false] },
      );
      expect(await odoo.findExternalId('m.none')).toBeUndefined();
      await expect(odoo.findExternalId('m.hidden')).rejects.toThrow(SkippableError);
      await expect(odoo.findExternalId('nodot')).rejects.toThrow(RangeError);
    });

    it('do not hide another error behind "not found"', async () => {
      const { odoo } = await open(() => json2Error(500, 'builtins.ValueError', 'something else is wrong'));
      await expect(odoo.findExternalId('m.a')).rejects.toThrow('something else is wrong');
    });
  });

  describe("the server's time", () => {
    it('is that of its last answer, asked for again when that is old', async () => {
      let nowMs = 0;
      const dates = ['Mon, 02 Mar 2026 10:00:00 GMT', 'Mon, 02 Mar 2026 11:00:00 GMT'];
      const { odoo, fake: server } = await open(
        (_, index) => ({ body: index === 0 ? 1 : {}, headers: { Date: dates[index] ?? '' } }),
        { clock: { now: () => new Date(nowMs) } },
      );
      await odoo.searchCount('res.partner', []);
      expect(await odoo.serverTime()).toEqual(new Date('2026-03-02T10:00:00Z'));
      expect(server.asked).toHaveLength(1);
      nowMs += 60_000;
      expect(await odoo.serverTime()).toEqual(new Date('2026-03-02T11:00:00Z'));
      expect(server.asked).toHaveLength(2);
    });
  });

  it('counts every request, repeated ones too', async () => {
    const { odoo, fake: server } = await open((_, index) => (index < 2 ? { status: 503 } : { body: 1 }));
    const before = odoo.requests;
    await odoo.searchCount('res.partner', []);
    expect(odoo.requests - before).toBe(3);
    expect(server.asked).toHaveLength(3);
  });
});
