/** The metrics of what the state knows. */
import { renderMetrics } from '../../../src/reporters/metrics/render-metrics';
import { openState, type OpenState } from '../../../src/state/open';
import { fill, NOW, owed, runOf, SOURCE, SUMMARY } from './samples';
import { namesIn, readMetrics } from './read-metrics';
import { flowOf } from '../samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now: () => NOW });
});
afterEach(() => {
  state.close();
});

async function text(): Promise<string> {
  return (await renderMetrics(state, SOURCE, NOW)).text;
}

async function metrics(): Promise<Map<string, number>> {
  return readMetrics(await text());
}

function matching(found: ReadonlyMap<string, number>, start: string): Record<string, number> {
  return Object.fromEntries([...found].filter(([name]) => name.startsWith(start)));
}

test('times of the last run and of the last success are those of their ends', async () => {
  await fill(state);
  const found = await metrics();
  expect(found.get('wcodoo_last_run_timestamp_seconds')).toBe(Date.parse('2026-03-01T11:01:01.600Z') / 1000);
  expect(found.get('wcodoo_last_success_timestamp_seconds')).toBe(
    Date.parse('2026-02-28T11:01:00.000Z') / 1000,
  );
  expect(found.get('wcodoo_last_run_duration_seconds')).toBe(61.5);
  expect(found.get('wcodoo_last_run_exit_code')).toBe(1);
  expect(matching(found, 'wcodoo_last_run_status')).toEqual({
    'wcodoo_last_run_status{status="done"}': 0,
    'wcodoo_last_run_status{status="failed"}': 0,
    'wcodoo_last_run_status{status="incomplete"}': 1,
    'wcodoo_last_run_status{status="interrupted"}': 0,
    'wcodoo_last_run_status{status="stopped"}': 0,
  });
});

test('records and decisions are those of the summary of the last run', async () => {
  await fill(state);
  const found = await metrics();
  expect(found.get('wcodoo_last_run_records{flow="orders",result="read"}')).toBe(5);
  expect(found.get('wcodoo_last_run_records{flow="orders",result="created"}')).toBe(3);
  expect(found.get('wcodoo_last_run_records{flow="orders",result="unchanged"}')).toBe(0);
  expect(matching(found, 'wcodoo_last_run_decisions')).toEqual({
    'wcodoo_last_run_decisions{action="conflict",flow="orders",result="quarantined"}': 1,
    'wcodoo_last_run_decisions{action="create",flow="orders",result="done"}': 3,
    'wcodoo_last_run_decisions{action="create",flow="orders",result="failed"}': 1,
  });
  expect(found.get('wcodoo_last_run_flow_duration_seconds{flow="orders"}')).toBe(1.5);
  expect(found.get('wcodoo_last_run_flow_status{flow="orders",status="done"}')).toBe(1);
});

test('debts are counted by flow and state, with zeros, and the oldest order tells its age', async () => {
  await fill(state);
  const found = await metrics();
  expect(Object.keys(matching(found, 'wcodoo_debts'))).toHaveLength(9);
  expect(found.get('wcodoo_debts{flow="orders",state="quarantine"}')).toBe(1);
  expect(found.get('wcodoo_debts{flow="orders",state="retry"}')).toBe(1);
  expect(found.get('wcodoo_debts{flow="customers",state="waiting"}')).toBe(1);
  expect(found.get('wcodoo_debts{flow="stock",state="retry"}')).toBe(0);
  expect(found.get('wcodoo_quarantined_records')).toBe(1);
  // The customer is owed since January, but is no order.
  expect(found.get('wcodoo_oldest_unsynced_order_age_seconds')).toBe(2 * 3600);
});

test('the lag is the age of the watermark, and only of flows that have one', async () => {
  await fill(state);
  const found = await metrics();
  expect(matching(found, 'wcodoo_checkpoint_lag_seconds')).toEqual({
    'wcodoo_checkpoint_lag_seconds{flow="orders"}': 120,
  });
  expect(matching(found, 'wcodoo_listed_records')).toEqual({ 'wcodoo_listed_records{flow="orders"}': 40 });
});

