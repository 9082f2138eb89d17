import { formatKey } from './keys';
import type { Debt } from './ports';

/** A debt as `--json` shows it, its records by their formatted keys; its own keys are stable. */
export function plainDebt(debt: Debt): Record<string, unknown> {
  const { key, origin, ...rest } = debt;
  return { record: formatKey(key), ...rest, origin: origin === null ? null : formatKey(origin) };
}
