/** Wires what publishes the metrics of this installation. */
import { hostname } from 'node:os';
import { buildFlows } from '../app';
import type { Config } from '../config/load';
import { durationMs } from '../lib/duration';
import { createMetricsReporter, type MetricsTargets } from '../reporters/metrics/metrics-reporter';
import type { MetricsSource } from '../reporters/metrics/read-metric-facts';
import type { Reporter } from '../reporters/reporter';
import { version } from '../version';

/** What this installation says of its metrics. */
export function metricsSourceOf(config: Config): MetricsSource {
  return {
    store: config.file.store,
    flows: buildFlows(config).map(({ name }) => name),
    version,
    node: process.versions.node,
    odooKeyExpiresOn: config.file.odoo.keyExpiresOn,
  };
}

/** Where the configuration wants the metrics to go. */
export function metricsTargetsOf({ environment, file }: Config): MetricsTargets {
  const { job, instance, timeout, caFile, textfile } = file.metrics;
  const url = environment.PUSHGATEWAY_URL;
  return {
    textfile,
    pushgateway:
      url === undefined
        ? undefined
        : {
            url,
            username: environment.PUSHGATEWAY_USERNAME,
            password: environment.PUSHGATEWAY_PASSWORD,
            caFile,
            timeoutMs: durationMs(timeout),
            grouping: { job, instance: instance ?? hostname(), store: file.store },
            userAgent: `wcodoo/${version}`,
          },
  };
}

/** Empty where the configuration wants no metrics. */
export function metricsReporters(config: Config, warn: (message: string) => void): readonly Reporter[] {
  const targets = metricsTargetsOf(config);
  if (targets.pushgateway === undefined && targets.textfile === undefined) {
    return [];
  }
  const source = metricsSourceOf(config);
  return [createMetricsReporter({ ...targets, source, now: () => new Date(), warn })];
}
