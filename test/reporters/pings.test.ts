/** Pings against an endpoint on loopback. */
import { FatalError, LockHeldError } from '../../src/core/errors';
import type { RunEvent } from '../../src/core/events';
import { Secret } from '../../src/lib/secret';
import { createPings } from '../../src/reporters/pings';
import { SINK_MANNERS, startHttpSink, type HttpSink, type SinkAnswer } from '../support/http-sink';
import { flowOf, summaryOf } from './samples';

const started: RunEvent = { type: 'run-started', runId: 'r1', store: 'shop', dryRun: false };

let sink: HttpSink;
afterEach(() => sink.close());

async function run(
  events: readonly RunEvent[],
  {
    answer = SINK_MANNERS.good,
    path = '/uuid',
    timeoutMs = 2_000,
    closeMs = 4_000,
  }: Partial<{
    answer: SinkAnswer;
    path: string;
    timeoutMs: number;
    closeMs: number;
  }> = {},
): Promise<string[]> {
  const said: string[] = [];
  sink = await startHttpSink(answer);
  const pings = createPings({
    url: new Secret(sink.url + path),
    userAgent: 'wcodoo/test',
    timeoutMs,
    closeMs,
    warn: (message) => said.push(message),
  });
  events.forEach((event) => {
    pings.handle(event);
  });
  await pings.close();
  return said;
}

function paths(): string[] {
  return sink.requests.map(({ path }) => path);
}

test('a good run pings its start, then its success with figures', async () => {
  const flows = [flowOf({ read: 3, created: 2, skipped: 1 })];
  expect(await run([started, { type: 'run-finished', summary: summaryOf({ flows }) }])).toEqual([]);
  expect(paths()).toEqual(['/uuid/start', '/uuid']);
  expect(sink.requests[1]?.body).toBe(
    'store shop, run r1: done, exit 0, 0 s\n' +
      'orders: done, read 3, created 2, updated 0, linked 0, skipped 1, conflicts 0, failed 0\n' +
      'owed 0, in quarantine 0',
  );
});

test('a run that ends badly pings its exit code, and says nothing of why', async () => {
  await run([started, { type: 'run-finished', summary: summaryOf({ exitCode: 4, status: 'stopped' }) }], {
    path: '/ping/uuid/?create=1',
  });
  expect(paths()).toEqual(['/ping/uuid/start?create=1', '/ping/uuid/4?create=1']);
  await sink.close();
  const error = new FatalError('jean@exemple.fr');
  await run([{ type: 'run-failed', runId: undefined, store: 'shop', dryRun: false, error, exitCode: 3 }]);
  expect(sink.requests).toMatchObject([
    { path: '/uuid/3', body: 'store shop, run not begun: failed, exit 3' },
  ]);
});

test('a dry run, and one that another kept out, ping nobody', async () => {
  await run([
    { ...started, dryRun: true },
    { type: 'run-finished', summary: summaryOf({ dryRun: true }) },
    {
      type: 'run-failed',
      runId: undefined,
      store: 'shop',
      dryRun: false,
      error: new LockHeldError('x'),
      exitCode: 75,
    },
  ]);
  expect(paths()).toEqual([]);
});

test('a ping that meets trouble is sent once more; a refused one is not; either is told of once', async () => {
  const once: SinkAnswer = (request, response, index) => {
    const manners: SinkAnswer = index === 0 ? SINK_MANNERS.failing : SINK_MANNERS.good;
    manners(request, response, index);
  };
  const ended: RunEvent = { type: 'run-finished', summary: summaryOf() };
  expect(await run([ended], { answer: once })).toEqual([]);
  expect(paths()).toEqual(['/uuid', '/uuid']);
  await sink.close();
  expect(await run([started, ended], { answer: SINK_MANNERS.page })).toEqual([
    'HEALTHCHECK_URL answered with a web page; is the address right?; the run itself is not concerned.',
  ]);
  expect(paths()).toEqual(['/uuid/start', '/uuid']);
});

test('one that never answers is given up, and the end is tried all the same', async () => {
  const ended: RunEvent = { type: 'run-finished', summary: summaryOf() };
  const said = await run([started, ended], { answer: SINK_MANNERS.silent, timeoutMs: 200, closeMs: 600 });
  expect(said).toHaveLength(1);
  expect(paths()[0]).toBe('/uuid/start');
  expect(paths()).toContain('/uuid');
});
