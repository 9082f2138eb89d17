/** `wcodoo metrics-push`: the metrics of what the state knows, without a run. */
import type { Registry } from 'prom-client';
import { ConfigError, EXIT } from '../core/errors';
import type { Config } from '../config/load';
import { openOwnState } from '../own-state';
import { buildMetrics } from '../reporters/metrics/build-metrics';
import type { MetricsTargets } from '../reporters/metrics/metrics-reporter';
import { pushMetrics } from '../reporters/metrics/push-metrics';
import { readMetricFacts } from '../reporters/metrics/read-metric-facts';
import { writeTextfile } from '../reporters/metrics/write-textfile';
import { metricsSourceOf, metricsTargetsOf } from '../reporting/metrics';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';

export interface MetricsPushOptions extends ConfigOptions {
  readonly textfile?: string;
  readonly print?: boolean;
  readonly json?: boolean;
}

/**
 * Publishes the metrics where a sync does, or only where the flags say.
 * @throws ConfigError when there is nowhere to put them
 * @throws PushError when the Pushgateway did not take them (exit code 1)
 * @throws FatalError when the state or the file cannot be used
 */
export async function pushMetricsOnce(options: MetricsPushOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const { textfile, pushgateway } = targetsOf(options, config);
  const registry = await readMetrics(config);
  const metrics = { text: await registry.metrics(), contentType: registry.contentType };
  if (options.print === true) {
    const json = options.json === true;
    io.stdout.write(json ? `${JSON.stringify(await registry.getMetricsAsJSON(), null, 2)}\n` : metrics.text);
  }
  const origin = pushgateway === undefined ? undefined : new URL(pushgateway.url).origin;
  if (textfile !== undefined) {
    writeTextfile(textfile, metrics.text);
  }
  if (pushgateway !== undefined) {
    await pushMetrics(pushgateway, metrics);
  }
  if (options.print !== true) {
    const grouping = pushgateway?.grouping;
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ textfile, pushgateway: origin, grouping })}\n`
        : [textfile && `metrics written to ${textfile}\n`, origin && `metrics pushed to ${origin}\n`].join(
            '',
          ),
    );
  }
  return EXIT.ok;
}

/** @throws ConfigError when neither the flags nor the configuration name a place */
function targetsOf({ print, textfile }: MetricsPushOptions, config: Config): MetricsTargets {
  if (print === true || textfile !== undefined) {
    return { textfile };
  }
  const targets = metricsTargetsOf(config);
  if (targets.pushgateway === undefined && targets.textfile === undefined) {
    throw new ConfigError(['PUSHGATEWAY_URL is not set, so there is nowhere to push the metrics to'], {
      hint: 'Set it, or metrics.textfile, or say --textfile <path> or --print.',
    });
  }
  return targets;
}

async function readMetrics(config: Config): Promise<Registry> {
  const state = await openOwnState(config);
  try {
    return buildMetrics(await readMetricFacts(state, metricsSourceOf(config), new Date()));
  } finally {
    state.close();
  }
}
