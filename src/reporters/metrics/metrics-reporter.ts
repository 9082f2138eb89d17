/** Publishes the metrics after a run. */
import { messageOf } from '../../core/errors';
import type { State } from '../../core/ports';
import { printable } from '../printable';
import type { Reporter } from '../reporter';
import type { Pushgateway } from './push-metrics';
import type { MetricsSource } from './read-metric-facts';

/** Where metrics go. */
export interface MetricsTargets {
  readonly pushgateway?: Pushgateway | undefined;
  /** Path of a file for node_exporter. */
  readonly textfile?: string | undefined;
}

export interface MetricsReporterOptions extends MetricsTargets {
  readonly source: MetricsSource;
  readonly now: () => Date;
  /** Told once of each target that did not get the metrics. */
  readonly warn: (message: string) => void;
}

/**
 * Publishes when it is closed, from what the state holds by then: the run that
 * ended is in it. It never throws; what goes wrong is a warning.
 */
export function createMetricsReporter(options: MetricsReporterOptions): Reporter {
  const { source, now, warn } = options;

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      warn(`the metrics were not ${what}: ${printable(messageOf(error))}`);
    }
  }

  return {
    handle() {
      // The state tells more than the events do.
    },
    async close(state?: State) {
      if (state === undefined) {
        return;
      }
      await attempt('computed', async () => {
        const { renderMetrics } = await import('./render-metrics.js');
        const metrics = await renderMetrics(state, source, now());
        const { pushgateway, textfile } = options;
        if (textfile !== undefined) {
          await attempt('written', async () => {
            const { writeTextfile } = await import('./write-textfile.js');
            writeTextfile(textfile, metrics.text);
          });
        }
        if (pushgateway !== undefined) {
          await attempt('pushed', async () => {
            const { pushMetrics } = await import('./push-metrics.js');
            await pushMetrics(pushgateway, metrics);
          });
        }
      });
    },
  };
}
