const UNITS: readonly (readonly [string, number])[] = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A span of time for people, in one unit: `40 s`, `12 min`, `30 h`, `4 days`; the next unit from two of it on. */
export function formatAge(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= 2 * length) ?? ['s', 1_000];
  return `${Math.max(0, Math.round(ms / size))} ${unit}`;
}
