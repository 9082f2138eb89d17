/** How much the property tests on spoiled data do, and from which seed. */
import { isLong } from '../chaos/size';

/** Payloads in all: few with `npm test`, 20 000 where the variable says so (`npm run test:chaos`). */
export const PAYLOADS = Number(process.env['WCODOO_FUZZ_PAYLOADS'] ?? (isLong ? 20_000 : 2_000));

/** The same seed does the same again; a failure names its own. */
export const SEED = Number(process.env['WCODOO_FUZZ_SEED'] ?? 20_261_123);

/** Long enough for all of it on one slow core. */
export const TIMEOUT_MS = 60_000 + PAYLOADS * 60;
