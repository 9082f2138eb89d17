import { FatalError } from '../../../src/core/errors';
import type { GelfAddress } from '../../../src/lib/gelf-address';
import { Scrubber } from '../../../src/lib/scrubber';
import { Secret } from '../../../src/lib/secret';
import { createGelfReporter } from '../../../src/reporters/gelf/gelf-reporter';
import { readGelfOverTcp, readGelfOverUdp, type GelfReader } from '../../support/gelf-readers';
import { marked } from '../../support/secrets';
import { flowOf, rowOf, summaryOf } from '../samples';

const KEY = marked('key');
const readers: GelfReader[] = [];

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

async function opened(starting: Promise<GelfReader>): Promise<GelfReader> {
  const reader = await starting;
  readers.push(reader);
  return reader;
}

/** A port of loopback on which nobody listens. */
async function freePort(): Promise<number> {
  const reader = await readGelfOverTcp();
  await reader.close();
  return reader.port;
}

function setUp(protocol: GelfAddress['protocol'], port: number, host = '127.0.0.1') {
  const warnings: string[] = [];
  const scrubber = new Scrubber();
  scrubber.add(new Secret(KEY));
  const reporter = createGelfReporter({
    address: { protocol, host, port },
    sender: { host: 'erp1', version: '9.9.9' },
    level: 'info',
    store: 'shop',
    scrub: scrubber.text,
    clock: { now: () => new Date('2026-03-01T12:00:00.250Z') },
    warn: (message) => warnings.push(message),
  });
  return { reporter, warnings };
}

type Reporter = ReturnType<typeof setUp>['reporter'];

function runThrough(reporter: Reporter): void {
  reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
  reporter.handle({
    type: 'decided',
    rows: [rowOf({ status: 'failed', reason: 'odoo-refused', message: `not with ${KEY}\nat all` })],
  });
  reporter.handle({ type: 'flow-finished', summary: flowOf({ read: 3, failed: 1, durationMs: 12.6 }) });
  reporter.handle({ type: 'run-finished', summary: summaryOf({ status: 'incomplete', exitCode: 1 }) });
}

function say(reporter: Reporter, message: string): void {
  reporter.handle({ type: 'notice', level: 'info', message });
}

