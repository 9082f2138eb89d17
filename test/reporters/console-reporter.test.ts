import { PassThrough } from 'node:stream';
import { createConsoleReporter } from '../../src/reporters/console-reporter';
import type { ConsoleReporter } from '../../src/reporters/console-reporter';
import { createPlan, formatPlan } from '../../src/reporters/format-plan';
import { formatSummary } from '../../src/reporters/format-summary';
import { Written, flowOf, rowOf, summaryOf } from './samples';

const reporters: ConsoleReporter[] = [];
afterEach(() => {
  // The bars have a timer, which would keep the process alive after a failed test.
  reporters.splice(0).forEach((reporter) => {
    reporter.close();
  });
});

function setUp(values: { json?: boolean; isTTY?: boolean; verbose?: boolean } = {}) {
  const stdout = new Written();
  const stderr = Object.assign(new PassThrough(), { isTTY: values.isTTY ?? false, columns: 100 });
  const shown = new Written();
  stderr.on('data', (data: Buffer) => shown.write(data.toString()));
  const reporter = createConsoleReporter({
    stdout,
    stderr,
    json: values.json ?? false,
    level: values.verbose === true ? 'debug' : 'info',
    auditPath: (runId) => `/audit/${runId}.csv`,
  });
  reporters.push(reporter);
  return { stdout, shown, reporter };
}

const flow = flowOf({ read: 40, created: 2, durationMs: 1500 });
const summary = summaryOf({ flows: [flow], durationMs: 1500 });

test('without a terminal there is one line for each notice and flow on stderr, and the summary on stdout', () => {
  const { stdout, shown, reporter } = setUp();
  reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  reporter.handle({ type: 'notice', level: 'info', message: 'two writes were looked up' });
  reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
  reporter.handle({ type: 'flow-progress', store: 'shop', flow: 'orders', read: 20, expected: 40 });
  reporter.handle({ type: 'decided', rows: [rowOf()] });
  reporter.handle({ type: 'notice', level: 'warn', message: 'the clock\u001b[2J is late' });
  reporter.handle({ type: 'flow-finished', summary: flow });
  reporter.handle({ type: 'run-finished', summary });
  reporter.close();
  expect(shown.text).toBe(
    'two writes were looked up\nWarning: the clock[2J is late\norders: done, 40 read, 2 created (1.5 s)\n',
  );
  expect(stdout.text).toBe(formatSummary(summary, '/audit/r1.csv'));
});

test('with --json stdout has one JSON object and nothing else, stderr only warnings', () => {
  const { stdout, shown, reporter } = setUp({ json: true, isTTY: true });
  reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  reporter.handle({ type: 'notice', level: 'info', message: 'hello' });
  reporter.handle({ type: 'notice', level: 'warn', message: 'careful' });
  reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
  reporter.handle({ type: 'decided', rows: [rowOf()] });
  reporter.handle({ type: 'flow-finished', summary: flow });
  reporter.handle({ type: 'run-finished', summary });
  expect(stdout.text).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(stdout.text)).toEqual({
    runId: 'r1',
    status: 'done',
    exitCode: 0,
    dryRun: false,
    flows: [
      {
        store: 'shop',
        flow: 'orders',
        read: 40,
        created: 2,
        updated: 0,
        linked: 0,
        unchanged: 0,
        skipped: 0,
        conflicts: 0,
        failed: 0,
        status: 'done',
        message: '',
        durationMs: 1500,
        decisions: [],
      },
    ],
    debts: { total: 0, quarantine: 0 },
    requests: { woo: 0, odoo: 0 },
    durationMs: 1500,
  });
  expect(shown.text).toBe('Warning: careful\n');
});

test('when verbose each decision is one line on stderr, whatever the texts hold', () => {
  const { shown, reporter } = setUp({ verbose: true });
  const row = rowOf({ reason: 'total-mismatch', message: 'off by\none \u001b[31mcent' });
  reporter.handle({ type: 'decided', rows: [row, rowOf({ wooId: '330' })] });
  const [first = '', ...others] = shown.text.split('\n');
  expect(first).toContain('329');
  expect(first).toContain('total-mismatch');
  expect(first).toContain('off by one [31mcent');
  expect(others).toEqual([expect.stringContaining('330'), '']);
});

