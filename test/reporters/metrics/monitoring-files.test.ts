/** docs/monitoring names what is there: its dashboard, its rules and its page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderMetrics } from '../../../src/reporters/metrics/render-metrics';
import { openState } from '../../../src/state/open';
import { namesIn } from './read-metrics';
import { NOW, SOURCE } from './samples';

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'monitoring');

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
  templating: z.object({ list: z.array(z.object({ query: z.unknown() })) }),
});

const rules = Rules.parse(parse(read('alert-rules.yml'))).groups.flatMap((group) => group.rules);
const dashboard = Dashboard.parse(JSON.parse(read('grafana-dashboard.json')));
const queries = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.map(({ query }) => JSON.stringify(query)),
];

let names: string[];
beforeAll(async () => {
  const state = await openState({ path: ':memory:', now: () => NOW });
  names = namesIn((await renderMetrics(state, SOURCE, NOW)).text);
  state.close();
});

/** The metrics that a text names; the parts of a histogram count as the histogram. */
function namedIn(text: string): string[] {
  const found = text.match(/wcodoo_[a-z_]+/g) ?? [];
  return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, '')))].sort();
}

test('every metric in an alert, a query of the dashboard and a test of the alerts exists', () => {
  for (const expression of [...rules.map(({ expr }) => expr), ...queries, read('alert-rules.test.yml')]) {
    expect(names).toEqual(expect.arrayContaining(namedIn(expression)));
  }
});

test('no metric is left out of the dashboard', () => {
  const shown = new Set(queries.flatMap(namedIn));
  // The exit code and the status of the flows say more than the status of the run does.
  expect(names.filter((name) => !shown.has(name))).toEqual(['wcodoo_last_run_status']);
});

test('the page has a row for each metric and each alert, and for nothing else', () => {
  const rows = [...read('README.md').matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
  expect(rows.sort()).toEqual([...names, ...rules.map(({ alert }) => alert)].sort());
});

test('every alert is tried by a test of promtool', () => {
  for (const { alert } of rules) {
    expect(read('alert-rules.test.yml')).toContain(alert);
  }
});
