/** What the flags of `wcodoo purge` select. */
import { buildFlows, openApp, type App } from '../app';
import type { Config } from '../config/load';
import { UsageError } from '../core/errors';
import { findOrphanedLinks } from '../core/orphaned-links';
import { parseDurationMs } from '../lib/duration';
import { auditFolder, backupFolder, newestBackup, type OpenState } from '../own-state';
import { auditFilesTask, listAuditFiles, oldAuditFiles } from '../purge/audit-files';
import { debtsTask } from '../purge/debts-task';
import { linksTask } from '../purge/links-task';
import type { PurgeTask } from '../purge/purge-task';
import { auditTask, everythingTask, runsTask, storeTask } from '../purge/state-tasks';
import type { CommandIo, ConfigOptions } from './command';

export interface PurgeOptions extends ConfigOptions {
  readonly auditOlderThan?: string;
  readonly runs?: boolean;
  readonly linksOrphaned?: boolean;
  readonly debts?: boolean;
  readonly store?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export interface Chosen {
  /** In the order they are carried out; empty when nothing is selected. */
  readonly tasks: readonly PurgeTask[];
  /** As a person would type it, without `wcodoo`. */
  readonly command: string;
  /** What to know beforehand, as sentences; may be empty. */
  readonly warning: string;
  /** What a person has to type, where a yes is not enough. */
  readonly word: string | undefined;
  close(): Promise<void>;
}

const DEFAULT_AGE = '90d';

/**
 * Makes the tasks. Both sides are connected only for `--links-orphaned`.
 * @throws UsageError for a selection that cannot be
 */
export async function choosePurge(
  state: OpenState,
  config: Config,
  options: PurgeOptions,
  io: CommandIo,
): Promise<Chosen> {
  const before = new Date(Date.now() - ageMsOf(options));
  const command = commandOf(options);
  if (options.all === true) {
    await refuseAll(state, config, options);
    const backup = newestBackup(config);
    const kept =
      backup === undefined
        ? 'There is no backup: `wcodoo state backup` makes one. '
        : `The backups in ${backupFolder(config)} stay. `;
    return {
      tasks: [everythingTask(state.purge), allFilesTask(config)],
      command,
      warning: `${WHAT_ALL_MEANS}${kept}`,
      word: config.file.store,
      close: () => Promise.resolve(),
    };
  }
  const { store } = options;
  if (store !== undefined) {
    await refuseStore(state, config, store);
  }
  const app = options.linksOrphaned === true ? await connect(config, io) : undefined;
  const { purge } = state;
  return {
    tasks: [
      ...(options.auditOlderThan === undefined
        ? []
        : [auditTask(purge, before), oldFilesTask(state, config, before)]),
      ...(options.runs === true ? [runsTask(purge, before, options.auditOlderThan !== undefined)] : []),
      ...(app === undefined ? [] : [orphansTask(state, config, app)]),
      ...(options.debts === true
        ? [
            debtsTask(state, {
              store: config.file.store,
              flows: buildFlows(config),
              now: () => new Date(),
            }),
          ]
        : []),
      ...(store === undefined ? [] : await storeTasks(state, config, store)),
    ],
    command,
    warning: [
      ...(options.debts === true ? [WHAT_DEBTS_MEANS] : []),
      ...(store === undefined ? [] : [WHAT_STORE_MEANS]),
    ].join(''),
    word: store,
    close: () => app?.close() ?? Promise.resolve(),
  };
}

const WHAT_ALL_MEANS =
  'The next sync reads everything and finds the records in Odoo again by their keys; nothing is made twice. ' +
  'What only the state knows is lost: who changed what, debts, the audit, and orders that somebody deleted in Odoo are written again. ';
const WHAT_DEBTS_MEANS =
  'A debt that is given up comes back when its record changes in its source, or in a `wcodoo sync --full`. ';
const WHAT_STORE_MEANS =
  'If this is a shop that you still have, under another store id, every record of it would be made a second time. ';

/** @throws UsageError for a time that is no duration */
function ageMsOf({ auditOlderThan }: PurgeOptions): number {
  const ageMs = parseDurationMs(auditOlderThan ?? DEFAULT_AGE);
  if (ageMs === undefined) {
    throw new UsageError([`--audit-older-than ${auditOlderThan ?? ''}: not a duration (90d, 12h)`]);
  }
  return ageMs;
}

function commandOf({ auditOlderThan, runs, linksOrphaned, debts, store, all }: PurgeOptions): string {
  return [
    'purge',
    ...(auditOlderThan === undefined ? [] : [`--audit-older-than ${auditOlderThan}`]),
    ...(runs === true ? ['--runs'] : []),
    ...(linksOrphaned === true ? ['--links-orphaned'] : []),
    ...(debts === true ? ['--debts'] : []),
    ...(store === undefined ? [] : [`--store ${store}`]),
    ...(all === true ? ['--all'] : []),
  ].join(' ');
}

/** What was being written when a run ended may be in Odoo: only the state knows that it has to be looked for. */
async function refuseAll(state: OpenState, config: Config, options: PurgeOptions): Promise<void> {
  const others = commandOf({ ...options, all: false });
  if (others !== 'purge') {
    throw new UsageError([`--all is everything: say it without the rest of \`${others}\``]);
  }
  const open = await state.intents.list(config.file.store);
  if (open.length > 0) {
    throw new UsageError(
      [`${open.length} records were being written when a run ended, and only the state knows which`],
      { hint: 'Run `wcodoo sync` once: it looks them up. Then purge.' },
    );
  }
}

async function refuseStore({ purge }: OpenState, config: Config, store: string): Promise<void> {
  if (store === config.file.store) {
    throw new UsageError([`--store ${store}: this is the store of the configuration`], {
      hint: '`wcodoo purge --all` forgets everything of it.',
    });
  }
  const known = (await purge.stores()).map((found) => found.store);
  if (!known.includes(store)) {
    throw new UsageError([`--store ${store}: the state knows no such store (it knows: ${known.join(', ')})`]);
  }
  if ((await purge.storesAt(config.environment.WOO_URL)).includes(store)) {
    throw new UsageError(
      [
        `--store ${store}: this is the shop at ${new URL(config.environment.WOO_URL).host}, which the configuration calls ${config.file.store}`,
      ],
      {
        hint: `Set \`store: ${store}\` in the configuration again: under another id every record would be created a second time.`,
      },
    );
  }
}

/** A dry run's application: it works on a copy of the state, and its adapters write nothing. */
function connect(config: Config, io: CommandIo): Promise<App> {
  return openApp(config, {
    request: { full: false },
    dryRun: true,
    emit: () => undefined,
    signal: io.signal,
  });
}

function orphansTask({ purge }: OpenState, config: Config, { context, flows }: App): PurgeTask {
  return linksTask(purge, config.file.store, (links) => findOrphanedLinks(context, flows, links));
}

function oldFilesTask({ purge }: OpenState, config: Config, before: Date): PurgeTask {
  return auditFilesTask(
    async () => oldAuditFiles(listAuditFiles(auditFolder(config)), await purge.runEnds(), before),
    'of the same age',
  );
}

function allFilesTask(config: Config): PurgeTask {
  return auditFilesTask(
    (exceptRunId) =>
      Promise.resolve(listAuditFiles(auditFolder(config)).filter(({ runId }) => runId !== exceptRunId)),
    `in ${auditFolder(config)}`,
  );
}

/** The files first: which are those of the store is known only as long as its runs are. */
async function storeTasks({ purge }: OpenState, config: Config, store: string): Promise<PurgeTask[]> {
  const runIds = new Set(await purge.runsOf(store));
  return [
    auditFilesTask(
      () => Promise.resolve(listAuditFiles(auditFolder(config)).filter(({ runId }) => runIds.has(runId))),
      `of store ${store}`,
    ),
    storeTask(purge, store),
  ];
}
