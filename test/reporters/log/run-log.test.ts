import { FatalError, LockHeldError } from '../../../src/core/errors';
import type { LogLevel } from '../../../src/lib/log-level';
import { Scrubber } from '../../../src/lib/scrubber';
import { Secret } from '../../../src/lib/secret';
import { ecsFieldsOf } from '../../../src/reporters/log/ecs-fields';
import type { LogEntry } from '../../../src/reporters/log/log-entry';
import { plainFieldsOf } from '../../../src/reporters/log/plain-fields';
import { createRunLog } from '../../../src/reporters/log/run-log';
import { marked } from '../../support/secrets';
import { flowOf, rowOf, summaryOf } from '../samples';

const KEY = marked('key');
const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

function setUp(level: LogLevel = 'info') {
  const entries: LogEntry[] = [];
  const scrubber = new Scrubber();
  scrubber.add(new Secret(KEY));
  let nowMs = START_MS;
  const log = createRunLog({
    level,
    store: 'shop',
    scrub: scrubber.text,
    clock: { now: () => new Date(nowMs) },
    write: (entry) => entries.push(entry),
  });
  return {
    log,
    entries,
    messages: () => entries.map(({ message }) => message),
    pass: (ms: number) => (nowMs += ms),
  };
}

const RUN = { type: 'run-started', runId: 'r1', store: 'shop', dryRun: false } as const;
const FLOW = { type: 'flow-started', store: 'shop', flow: 'orders' } as const;

function progress(read: number) {
  return { type: 'flow-progress', store: 'shop', flow: 'orders', read, expected: 500 } as const;
}

test('each line knows its run, its shop and the flow that is under way', () => {
  const { log, entries } = setUp();
  log.say('before the run');
  log.handle(RUN);
  log.handle(FLOW);
  log.handle({ type: 'notice', level: 'warn', message: 'the clock is late' });
  log.handle({ type: 'flow-finished', summary: flowOf({ read: 3 }) });
  log.handle({ type: 'run-finished', summary: summaryOf() });
  log.say('after it');
  expect(entries.map(({ event, runId, store, flow }) => [event, runId, store, flow])).toEqual([
    ['message', undefined, 'shop', undefined],
    ['run-started', 'r1', 'shop', undefined],
    ['flow-started', 'r1', 'shop', 'orders'],
    ['notice', 'r1', 'shop', 'orders'],
    ['flow-finished', 'r1', 'shop', 'orders'],
    ['run-finished', 'r1', 'shop', undefined],
    ['message', 'r1', 'shop', undefined],
  ]);
});

test('how a flow and a run ended is the level of their lines', () => {
  const { log, entries } = setUp();
  for (const status of ['done', 'incomplete', 'skipped', 'failed', 'stopped'] as const) {
    log.handle({ type: 'flow-finished', summary: flowOf({ status }) });
  }
  for (const status of ['done', 'incomplete', 'interrupted', 'failed', 'stopped'] as const) {
    log.handle({ type: 'run-finished', summary: summaryOf({ status }) });
  }
  const levels = ['info', 'warn', 'warn', 'error', 'error'];
  expect(entries.map(({ level }) => level)).toEqual([...levels, ...levels]);
});

test('a flow that goes on is told of every half minute, not at each page', () => {
  const { log, messages, pass } = setUp();
  log.handle(RUN);
  log.handle(FLOW);
  for (let read = 100; read <= 500; read += 100) {
    pass(10_000);
    log.handle(progress(read));
  }
  expect(messages()).toEqual(['run started', 'orders: started', 'orders: 300 of 500 read']);
});

test('a record that failed is a warning, any other decision needs the level debug', () => {
  const rows = [
    rowOf(),
    rowOf({ status: 'failed', reason: 'odoo-refused' }),
    rowOf({ status: 'quarantined' }),
  ];
  const quiet = setUp('info');
  quiet.log.handle({ type: 'decided', rows });
  expect(quiet.entries.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'orders: create order/329 failed: odoo-refused'],
    ['warn', 'orders: create order/329 quarantined'],
  ]);
  const loud = setUp('debug');
  loud.log.handle({ type: 'decided', rows });
  expect(loud.entries.map(({ level }) => level)).toEqual(['debug', 'warn', 'warn']);
  const deaf = setUp('error');
  deaf.log.handle({ type: 'decided', rows });
  expect(deaf.entries).toEqual([]);
});

