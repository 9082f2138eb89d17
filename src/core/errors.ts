/**
 * The error families, told apart by what the engine does next. Adapters
 * translate into them at the border: no axios error and no XML-RPC fault
 * travels further in.
 */

/** Process exit codes; documented in docs/operations.md and stable. */
export const EXIT = {
  ok: 0,
  incomplete: 1,
  config: 2,
  fatal: 3,
  limit: 4,
  bug: 70,
  lockHeld: 75,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface WcodooErrorOptions {
  /** What the person should do next, one sentence. */
  hint?: string | undefined;
  cause?: unknown;
}

/** Base of every expected failure; `message` is a sentence for a person and holds no secret. */
export abstract class WcodooError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: WcodooErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The configuration cannot be used. Nothing starts; every problem is listed at once. */
export class ConfigError extends WcodooError {
  readonly exitCode = EXIT.config;
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options: WcodooErrorOptions = {}) {
    super(
      problems.length === 1
        ? (problems[0] ?? '')
        : `${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    );
    this.problems = problems;
  }
}

/** The command line cannot be used, or names what does not exist. */
export class UsageError extends ConfigError {}

/** The run cannot go on (wrong key, unsupported version): stop, keep the checkpoint. */
export class FatalError extends WcodooError {
  readonly exitCode: ExitCode = EXIT.fatal;
}

/** The state file is damaged; it was left as it is. */
export class DamagedStateError extends FatalError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, {
      hint: 'It was left as it is. `wcodoo state restore` puts a backup (of `wcodoo state backup`) in its place; without one, `wcodoo state rebuild` takes the links from Odoo. Both set it aside.',
      ...options,
    });
  }
}

/** A limit was exceeded before the first write. */
export class LimitError extends FatalError {
  override readonly exitCode = EXIT.limit;
}

/** Another run holds the lock of this state. */
export class LockHeldError extends FatalError {
  override readonly exitCode = EXIT.lockHeld;
}

/** The program was asked to stop before its work had begun or ended; the exit code is that of the signal. */
export class StoppedError extends FatalError {}

/**
 * The other side is not available (rate limit, outage, time-out). The adapter
 * has already tried again; this flow stops, its dependents are skipped, the
 * next run resumes.
 */
export class RetryableError extends WcodooError {
  readonly exitCode = EXIT.incomplete;
  /** True when a write may have taken effect although no answer came. */
  readonly ambiguous: boolean;

  constructor(message: string, options: WcodooErrorOptions & { ambiguous?: boolean } = {}) {
    super(message, options);
    this.ambiguous = options.ambiguous ?? false;
  }
}

/** One record cannot be processed: an audit row and a debt, the rest goes on. */
export class SkippableError extends WcodooError {
  readonly exitCode = EXIT.incomplete;
  /** A stable reason code, for example `total-mismatch`. */
  readonly reason: string;

  constructor(reason: string, message: string, options: WcodooErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** One sentence for any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
