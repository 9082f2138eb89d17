/** The metrics of wcodoo, described for people in docs/monitoring/README.md. */
import { Registry } from 'prom-client';
import { addDebtMetrics, addProgressMetrics } from './add-backlog-metrics';
import { addCallMetrics } from './add-call-metrics';
import { addGauge, unixSeconds } from './add-gauge';
import { addRunMetrics } from './add-run-metrics';
import type { MetricFacts } from './read-metric-facts';

/**
 * Computes every metric. Pure: the same facts give the same text. Each value has
 * the label `store`; of a metric that has no value yet only the help is there.
 */
export function buildMetrics(facts: MetricFacts): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ store: facts.source.store });
  addInstallationMetrics(registry, facts);
  addRunMetrics(registry, facts);
  addDebtMetrics(registry, facts);
  addProgressMetrics(registry, facts);
  addCallMetrics(registry, facts);
  return registry;
}

function addInstallationMetrics(registry: Registry, { source, now }: MetricFacts): void {
  addGauge(registry, 'wcodoo_build_info', 'Version of wcodoo and of Node; always 1.', [
    { labels: { version: source.version, node: source.node }, value: 1 },
  ]);
  addGauge(registry, 'wcodoo_metrics_timestamp_seconds', 'When these metrics were computed (Unix time).', [
    { value: now.getTime() / 1000 },
  ]);
  addGauge(
    registry,
    'wcodoo_odoo_key_expiry_timestamp_seconds',
    'When the API key of Odoo ends (Unix time); without a value unless odoo.keyExpiresOn is set.',
    source.odooKeyExpiresOn === undefined ? [] : [{ value: unixSeconds(source.odooKeyExpiresOn) }],
  );
}