test('no line holds a secret, an e-mail address or the name of a customer', () => {
  const { log, entries } = setUp('debug');
  const changes = [{ field: 'name', before: 'Jean Dupont', after: `${KEY} Jeanne` }];
  const message = `no partner jean.dupont@exemple.fr with ${KEY}`;
  log.handle({
    type: 'decided',
    rows: [rowOf({ entity: 'customer', businessKey: 'jean.dupont@exemple.fr', changes, message })],
  });
  log.handle({ type: 'notice', level: 'info', message });
  log.handle({ type: 'flow-finished', summary: flowOf({ status: 'failed', message }) });
  log.handle({
    type: 'run-failed',
    runId: 'r1',
    store: 'shop',
    dryRun: false,
    error: new FatalError(message, { hint: message }),
    exitCode: 3,
  });
  log.say(message);
  log.fail(new Error(message), 70);
  expect(entries).toHaveLength(6);
  const written = JSON.stringify(entries);
  expect(written).not.toContain(KEY);
  expect(written).not.toMatch(/dupont|jeanne/i);
  expect(written).toContain('J. D.');
  expect(entries[0]?.details).toMatchObject({ business_key: 'j***@e***.fr' });
});

test('texts for people become lines; how they begin says how much they matter', () => {
  const { log, entries } = setUp();
  for (const text of ['Warning: chmod 600 .env\n', 'error: no way\n', ' \n', '12 records found']) {
    log.say(text);
  }
  expect(entries.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'chmod 600 .env'],
    ['error', 'no way'],
    ['info', '12 records found'],
  ]);
});

test('what ended a run is said once, with what to do; of a bug, where it happened', () => {
  const { log, entries } = setUp();
  const error = new FatalError('login refused', { hint: 'look at the key' });
  log.handle({ type: 'run-failed', runId: undefined, store: 'shop', dryRun: false, error, exitCode: 3 });
  log.fail(error, 3);
  log.fail(new LockHeldError('another run'), 75);
  log.fail(new TypeError('x is undefined'), 70);
  expect(entries.map(({ level, event, error: told, details }) => ({ level, event, told, details }))).toEqual([
    {
      level: 'error',
      event: 'run-failed',
      told: { type: 'FatalError', message: 'login refused', hint: 'look at the key', stack: undefined },
      details: { exit_code: 3, dry_run: false },
    },
    {
      level: 'warn',
      event: 'command-failed',
      told: { type: 'LockHeldError', message: 'another run', hint: undefined, stack: undefined },
      details: { exit_code: 75 },
    },
    {
      level: 'error',
      event: 'command-failed',
      told: { type: 'TypeError', message: 'x is undefined', stack: expect.stringMatching(/^\s+at /) },
      details: { exit_code: 70 },
    },
  ]);
});

const FAILED: LogEntry = {
  time: new Date(START_MS),
  level: 'error',
  message: 'login refused',
  event: 'run-failed',
  runId: 'r1',
  store: 'shop',
  flow: undefined,
  outcome: 'failure',
  durationMs: 1.5,
  error: { type: 'FatalError', message: 'login refused', hint: 'look at the key' },
  details: { exit_code: 3 },
};

test('the fields of JSON are flat and in snake case', () => {
  expect(JSON.parse(JSON.stringify(plainFieldsOf(FAILED)))).toEqual({
    run_id: 'r1',
    store: 'shop',
    event: 'run-failed',
    outcome: 'failure',
    duration_ms: 2,
    exit_code: 3,
    error: { type: 'FatalError', message: 'login refused', hint: 'look at the key' },
  });
});

test('the fields of ECS have its names and units; what it has no name for is below wcodoo', () => {
  expect(JSON.parse(JSON.stringify(ecsFieldsOf(FAILED)))).toEqual({
    event: {
      kind: 'event',
      dataset: 'wcodoo.log',
      action: 'run-failed',
      outcome: 'failure',
      duration: 1_500_000,
    },
    labels: { run_id: 'r1', store: 'shop' },
    error: { type: 'FatalError', message: 'login refused' },
    wcodoo: { exit_code: 3, hint: 'look at the key' },
  });
});