describe.each(['udp', 'tcp'] as const)('over %s', (protocol) => {
  const read = protocol === 'udp' ? readGelfOverUdp : readGelfOverTcp;

  test('a run arrives line by line, with the fields of GELF 1.1 and without secrets', async () => {
    const reader = await opened(read());
    const { reporter, warnings } = setUp(protocol, reader.port);
    runThrough(reporter);
    await reporter.close();
    await reader.until(5);
    expect(reader.messages.map(({ _event, level }) => [_event, level])).toEqual([
      ['run-started', 6],
      ['flow-started', 6],
      ['decided', 4],
      ['flow-finished', 6],
      ['run-finished', 4],
    ]);
    expect(reader.messages[2]).toMatchObject({
      version: '1.1',
      host: 'erp1',
      short_message: 'orders: create order/329 failed: odoo-refused: not with ***',
      full_message: 'orders: create order/329 failed: odoo-refused: not with ***\nat all',
      timestamp: 1_772_366_400.25,
      _app: 'wcodoo',
      _version: '9.9.9',
      _run_id: 'r1',
      _store: 'shop',
      _flow: 'orders',
      _reason: 'odoo-refused',
    });
    expect(reader.messages[3]).toMatchObject({ _read: 3, _duration_ms: 13, _status: 'done' });
    for (const message of reader.messages) {
      for (const [name, value] of Object.entries(message)) {
        expect(name).toMatch(/^[\w.-]+$/);
        expect(['string', 'number']).toContain(typeof value);
      }
    }
    expect(warnings).toEqual([]);
  });

  test('long lines arrive whole, accents and all', async () => {
    const reader = await opened(read());
    const { reporter } = setUp(protocol, reader.port);
    const long = Array.from({ length: 900 }, (_, index) => `é${Math.sin(index)}`).join(' ');
    say(reporter, 'x'.repeat(5_000));
    say(reporter, long.slice(0, 9_999));
    await reporter.close();
    await reader.until(2);
    const texts = reader.messages.map(({ short_message: text }) => text);
    expect(new Set(texts)).toEqual(new Set(['x'.repeat(5_000), long.slice(0, 9_999)]));
    expect(Math.max(0, ...reader.lengths)).toBeLessThanOrEqual(1420);
  });

  test('a run that failed says why, and what to do', async () => {
    const reader = await opened(read());
    const { reporter } = setUp(protocol, reader.port);
    const error = new FatalError(`refused ${KEY}`, { hint: 'look at the key' });
    reporter.handle({ type: 'run-failed', runId: 'r1', store: 'shop', dryRun: false, error, exitCode: 3 });
    await reporter.close();
    await reader.until(1);
    expect(reader.messages[0]).toMatchObject({
      level: 3,
      short_message: 'refused ***',
      _error_type: 'FatalError',
      _hint: 'look at the key',
      _exit_code: 3,
      _run_id: 'r1',
    });
  });

  test('a name that nobody knows is told of once', async () => {
    const { reporter, warnings } = setUp(protocol, 12_201, 'nowhere.invalid');
    runThrough(reporter);
    await reporter.close();
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^log\\.gelf: 5 of 5 lines did not get to ${protocol}://nowhere\\.invalid:12201 \\((ENOTFOUND|EAI_AGAIN|no answer in time)\\)\\.$`,
        ),
      ),
    ]);
  });

  test('a network with no way to it costs the run nothing, and is told of once', async () => {
    // The system refuses to connect to a broadcast address, as it does where there is no route.
    const { reporter, warnings } = setUp('udp', 12_201, '255.255.255.255');
    runThrough(reporter);
    await reporter.close();
    expect(warnings).toEqual([
      expect.stringMatching(/^log\.gelf: 5 of 5 lines did not get to .* \(E[A-Z]+\)\.$/),
    ]);
  });

  test('a run that said nothing opens nothing', async () => {
    const { reporter, warnings } = setUp(protocol, await freePort());
    await reporter.close();
    expect(warnings).toEqual([]);
  });
});

test('over tcp, a port on which nobody listens is told of once', async () => {
  const port = await freePort();
  const { reporter, warnings } = setUp('tcp', port);
  runThrough(reporter);
  await reporter.close();
  expect(warnings).toEqual([`log.gelf: 5 of 5 lines did not get to tcp://127.0.0.1:${port} (ECONNREFUSED).`]);
});

test('over tcp, lines that a broken connection did not take go over the next one, and it is told of', async () => {
  const reader = await opened(
    readGelfOverTcp((socket, number) => {
      if (number === 1) {
        socket.resetAndDestroy();
      }
      return number === 1;
    }),
  );
  const { reporter, warnings } = setUp('tcp', reader.port);
  say(reporter, 'first');
  await new Promise((resolve) => setTimeout(resolve, 100));
  // More than the system takes at once: some of it is still here when the connection breaks.
  for (let count = 0; count < 200; count += 1) {
    say(reporter, `${count} ${'x'.repeat(9_000)}`);
  }
  await reporter.close();
  await reader.until(200);
  expect(reader.messages.at(-1)?.['short_message']).toMatch(/^199 x/);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/ECONNRESET|EPIPE/);
});

test('over tcp, a reader that takes nothing costs a bounded store of lines; the rest is counted', async () => {
  const reader = await opened(
    readGelfOverTcp((socket) => {
      socket.pause();
      return true;
    }),
  );
  const { reporter, warnings } = setUp('tcp', reader.port);
  for (let count = 0; count < 2_000; count += 1) {
    say(reporter, `${count} ${'x'.repeat(9_000)}`);
    if (count % 100 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await reporter.close();
  expect(warnings).toEqual([
    expect.stringMatching(
      /^log\.gelf: \d+ of 2000 lines did not get to tcp:.* \(lines came faster than it took them\)\.$/,
    ),
  ]);
});
