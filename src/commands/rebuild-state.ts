/** `wcodoo state rebuild`: takes the links back from Odoo when the state was lost. */
import { openApp, type App } from '../app';
import { EXIT } from '../core/errors';
import { rebuildLinks, type Rebuilt } from '../core/rebuild-links';
import { openOrSetAside } from '../own-state';
import { formatTable } from '../reporters/format-table';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';
import { recordRun } from './record-run';

export interface RebuildOptions extends ConfigOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const WHAT_FOLLOWS =
  'Products are linked again by SKU, and customers without an external id by e-mail address, in the next sync, ' +
  'which reads and compares everything. Next: wcodoo sync --dry-run, then wcodoo sync';

/**
 * Adds the links that are missing. A damaged state is set aside first; a dry run
 * only counts.
 * @throws DamagedStateError in a dry run on a damaged state
 */
export async function rebuildState(options: RebuildOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const dryRun = options.dryRun === true;
  const setAside = dryRun ? undefined : await setAsideDamaged(config);
  if (setAside !== undefined) {
    io.stderr.write(`The damaged state was set aside: ${setAside}\n`);
  }
  const app = await openApp(config, {
    request: { full: false },
    dryRun,
    emit: (event) => {
      if (event.type === 'notice') {
        io.stderr.write(`${event.message}\n`);
      }
    },
    signal: io.signal,
  });
  try {
    const { rebuilt } = await runRebuild(app, io);
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ dryRun, setAside: setAside ?? null, rebuilt }, null, 2)}\n`
        : format(rebuilt, dryRun),
    );
    return EXIT.ok;
  } finally {
    await app.close();
  }
}

async function setAsideDamaged(config: Parameters<typeof openOrSetAside>[0]): Promise<string | undefined> {
  const { state, setAside } = await openOrSetAside(config);
  state.close();
  return setAside;
}

async function runRebuild(
  { context, flows }: App,
  io: CommandIo,
): Promise<{ rebuilt: Rebuilt[]; status: string; exitCode: number }> {
  const { state, runId, store, clock } = context;
  return recordRun(state, { runId, store, clock, command: 'state rebuild' }, async () => {
    const rebuilt = await rebuildLinks(context, flows, (found) => {
      if (io.stderr.isTTY === true) {
        io.stderr.write(`\r${found} records with external ids found `);
      }
    });
    if (io.stderr.isTTY === true) {
      io.stderr.write('\n');
    }
    return { rebuilt, status: 'done', exitCode: EXIT.ok };
  });
}

function format(rebuilt: readonly Rebuilt[], dryRun: boolean): string {
  const rows = rebuilt.map(({ entity, found, added, merged }) =>
    [entity, found, added, found - added, merged].map(String),
  );
  const title = dryRun
    ? 'Links that a rebuild would add (nothing was written)'
    : 'Links taken back from the external ids in Odoo';
  return [
    title,
    '',
    ...formatTable(['record', 'in Odoo', 'added', 'linked already', 'merged'], rows),
    '',
    WHAT_FOLLOWS,
    '',
  ].join('\n');
}
