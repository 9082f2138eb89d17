/** What the Odoo adapter does when calls are too much, a server is out, or a run is asked to stop. */
import { FatalError, RetryableError } from '../../src/core/errors';
import { connectJson2, json2Error, type Answer, type FakeOdoo } from './fake-odoo';

let fake: FakeOdoo | undefined;

afterEach(() => fake?.close());

async function open(...args: Parameters<typeof connectJson2>) {
  const opened = await connectJson2(...args);
  fake = opened.fake;
  return opened;
}

type Call = Parameters<Parameters<typeof connectJson2>[0]>[0];

async function failureOf(attempt: Promise<unknown>): Promise<RetryableError> {
  const error: unknown = await attempt.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RetryableError);
  return error as RetryableError;
}

const isPing = ({ path }: Call): boolean => path.endsWith('/context_get');
const idsOf = ({ body }: Call): number[] => (body['ids'] as number[] | undefined) ?? [];
const rowsOf = ({ body }: Call): string[][] => (body['data'] as string[][] | undefined) ?? [];
const loaded = (call: Call): Answer => ({
  body: { ids: rowsOf(call).map(([id]) => Number(id)), messages: [] },
});
const records = (count: number): string[][][] =>
  Array.from({ length: count }, (_, index) => [[String(index + 1), 'x']]);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const sizes = (server: FakeOdoo, member: 'data' | 'ids'): number[] =>
  server.asked.flatMap(({ body }) => {
    const list = (JSON.parse(body) as Record<string, unknown[] | undefined>)[member];
    return list === undefined ? [] : [list.length];
  });

const TOO_LARGE: Answer = { status: 413, body: '<html><title>413</title></html>' };
const BLOCKED: Answer = {
  status: 403,
  headers: { 'Content-Type': 'text/html', 'cf-ray': '8f1c2d3e-CDG' },
  body: '<html><head><title>Attention Required! | Cloudflare</title></head></html>',
};

describe('a load', () => {
  it('that is too large goes in halves at once, and the next ones begin smaller', async () => {
    const { odoo, fake: server } = await open(
      (call) => (rowsOf(call).length > 30 ? TOO_LARGE : loaded(call)),
      {
        loadBatchSize: 100,
      },
    );
    const outcomes = await odoo.load('res.partner', ['.id', 'name'], records(100));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(sizes(server, 'data')).toEqual([100, 50, 25, 25, 50, 25, 25]);
    server.asked.length = 0;
    await odoo.load('res.partner', ['.id', 'name'], records(60));
    expect(sizes(server, 'data')).toEqual([25, 25, 10]);
    server.asked.length = 0;
    await odoo.load('sale.order', ['.id', 'name'], records(30));
    expect(sizes(server, 'data')).toEqual([30]);
  });

  it('without an answer is not repeated, and the second try of the core is half as large', async () => {
    const { odoo, fake: server } = await open(
      (call, index) => (index === 0 ? { failure: 'silence' } : loaded(call)),
      { timeoutMs: 200 },
    );
    expect((await failureOf(odoo.load('res.partner', ['.id', 'name'], records(100)))).ambiguous).toBe(true);
    expect(sizes(server, 'data')).toEqual([100]);
    await odoo.load('res.partner', ['.id', 'name'], records(100));
    expect(sizes(server, 'data')).toEqual([100, 50, 50]);
  });

  it('that ends after a part of it was written says that it may have taken effect', async () => {
    const { odoo } = await open((call, index) => (index === 0 ? loaded(call) : { status: 429 }), {
      loadBatchSize: 2,
      retries: 1,
    });
    const error = await failureOf(odoo.load('res.partner', ['.id', 'name'], records(4)));
    expect(error.ambiguous).toBe(true);
    expect(error.message).toContain('earlier parts were written');
  });

  it('grows again after some successes', async () => {
    const { odoo, fake: server } = await open((call, index) => (index === 0 ? TOO_LARGE : loaded(call)), {
      loadBatchSize: 8,
    });
    await odoo.load('res.partner', ['.id', 'name'], records(50));
    expect(sizes(server, 'data')).toEqual([8, 4, 4, 4, 4, 6, 6, 6, 6, 8, 2]);
  });

  it('with a record that a firewall dislikes refuses that one, with the Ray id', async () => {
    const { odoo } = await open((call) => {
      if (isPing(call)) {
        return { body: {} };
      }
      return rowsOf(call).some(([id]) => id === '3') ? BLOCKED : loaded(call);
    });
    const outcomes = await odoo.load('res.partner', ['.id', 'name'], records(8));
    expect(outcomes.flatMap(({ ok }, index) => (ok ? [] : [index + 1]))).toEqual([3]);
    expect(outcomes[2]).toMatchObject({
      message: expect.stringContaining('a firewall (Cloudflare, Ray 8f1c2d3e-CDG) answered') as string,
    });
  });

  it('stops the run where a firewall answers everything, or every load', async () => {
    const all = await open(() => BLOCKED);
    await expect(all.odoo.load('res.partner', ['.id', 'name'], records(8))).rejects.toThrow(FatalError);
    expect(all.fake.asked).toHaveLength(2);
    await all.fake.close();
    const loads = await open((call) => (isPing(call) ? { body: {} } : BLOCKED));
    await expect(loads.odoo.load('res.partner', ['.id', 'name'], records(100))).rejects.toThrow(FatalError);
    expect(loads.fake.asked.length).toBeLessThan(100);
  });
});

