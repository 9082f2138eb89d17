import fc from 'fast-check';
import { FatalError } from '../../src/core/errors';
import type { LoadRecord } from '../../src/core/ports';
import { OdooRefusal, TransientError } from '../../src/odoo/errors';
import { loadRecords, readLoadResult } from '../../src/odoo/load';
import { partsOf } from './parts';

type Result = ReturnType<typeof readLoadResult>;
/** How the server says that a record is bad. */
type Manner = 'named' | 'unnamed' | 'fault';

const COLUMNS = ['id', 'name', 'lines/id'];

function record(id: string, lines = 1): LoadRecord {
  return Array.from({ length: lines }, (_, line) => [
    line === 0 ? id : '',
    line === 0 ? id : '',
    `${id}_${line}`,
  ]);
}

/**
 * Loads as Odoo does (observed on 14 and 19): all or nothing, messages name
 * records and rows, and after ten errors it stops with a warning that names none.
 */
class LoadingServer {
  readonly created = new Map<string, number>();
  readonly calls: string[][] = [];

  constructor(
    private readonly bad: ReadonlySet<string>,
    private readonly manner: Manner,
  ) {}

  send = (rows: LoadRecord): Promise<Result> => {
    const starts = rows.flatMap((row, index) => (row[0] === '' ? [] : [index]));
    const ids = starts.map((start) => rows[start]?.[0] ?? '');
    this.calls.push(ids);
    const wrong = ids.flatMap((id, index) => (this.bad.has(id) ? [index] : []));
    if (wrong.length === 0) {
      return Promise.resolve({ ids: ids.map((id) => this.create(id)), messages: [] });
    }
    if (this.manner === 'fault') {
      return Promise.reject(new OdooRefusal('a whole call refused', 'builtins.ValueError'));
    }
    const messages = wrong.slice(0, 10).map((index) => ({
      type: 'error',
      message: `${ids[index] ?? ''} is bad`,
      ...(this.manner === 'unnamed'
        ? {}
        : { record: index, rows: { from: starts[index] ?? 0, to: (starts[index + 1] ?? rows.length) - 1 } }),
    }));
    const stop = {
      type: 'warning',
      message: 'Found more than 10 errors and more than one error per 10 records',
    };
    return Promise.resolve({ ids: false, messages: wrong.length > 10 ? [...messages, stop] : messages });
  };

  private create(id: string): number {
    expect(this.created.has(id)).toBe(false);
    this.created.set(id, this.created.size + 1);
    return this.created.size;
  }
}