test('requests, errors and the histogram are those that the run counted', async () => {
  await fill(state);
  const found = await metrics();
  const bucket = (le: string): number | undefined =>
    found.get(`wcodoo_last_run_api_call_duration_seconds_bucket{host="shop.example",le="${le}"}`);
  expect(found.get('wcodoo_last_run_api_calls{host="shop.example"}')).toBe(10);
  expect(found.get('wcodoo_last_run_api_errors{host="shop.example"}')).toBe(2);
  expect([bucket('0.05'), bucket('0.25'), bucket('0.5'), bucket('120'), bucket('+Inf')]).toEqual([
    6, 6, 9, 9, 10,
  ]);
  expect(found.get('wcodoo_last_run_api_call_duration_seconds_count{host="shop.example"}')).toBe(10);
  expect(found.get('wcodoo_last_run_api_call_duration_seconds_sum{host="shop.example"}')).toBe(4.25);
});

test('versions and the end of the key come from the installation', async () => {
  const found = await metrics();
  expect(found.get('wcodoo_build_info{node="20.19.0",version="1.2.3"}')).toBe(1);
  expect(found.get('wcodoo_odoo_key_expiry_timestamp_seconds')).toBe(Date.parse('2026-03-11') / 1000);
});

test('before the first run nothing is said of one, and zero is only what was measured', async () => {
  const before = await text();
  const found = readMetrics(before);
  expect(matching(found, 'wcodoo_last_')).toEqual({});
  expect(found.get('wcodoo_oldest_unsynced_order_age_seconds')).toBe(0);
  await fill(state);
  expect(namesIn(before)).toEqual(namesIn(await text()));
});

test('a run that failed has times and an exit code, and no figures of an older one', async () => {
  await fill(state);
  const failed = runOf({
    runId: 'r2',
    startedAt: '2026-03-01T11:30:00.000Z',
    endedAt: '2026-03-01T11:30:02.000Z',
  });
  await state.runs.finish({ ...failed, status: 'failed', exitCode: 3, summary: null });
  const found = await metrics();
  expect(found.get('wcodoo_last_run_exit_code')).toBe(3);
  expect(found.get('wcodoo_last_run_duration_seconds')).toBe(2);
  expect(matching(found, 'wcodoo_last_run_records')).toEqual({});
  expect(matching(found, 'wcodoo_last_run_api')).toEqual({});
});

test('every value has the store, and no label holds an id, a name or a message', async () => {
  await fill(state);
  const lines = (await text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    expect(line).toContain('store="shop"');
    expect(line).not.toMatch(/329|Odoo said no|odoo-refused/);
  }
});

test('what an old or a damaged state names is counted as other, once', async () => {
  const decisions = [
    { action: 'explode', status: 'odd', count: 2 },
    { action: 'burn', status: 'strange', count: 3 },
  ];
  const flows = [flowOf({ flow: 'a', decisions }), flowOf({ flow: 'b', decisions, read: 7 })];
  await state.runs.finish(runOf({ summary: { ...SUMMARY, flows } }));
  await state.commit({ debts: [owed('order', 1, { flow: 'gone' }), owed('order', 2, { flow: 'lost' })] });
  const found = await metrics();
  expect(found.get('wcodoo_last_run_decisions{action="other",flow="other",result="other"}')).toBe(10);
  expect(found.get('wcodoo_last_run_records{flow="other",result="read"}')).toBe(7);
  expect(found.get('wcodoo_debts{flow="other",state="retry"}')).toBe(2);
});

test('each name says what it is: a prefix, base units, and a total only where something is counted for ever', async () => {
  for (const name of namesIn(await text())) {
    expect(name).toMatch(/^wcodoo_[a-z_]+$/);
    expect(name).not.toMatch(/_total$|days|hours|minutes|milli|_ms$/);
  }
});