describe('a captcha in place of an answer', () => {
  it('is named, with the Ray id', async () => {
    const { odoo } = await open(
      () => ({
        headers: { 'cf-mitigated': 'challenge', 'cf-ray': '8f1c2d3e-CDG' },
        body: '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>',
      }),
      { retries: 0 },
    );
    expect((await failureOf(odoo.searchCount('res.partner', []))).message).toContain(
      'HTML (a firewall: Cloudflare, Ray 8f1c2d3e-CDG) instead of JSON ("Just a moment...")',
    );
  });
});

describe('an action', () => {
  it('goes to fewer records after it was too large or got no answer', async () => {
    const { odoo, fake: server } = await open(
      (_call, index) => (index === 0 ? { failure: 'reset' } : { body: true }),
      { loadBatchSize: 50 },
    );
    expect((await failureOf(odoo.act('sale.order', 'action_confirm', range(50)))).ambiguous).toBe(true);
    await odoo.act('sale.order', 'action_confirm', range(50));
    await odoo.act('sale.order', 'action_cancel', range(50));
    expect(sizes(server, 'ids')).toEqual([50, 25, 25, 50]);
  });
});

describe('a read', () => {
  const read = (call: Call): Answer => ({ body: idsOf(call).map((id) => ({ id, name: 'x' })) });

  it('that takes too long is made in halves at once, and the next one in smaller parts', async () => {
    const { odoo, fake: server } = await open(
      (call) => {
        if (isPing(call)) {
          return { body: {} };
        }
        return idsOf(call).length > 100 ? { failure: 'silence' } : read(call);
      },
      { timeoutMs: 200 },
    );
    const rows = await odoo.read('res.partner', range(300), ['name']);
    expect(rows.map(({ id }) => id)).toEqual(range(300));
    expect(sizes(server, 'ids')).toEqual([300, 150, 75, 75, 150, 75, 75]);
    server.asked.length = 0;
    await odoo.read('res.partner', range(100), ['name']);
    expect(sizes(server, 'ids')).toEqual([75, 25]);
  });

  it('of a server that is out ends after the light call, and is not cut into ever smaller ones', async () => {
    const { odoo, fake: server } = await open(() => ({ status: 502 }), { retries: 4 });
    await failureOf(odoo.read('res.partner', range(300), ['name']));
    expect(server.asked).toHaveLength(2 + 5);
  });

  it('always asks for a stored field: for the id alone Odoo 19 names records that are gone', async () => {
    const { odoo, fake: server } = await open(() => ({ body: [{ id: 1, create_date: 'x' }] }));
    await odoo.read('res.partner', [1, 2], ['id']);
    expect((JSON.parse(server.asked[0]!.body) as { fields: string[] }).fields).toEqual(['id', 'create_date']);
  });

  const SENTENCE =
    "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, doesn't have 'read' access to:\n- Sales Order (sale.order)";
  const denied = json2Error(403, 'odoo.exceptions.AccessError', SENTENCE);

  /** An Odoo with a record rule that hides some records; those above 100 are gone. */
  function hiding(hidden: readonly number[]): (call: Call) => Answer {
    return (call) => {
      if (call.path.endsWith('/search')) {
        const [[, , ids]] = call.body['domain'] as [[string, string, number[]]];
        return { body: ids.filter((id) => !hidden.includes(id) && id <= 100) };
      }
      const ids = idsOf(call);
      return ids.some((id) => hidden.includes(id))
        ? denied
        : { body: ids.filter((id) => id <= 100).map((id) => ({ id })) };
    };
  }

  it('leaves out a record that a rule hides, with two calls more', async () => {
    const { odoo, fake: server } = await open(hiding([3, 7]));
    const rows = await odoo.read('sale.order', [9, 3, 7, 1, 101], ['name']);
    expect(rows.map(({ id }) => id)).toEqual([9, 1]);
    expect(server.asked).toHaveLength(3);
    const search = JSON.parse(server.asked[1]!.body) as { context: unknown };
    expect(search.context).toMatchObject({ active_test: false });
  });

  it('tells hidden records from those that are gone', async () => {
    const { odoo } = await open(hiding([3, 7]));
    const hidden = await odoo.findHidden('sale.order', [3, 7, 101, 102]);
    expect([...hidden.keys()]).toEqual([3, 7]);
    expect(hidden.get(3)).toMatch(/^Uh-oh! .* top-secret records\. Sorry, .* \(sale\.order\)$/);
    expect(await odoo.findHidden('sale.order', [])).toEqual(new Map());
  });

  it('stops the run where the right on the model or on a field is missing', async () => {
    const model = await open(() => denied);
    await expect(model.odoo.read('sale.order', [1, 2], ['name'])).rejects.toThrow(FatalError);
    await model.fake.close();
    const field = await open(({ path }) => (path.endsWith('/search') ? { body: [1, 2] } : denied));
    await expect(field.odoo.read('sale.order', [1, 2], ['name'])).rejects.toThrow(FatalError);
    expect(field.fake.asked).toHaveLength(2);
  });
});