describe('on a terminal', () => {
  const HIDE_CURSOR = '\u001b[?25l';
  const SHOW_CURSOR = '\u001b[?25h';

  test('each flow has a bar, notices appear above, and the cursor comes back', () => {
    const { stdout, shown, reporter } = setUp({ isTTY: true });
    reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
    reporter.handle({ type: 'flow-started', store: 'shop', flow: 'customers' });
    reporter.handle({
      type: 'flow-progress',
      store: 'shop',
      flow: 'customers',
      read: 7,
      expected: undefined,
    });
    reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
    reporter.handle({ type: 'flow-progress', store: 'shop', flow: 'orders', read: 10, expected: 40 });
    reporter.handle({ type: 'notice', level: 'warn', message: 'careful' });
    expect(shown.text).toContain(HIDE_CURSOR);
    expect(shown.text).toContain('Warning: careful\n');
    expect(shown.text).toContain(`customers${' '.repeat(15)} 7 read`);
    expect(shown.text).toContain(`orders${' '.repeat(18)} [${'='.repeat(8)}${' '.repeat(22)}] 10/40`);
    reporter.handle({ type: 'flow-finished', summary: flow });
    reporter.handle({ type: 'run-finished', summary });
    expect(shown.text).toContain(`[${'='.repeat(30)}] 40/40`);
    expect(shown.text.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(shown.text.lastIndexOf(HIDE_CURSOR));
    expect(stdout.text).toBe(formatSummary(summary, '/audit/r1.csv'));
  });

  test('the bars are drawn again below a notice, although nothing moved', () => {
    const { shown, reporter } = setUp({ isTTY: true });
    reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
    reporter.handle({ type: 'notice', level: 'info', message: 'first' });
    reporter.handle({ type: 'notice', level: 'info', message: 'second' });
    expect(shown.text.slice(shown.text.indexOf('second'))).toContain('orders ');
  });

  test('a run that breaks off leaves no hidden cursor and no signal handler', () => {
    const listeners = process.listenerCount('SIGINT');
    const { shown, reporter } = setUp({ isTTY: true });
    reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    reporter.close();
    expect(shown.text).toContain(SHOW_CURSOR);
    const { length } = shown.text;
    reporter.close();
    expect(shown.text).toHaveLength(length);
  });
});

describe('a dry run', () => {
  test('prints the plan before the summary: counts and the first rows', () => {
    const { stdout, reporter } = setUp();
    const changes = [{ field: 'amount', before: '', after: '12.00' }];
    reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: true });
    reporter.handle({
      type: 'decided',
      rows: [
        rowOf({ status: 'planned', changes }),
        rowOf({ status: 'planned', wooId: '330', businessKey: '#330', message: 'x'.repeat(100) }),
        rowOf({
          flow: 'customers',
          entity: 'customer',
          action: 'link',
          status: 'planned',
          reason: 'same-email',
        }),
      ],
    });
    reporter.handle({ type: 'run-finished', summary: { ...summary, dryRun: true } });
    expect(stdout.text).toBe(`Plan: what a run would do now

flow       action  status   records
orders     create  planned  2
customers  link    planned  1

action  record        key   what
create  order 329     #329  amount: → 12.00
create  order 330     #330  ${'x'.repeat(79)}…
link    customer 329  #329  same-email

${formatSummary({ ...summary, dryRun: true }, '/audit/r1.csv')}`);
  });

  test('with --json lists every planned change under `plan`', () => {
    const { stdout, reporter } = setUp({ json: true });
    const changes = [{ field: 'amount', before: '', after: '12.00' }];
    reporter.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: true });
    for (let id = 1; id <= 25; id += 1) {
      reporter.handle({ type: 'decided', rows: [rowOf({ status: 'planned', wooId: String(id), changes })] });
    }
    reporter.handle({ type: 'run-finished', summary: { ...summary, dryRun: true } });
    expect(stdout.text).toMatch(/^\{.*\}\n$/);
    const { dryRun, plan } = JSON.parse(stdout.text) as { dryRun: boolean; plan: unknown[] };
    expect(dryRun).toBe(true);
    expect(plan).toHaveLength(25);
    expect(plan[24]).toEqual({
      flow: 'orders',
      record: 'order/25',
      action: 'create',
      status: 'planned',
      businessKey: '#329',
      reason: '',
      message: '',
      changes,
    });
  });

  test('of a long plan only the first twenty rows are shown, all are counted', () => {
    const plan = createPlan();
    plan.add(Array.from({ length: 25 }, (_, id) => rowOf({ wooId: `id${id}x` })));
    const text = formatPlan(plan);
    expect(text).toContain('orders  create  done    25');
    expect(text).toContain('id19x');
    expect(text).not.toContain('id20x');
    expect(text).toContain('… and 5 more');
  });

  test('without changes says so', () => {
    expect(formatPlan(createPlan())).toBe('Plan: nothing would change\n');
  });
});
