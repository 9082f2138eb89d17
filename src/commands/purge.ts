/** `wcodoo purge`: forgets what is no longer needed, and frees its space. */
import { newRunId } from '../app';
import type { Config } from '../config/load';
import { EXIT, StoppedError, WcodooError } from '../core/errors';
import type { Shrunk } from '../core/ports';
import { auditFolder, openOwnState, type OpenState } from '../own-state';
import { auditRowOf, type PurgePart, type PurgeTask } from '../purge/purge-task';
import { createAuditCsv, type AuditCsv } from '../reporters/audit-csv';
import { formatBytes } from '../reporters/format-bytes';
import { formatPurge } from '../reporters/format-purge';
import type { CommandIo } from './command';
import { confirm, confirmByTyping } from './confirm';
import { choosePurge, type Chosen, type PurgeOptions } from './choose-purge';
import { readConfig } from './read-config';
import { recordRun } from './record-run';
import { showPurgeable } from './show-purgeable';

/**
 * Removes what the flags select, once a person has seen and confirmed it.
 * @returns the exit code: 1 when the person said no
 * @throws ConfigError for a selection that cannot be, LockHeldError while a run is under way
 */
export async function purge(options: PurgeOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const state = await openOwnState(config);
  let chosen: Chosen | undefined;
  try {
    chosen = await choosePurge(state, config, options, io);
    if (chosen.tasks.length === 0) {
      return await showPurgeable(state, config, options, io);
    }
    const planned: PurgePart[] = [];
    for (const task of chosen.tasks) {
      planned.push(await task.plan());
    }
    if (options.dryRun === true || planned.every(({ count }) => count === 0)) {
      say(io, options, { dryRun: options.dryRun === true, runId: null, parts: planned });
      return EXIT.ok;
    }
    io.stderr.write(formatPurge('To be removed:', planned));
    if (!(await isConfirmed(chosen, options, io))) {
      io.stderr.write('nothing was removed\n');
      return EXIT.incomplete;
    }
    say(io, options, { dryRun: false, ...(await removeUnderLock(state, config, chosen, io)) });
    return EXIT.ok;
  } finally {
    await chosen?.close();
    state.close();
  }
}

function isConfirmed({ warning, word }: Chosen, options: PurgeOptions, io: CommandIo): Promise<boolean> {
  const question = `${warning}Remove it?`;
  return word === undefined
    ? confirm(question, options.yes === true, io)
    : confirmByTyping(question, word, options.yes === true, io);
}

interface Purged {
  readonly runId: string;
  readonly parts: readonly PurgePart[];
  readonly shrunk: Shrunk;
}

/** The lock is not held while a person thinks, so what there is to remove is looked at once more. */
async function removeUnderLock(
  state: OpenState,
  config: Config,
  { tasks, command }: Chosen,
  io: CommandIo,
): Promise<Purged> {
  const runId = newRunId(new Date());
  const { store } = config.file;
  const lock = await state.lock(runId);
  const csv = createAuditCsv({ folder: auditFolder(config), ...config.file.audit });
  try {
    csv.handle({ type: 'run-started', runId, store, dryRun: false });
    return await recordRun(state, { runId, store, command, clock: CLOCK }, async () => {
      const parts: PurgePart[] = [];
      for (const task of tasks) {
        parts.push(await removeOne(task, { state, store, runId, csv, io }));
      }
      return { runId, parts, shrunk: await state.purge.shrink(), status: 'done', exitCode: EXIT.ok };
    });
  } finally {
    await csv.close().finally(() => lock.release());
  }
}

const CLOCK = { now: () => new Date() };

interface Removal {
  readonly state: OpenState;
  readonly store: string;
  readonly runId: string;
  readonly csv: AuditCsv;
  readonly io: CommandIo;
}

/** Removes one kind of thing and says so in the audit, also where it could not be brought to its end. */
async function removeOne(task: PurgeTask, { state, store, runId, csv, io }: Removal): Promise<PurgePart> {
  let removed = 0;
  const tell = async (part: PurgePart): Promise<void> => {
    const audit = [auditRowOf(part, { runId, store, now: CLOCK.now() })];
    await state.commit({ audit });
    csv.handle({ type: 'decided', rows: audit });
  };
  try {
    const part = await task.remove({
      runId,
      onRemoved(count) {
        removed += count;
        if (io.stderr.isTTY === true) {
          io.stderr.write(`\r${removed} removed `);
        }
        if (io.signal.aborted) {
          throw new StoppedError('The purge was asked to stop; what it had removed so far stays removed.', {
            hint: 'Run it again: it goes on from here.',
          });
        }
      },
      onDecided(rows) {
        csv.handle({ type: 'decided', rows });
      },
    });
    await tell(part);
    return part;
  } catch (error) {
    if (error instanceof WcodooError && removed > 0) {
      const { kind } = await task.plan();
      await tell({
        kind,
        count: removed,
        bytes: null,
        what: `${removed} removed before it ended: ${error.message}`,
      });
    }
    throw error;
  } finally {
    if (io.stderr.isTTY === true && removed > 0) {
      io.stderr.write('\n');
    }
  }
}

interface Said {
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly parts: readonly PurgePart[];
  readonly shrunk?: Shrunk;
}

function say(io: CommandIo, { json }: PurgeOptions, { shrunk, ...said }: Said): void {
  const freedBytes = shrunk === undefined ? 0 : Math.max(0, shrunk.bytesBefore - shrunk.bytesAfter);
  const problem = shrunk?.problem ?? null;
  if (problem !== null) {
    io.stderr.write(`Warning: ${problem}\n`);
  }
  if (json === true) {
    io.stdout.write(`${JSON.stringify({ ...said, freedBytes, problem }, null, 2)}\n`);
    return;
  }
  if (shrunk === undefined) {
    const isNothing = said.parts.every(({ count }) => count === 0);
    io.stdout.write(
      formatPurge(isNothing ? 'Nothing to remove:' : 'Would be removed (nothing was):', said.parts),
    );
    return;
  }
  io.stdout.write(
    `${formatPurge('Removed:', said.parts)}The state is ${formatBytes(freedBytes)} smaller: ${formatBytes(shrunk.bytesAfter)}.\n`,
  );
}
