import { z } from 'zod';

const PERCENT = /^(\d{1,4}(?:\.\d+)?)\s?%$/;

const EXPECTED = 'must be a percentage such as 20%';

/** A share in a configuration file, kept as its text: `20%`. */
export const Share = z.string(EXPECTED).regex(PERCENT, EXPECTED);

/** `20%` as 0.2; throws a RangeError for what `Share` has not accepted. */
export function shareOf(text: string): number {
  const [, number] = PERCENT.exec(text) ?? [];
  if (number === undefined) {
    throw new RangeError(`not a share: ${text}`);
  }
  return Number(number) / 100;
}
