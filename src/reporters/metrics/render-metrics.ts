import type { State } from '../../core/ports';
import { buildMetrics } from './build-metrics';
import type { MetricsText } from './push-metrics';
import { readMetricFacts, type MetricsSource } from './read-metric-facts';

/**
 * The metrics of a state as text, the same wherever they go.
 * @throws FatalError when the state cannot be read
 */
export async function renderMetrics(state: State, source: MetricsSource, now: Date): Promise<MetricsText> {
  const registry = buildMetrics(await readMetricFacts(state, source, now));
  return { text: await registry.metrics(), contentType: registry.contentType };
}
