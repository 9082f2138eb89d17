/** `wcodoo audit verify`: compares both sides from outside, and writes down what differs. */
import { distance } from 'fastest-levenshtein';
import { join, resolve } from 'node:path';
import { buildFlows, buildVerifiers, newRunId } from '../app';
import type { Config } from '../config/load';
import type { RunContext } from '../core/context';
import { UsageError, EXIT } from '../core/errors';
import { runVerifiers, startOfVerify, type Verifier, type VerifyRequest } from '../core/verify';
import { linkVerifier } from '../core/verify-links';
import { parseSince } from '../lib/shop-time';
import { openReading } from '../open-reading';
import { auditFolder } from '../own-state';
import { formatVerification, verificationJson } from '../reporters/format-verification';
import { printable } from '../reporters/printable';
import { VerifyTally } from '../reporters/verify-tally';
import { openVerifyCsv } from '../reporters/verify-csv';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';
import { showProgress } from './verify-progress';

export interface VerifyOptions extends ConfigOptions {
  readonly only?: string;
  readonly sample?: number;
  readonly seed?: number;
  readonly since?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** Seeds are short, so that a person can type one again. */
const SEEDS = 1_000_000;

/**
 * Only reads: it takes no lock, changes no state and may run beside a sync.
 * @returns 0 where both sides are the same, 1 with differences
 * @throws UsageError, FatalError, RetryableError, StoppedError
 */
export async function verify(options: VerifyOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const verifiers = selectVerifiers(options.only, config);
  if (options.seed !== undefined && options.sample === undefined) {
    throw new UsageError(['--seed says which sample to draw; say --sample too']);
  }
  const progress = showProgress(io.stderr, options.json === true);
  const reading = await openReading(config, {
    signal: io.signal,
    emit: (event) => {
      if (event.type === 'notice') {
        progress.say(event.message);
      }
    },
  });
  try {
    const { context } = reading;
    const request = await requestOf(options, context);
    const startedAt = new Date();
    const path =
      options.output === undefined
        ? join(auditFolder(config), `verify-${newRunId(startedAt)}.csv`)
        : resolve(options.output);
    const tally = new VerifyTally({ store: context.store, startedAt, path, request });
    const csv = openVerifyCsv(path, config.file.audit);
    try {
      for await (const page of runVerifiers(context, verifiers, request)) {
        tally.add(page);
        await csv.write(page.findings);
        progress.show(page.name, tally.comparedBy(page.name), page.expected);
      }
    } finally {
      progress.end();
      await csv.close();
    }
    io.stdout.write(options.json === true ? verificationJson(tally) : formatVerification(tally));
    return tally.differences === 0 ? EXIT.ok : EXIT.incomplete;
  } finally {
    reading.close();
  }
}

/** @throws UsageError for a name that no comparison has */
function selectVerifiers(only: string | undefined, config: Config): readonly Verifier[] {
  const all = [...buildVerifiers(config), linkVerifier(buildFlows(config))];
  if (only === undefined) {
    return all;
  }
  const names = only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = all.map(({ name }) => name);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = known.find((candidate) => distance(candidate, name) <= 3);
      return `--only ${name}: nothing goes by that name${near === undefined ? '' : `; did you mean ${near}?`} (${known.join(', ')})`;
    });
  if (problems.length > 0 || names.length === 0) {
    throw new UsageError(problems.length > 0 ? problems : [`--only names nothing (${known.join(', ')})`]);
  }
  return all.filter(({ name }) => names.includes(name));
}

/** @throws UsageError for a time that is none */
async function requestOf(
  { since, sample, seed }: VerifyOptions,
  context: RunContext,
): Promise<VerifyRequest> {
  const start = await startOfVerify(context);
  const time =
    since === undefined
      ? undefined
      : parseSince(since, (await context.woo.shop()).timezone, context.clock.now());
  if (since !== undefined && time === undefined) {
    throw new UsageError([
      `--since ${printable(since)}: not a date (2026-01-31, 2026-01-31T14:00) nor a time ago (2h, 3d)`,
    ]);
  }
  return {
    ...start,
    since: time?.toISOString(),
    sample:
      sample === undefined ? undefined : { size: sample, seed: seed ?? Math.floor(Math.random() * SEEDS) },
  };
}
