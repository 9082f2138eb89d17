/**
 * Limits: what a flow may change before a person looks. Pure; the whole plan of
 * a flow is weighed before its first write.
 */
import { Money } from '../lib/money';
import type { Change } from './entity';
import { LimitError } from './errors';
import type { Breach } from './ports';

/** The settings; shares are from 0 to 1. */
export interface Limits {
  /** Records that may be archived. */
  readonly archived: number;
  /** Share of a flow's records that may change. */
  readonly changedShare: number;
  /** A price that moves by more than this share of itself is a jump. */
  readonly priceJump: number;
  /** Prices that may jump. */
  readonly priceJumps: number;
  /** Share of a flow's records whose stock may fall to zero. */
  readonly stockToZero: number;
  /** Share by which a complete listing may shrink. */
  readonly listingShrink: number;
  /** Shares are not looked at up to so many records, so that a handful stops nobody. */
  readonly fromRecords: number;
}

/** What a change means to the limits, as its flow measures it. */
export interface Measure {
  /** The shop had some and would have none. */
  readonly toZero?: boolean;
  /** Amounts as text. */
  readonly price?: { readonly before: string; readonly after: string };
}

/** A change, and what it means to the limits. */
export interface Weighed {
  readonly change: Change;
  readonly measure: Measure;
}

/** How many records there are, to take shares of. */
export interface Listed {
  /** Records of the last complete listing; undefined before the first. */
  readonly before: number | undefined;
  /** Records of the complete listing in this run; undefined when it was not complete. */
  readonly now: number | undefined;
}

/** Adds up what the changes of one flow mean to its limits. */
export class Weights {
  changed = 0;
  archived = 0;
  toZero = 0;
  priceJumps = 0;
  read = 0;

  constructor(private readonly limits: Limits) {}

  add({ change, measure }: Weighed, times = 1): void {
    this.changed += times;
    this.archived += change.action === 'archive' ? times : 0;
    this.toZero += measure.toZero === true ? times : 0;
    this.priceJumps += isJump(measure, this.limits) ? times : 0;
  }

  /** What these come to where a planned change has become another one. */
  replace(planned: Weighed, now: Weighed): Weights {
    const weights = Object.assign(new Weights(this.limits), this);
    weights.add(planned, -1);
    weights.add(now);
    return weights;
  }
}

/** True when a price moves by more than the limit, falls to nothing, or cannot be read as an amount. */
function isJump({ price }: Measure, { priceJump }: Limits): boolean {
  if (price === undefined) {
    return false;
  }
  const [before, after] = [readAmount(price.before), readAmount(price.after)];
  if (before === undefined || before.lte(0)) {
    // A first price is no jump.
    return false;
  }
  return after === undefined || after.lte(0) || after.minus(before).abs().div(before).gt(priceJump);
}

function readAmount(text: string): Money | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? new Money(text) : undefined;
}

/** A limit that a plan exceeds: both figures, and the sentence for the person. */
export type Excess = Pick<Breach, 'limit' | 'measured' | 'message'>;

/** The limits that a plan exceeds. */
export function weigh(weights: Weights, listings: Listed, limits: Limits): Excess[] {
  // Of a shop that was never listed nobody can say what is much: there the dry run is the check.
  const known = listings.before;
  const records = Math.max(known ?? 0, weights.read);
  const changed = { count: weights.changed, of: records, limit: limits.changedShare };
  const toZero = { count: weights.toZero, of: records, limit: limits.stockToZero };
  return [
    ...weighListing(listings, limits),
    ...(weights.archived > limits.archived
      ? [
          {
            limit: 'archived' as const,
            measured: weights.archived,
            message: `${weights.archived} records would be archived, ${limits.archived} at most (limits.archived)`,
          },
        ]
      : []),
    ...(known !== undefined && exceeds(changed, limits)
      ? [
          {
            limit: 'changed-share' as const,
            measured: changed.count,
            message: `${describeShare(changed)} would change, ${percent(changed.limit)} at most (limits.changedShare)`,
          },
        ]
      : []),
    ...(weights.priceJumps > limits.priceJumps
      ? [
          {
            limit: 'price-jump' as const,
            measured: weights.priceJumps,
            message: `${weights.priceJumps} prices would move by more than ${percent(limits.priceJump)} or fall to nothing (limits.priceJump), ${limits.priceJumps} at most (limits.priceJumps)`,
          },
        ]
      : []),
    ...(exceeds(toZero, limits)
      ? [
          {
            limit: 'stock-to-zero' as const,
            measured: toZero.count,
            message: `the stock of ${describeShare(toZero)} would fall to zero, ${percent(toZero.limit)} at most (limits.stockToZero)`,
          },
        ]
      : []),
  ];
}

/** A listing that came back empty, or far shorter than the last one: rights, a filter, another company or database. */
export function weighListing({ before, now }: Listed, limits: Limits): Excess[] {
  if (before === undefined || now === undefined || before === 0) {
    return [];
  }
  const gone = before - now;
  const shrunk = exceeds({ count: gone, of: before, limit: limits.listingShrink }, limits);
  if (now > 0 && !shrunk) {
    return [];
  }
  return [
    {
      limit: 'empty-listing',
      measured: gone,
      message:
        now === 0
          ? `nothing was listed, where the last complete listing had ${before} records`
          : `only ${now} records were listed, where the last complete listing had ${before}; it may shrink by ${percent(limits.listingShrink)} (limits.listingShrink)`,
    },
  ];
}

interface Share {
  readonly count: number;
  readonly of: number;
  readonly limit: number;
}

/** In decimals: 29 of 100 are 29 %, which 100 * 0.29 is not. */
function exceeds({ count, of, limit }: Share, { fromRecords }: Limits): boolean {
  return count > fromRecords && new Money(limit).times(of).lt(count);
}

function describeShare({ count, of }: Share): string {
  return `${count} of ${of} records (${percent(count / Math.max(of, 1))})`;
}

/** With decimals, so that a figure can be told from its limit: 20.4 % are more than 20 %. */
function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/**
 * True when a person has allowed this much after a run was stopped by it, or at
 * most a tenth more: the world moves on between two runs.
 */
export function isAllowed(excess: Excess, breaches: readonly Breach[]): boolean {
  return breaches.some(
    ({ limit, measured, usedBy }) =>
      limit === excess.limit && usedBy === null && excess.measured <= (measured * 11) / 10,
  );
}

/** What a limit stopped. */
export interface Stopped {
  /** What became of it, as a sentence. */
  readonly consequence: string;
  readonly runId: string;
  readonly dryRun: boolean;
  /** True when everything was compared, not only what changed. */
  readonly full: boolean;
}

/** The error that stops a flow, or the run: what is over its limit, and the command that goes on. */
export function limitError(excesses: readonly Excess[], stopped: Stopped): LimitError {
  const flags = excesses.map(({ limit }) => `--allow-${limit} ${stopped.runId}`);
  const command = ['wcodoo sync', ...(stopped.full ? ['--full'] : []), ...flags].join(' ');
  const figures = excesses.map(({ message }) => message).join('; ');
  return new LimitError(`${figures}. ${stopped.consequence}`, {
    hint: stopped.dryRun
      ? 'A run would stop here as well, and say how to go on.'
      : `If this is right, go on with: ${command}`,
  });
}