describe('loading records', () => {
  it('refuses exactly the bad ones, loads each good one once, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ isBad: fc.boolean(), lines: fc.integer({ min: 1, max: 3 }) }), {
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 25 }),
        fc.constantFrom<Manner>('named', 'unnamed', 'fault'),
        async (items, batchSize, manner) => {
          const bad = new Set(items.flatMap(({ isBad }, index) => (isBad ? [`r${index}`] : [])));
          const server = new LoadingServer(bad, manner);
          const records = items.map(({ lines }, index) => record(`r${index}`, lines));
          const outcomes = await loadRecords(COLUMNS, records, partsOf(batchSize), server.send);
          expect(outcomes).toHaveLength(items.length);
          outcomes.forEach((outcome, index) => {
            const id = server.created.get(`r${index}`);
            expect(outcome).toEqual(
              bad.has(`r${index}`) ? { ok: false, message: expect.any(String) as string } : { ok: true, id },
            );
          });
          expect(server.calls.every((ids) => ids.length > 0 && ids.length <= batchSize)).toBe(true);
        },
      ),
    );
  });

  it('needs two calls for one bad record among a hundred', async () => {
    const server = new LoadingServer(new Set(['r50']), 'named');
    const records = Array.from({ length: 100 }, (_, index) => record(`r${index}`, 3));
    const outcomes = await loadRecords(COLUMNS, records, partsOf(100), server.send);
    expect(server.calls.map((ids) => ids.length)).toEqual([100, 99]);
    expect(outcomes[50]).toEqual({ ok: false, message: 'r50 is bad' });
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(99);
  });

  it('sends nothing for no records', async () => {
    const server = new LoadingServer(new Set(), 'named');
    expect(await loadRecords(COLUMNS, [], partsOf(10), server.send)).toEqual([]);
    expect(server.calls).toEqual([]);
  });

  it('never sends one id twice, in any batch', async () => {
    const server = new LoadingServer(new Set(), 'named');
    const outcomes = await loadRecords(
      COLUMNS,
      [record('a'), record('b'), record('a')],
      partsOf(1),
      server.send,
    );
    expect(server.calls).toEqual([['a'], ['b']]);
    expect(outcomes[2]).toEqual({ ok: false, message: 'the id a occurs more than once in one load' });
  });

  it('joins the messages of one record and finds it by its record number where rows are missing', async () => {
    const messages = [
      { type: 'error', message: 'first', record: 1 },
      { type: 'error', message: "'second thing'", record: 1, rows: { from: 2, to: 2 } },
      { type: 'error', message: 'first', record: 1 },
      { type: 'warning', message: 'not an error', record: 0 },
    ];
    let calls = 0;
    const outcomes = await loadRecords(COLUMNS, [record('a', 2), record('b')], partsOf(10), () => {
      calls += 1;
      return Promise.resolve(calls === 1 ? { ids: false, messages } : { ids: [5] });
    });
    expect(outcomes).toEqual([
      { ok: true, id: 5 },
      { ok: false, message: 'first; second thing' },
    ]);
  });

  it('does not blame the first record for what Odoo 19 says of the batch as a whole', async () => {
    // Observed: the failure of the whole batch comes first, under the name of its first record.
    const calls: string[][] = [];
    const outcomes = await loadRecords(
      COLUMNS,
      [record('a'), record('b'), record('c')],
      partsOf(10),
      (rows) => {
        calls.push(rows.map(([id]) => id ?? ''));
        return Promise.resolve(
          calls.length === 1
            ? {
                ids: false as const,
                messages: [
                  {
                    type: 'error',
                    message: 'the VAT number of c is wrong',
                    record: 0,
                    rows: { from: 0, to: 0 },
                  },
                  {
                    type: 'error',
                    message: 'the VAT number of c is wrong',
                    record: 2,
                    rows: { from: 2, to: 2 },
                  },
                ],
              }
            : { ids: [7, 8] },
        );
      },
    );
    expect(calls).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ]);
    expect(outcomes).toEqual([
      { ok: true, id: 7 },
      { ok: true, id: 8 },
      { ok: false, message: 'the VAT number of c is wrong' },
    ]);
  });

  it('lets an error that is no refusal pass', async () => {
    const failure = new FatalError('stop');
    await expect(
      loadRecords(COLUMNS, [record('a')], partsOf(10), () => Promise.reject(failure)),
    ).rejects.toBe(failure);
  });

  it('stops when Odoo made another number of records than it was given', async () => {
    const send = (): Promise<Result> => Promise.resolve({ ids: [1] });
    await expect(loadRecords(COLUMNS, [record('a'), record('b')], partsOf(10), send)).rejects.toThrow(
      FatalError,
    );
  });

  it.each([
    ['no id column', ['name'], [[['x']]]],
    ['both id columns: Odoo would make a new record', ['id', '.id'], [[['a', '1']]]],
    ['a record without id: it would melt into the one before', ['id', 'name'], [[['', 'x']]]],
    [
      'a second id inside a record',
      ['id', 'name'],
      [
        [
          ['a', 'x'],
          ['b', 'y'],
        ],
      ],
    ],
    ['a record without rows', ['id', 'name'], [[]]],
    ['a row that is too short', ['id', 'name'], [[['a']]]],
  ])('does not send %s', async (_what, columns, records) => {
    const send = jest.fn();
    await expect(loadRecords(columns, records, partsOf(10), send)).rejects.toThrow(RangeError);
    expect(send).not.toHaveBeenCalled();
  });
});

describe('the answer of load', () => {
  it.each([
    'could not serialize access due to concurrent update\n',
    'duplicate key value violates unique constraint "ir_model_data_module_name_uniq_index"\nDETAIL:  Key …',
  ])('that tells of a conflict (%s) may be asked for again', (message) => {
    const answer = {
      ids: false,
      messages: [{ type: 'error', message, record: 0, rows: { from: 0, to: 0 } }],
    };
    expect(() => readLoadResult(answer)).toThrow(TransientError);
    try {
      readLoadResult(answer);
    } catch (error) {
      expect((error as TransientError).notExecuted).toBe(true);
    }
  });

  it('counts what was written, whatever the messages say', () => {
    const messages = [{ type: 'warning', message: 'could not serialize access' }];
    expect(readLoadResult({ ids: [1], messages, nextrow: 0 })).toMatchObject({ ids: [1] });
  });

  it.each([[null], [[]], [{ messages: [] }], [{ ids: ['1'] }]])('is not %p', (answer) => {
    expect(() => readLoadResult(answer)).toThrow(FatalError);
  });
});
