import { Gauge, type Registry } from 'prom-client';

/** One value of a metric. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Label values are of known sets: whatever else an old state holds is counted under this. */
const OTHER = 'other';

/**
 * Adds a gauge with its values; those of the same labels are summed up. Without
 * values only its help is there.
 */
export function addGauge(registry: Registry, name: string, help: string, samples: readonly Sample[]): void {
  const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  if (labelNames.length === 0) {
    // prom-client begins it at 0, which nobody measured.
    gauge.remove();
  }
  for (const { labels = {}, value } of samples) {
    gauge.inc(labels, value);
  }
}

/** 1 for the value that holds and 0 for the others of a set, under the label `status`. */
export function oneOf(
  known: readonly string[],
  held: string,
  labels: Readonly<Record<string, string>> = {},
): Sample[] {
  return known.map((status) => ({ labels: { ...labels, status }, value: status === held ? 1 : 0 }));
}

/** A label value of a known set. */
export function within(known: readonly string[], value: string): string {
  return known.includes(value) ? value : OTHER;
}

/** Unix time of an ISO time. */
export function unixSeconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** Seconds from one ISO time to a later one; 0 where the clocks disagree. */
export function secondsBetween(earlier: string, later: string): number {
  return Math.max(0, Date.parse(later) - Date.parse(earlier)) / 1000;
}