describe('a server that is out', () => {
  it('is not asked any more after three calls in a row, for a minute', async () => {
    let nowMs = Date.now();
    let isOut = true;
    const { odoo, fake: server } = await open(() => (isOut ? { status: 502 } : { body: 4 }), {
      retries: 1,
      clock: { now: () => new Date(nowMs) },
    });
    for (let call = 0; call < 3; call += 1) {
      await failureOf(odoo.searchCount('res.partner', []));
    }
    expect(server.asked).toHaveLength(6);
    nowMs += 30_000;
    const refused = await failureOf(odoo.write('res.partner', [1], { name: 'x' }));
    expect(refused.message).toBe(
      `Odoo at ${server.url} did not answer 3 calls in a row; not asked again for 30 s`,
    );
    expect(refused.ambiguous).toBe(false);
    expect(server.asked).toHaveLength(6);
    nowMs += 30_000;
    isOut = false;
    expect(await odoo.searchCount('res.partner', [])).toBe(4);
    expect(await odoo.searchCount('res.partner', [])).toBe(4);
  });

  it.each([
    ['refuses', json2Error(422, 'odoo.exceptions.UserError', 'No.')],
    ['has no right to give', json2Error(403, 'odoo.exceptions.AccessError', 'No.')],
    [
      'is in conflict with itself',
      json2Error(500, 'psycopg2.errors.SerializationFailure', 'could not serialize access'),
    ],
  ])('is not one that %s', async (_what, answer) => {
    const { odoo, fake: server } = await open(() => answer, { retries: 0 });
    for (let call = 0; call < 6; call += 1) {
      await expect(odoo.searchCount('res.partner', [])).rejects.toThrow();
    }
    expect(server.asked).toHaveLength(6);
  });
});

describe('a run that is asked to stop', () => {
  it('does not wait for another try, ends a wait under way, and lets other calls be made', async () => {
    const controller = new AbortController();
    const waits: number[] = [];
    const { odoo, fake: server } = await open((_call, index) => (index < 1 ? { status: 502 } : { body: 4 }), {
      signal: controller.signal,
      sleep: (ms) => {
        waits.push(ms);
        controller.abort();
        return Promise.reject(new Error('aborted'));
      },
    });
    const error = await failureOf(odoo.searchCount('res.partner', []));
    expect(error.message).toContain('not tried again: stopped on request');
    expect([server.asked.length, waits.length]).toEqual([1, 1]);
    expect(await odoo.searchCount('res.partner', [])).toBe(4);
  });
});
