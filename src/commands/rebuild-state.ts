/** `wcodoo state rebuild`: takes the links back from Odoo when the state was lost. */
import { openApp, openOdoo, type App } from '../app';
import type { Config } from '../config/load';
import { EXIT } from '../core/errors';
import { rebuildLinks, type Rebuilt } from '../core/rebuild-links';
import { findOwnDamage, setAsideOwnDamaged } from '../own-state';
import { formatTable } from '../reporters/format-table';
import { printable } from '../reporters/printable';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';
import { recordRun } from './record-run';

export interface RebuildOptions extends ConfigOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const WHAT_FOLLOWS =
  'Products are linked again by SKU, and customers without an external id by e-mail address, by the next sync, ' +
  'which reads and compares everything: checkpoints are not brought back. A record that its plan creates is new ' +
  'in the shop, or was deleted in Odoo.\nNext: wcodoo sync --dry-run, then wcodoo sync';

/**
 * Adds the links that are missing. A damaged state is set aside first; a dry run
 * only counts, as if it had been.
 * @throws LockHeldError while a run is under way
 */
export async function rebuildState(options: RebuildOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const dryRun = options.dryRun === true;
  const damage = findOwnDamage(config);
  if (dryRun && damage.length > 0) {
    io.stderr.write(`The state is damaged (${printable(damage[0] ?? '')}): planned as if it were lost.\n`);
  }
  const setAside = dryRun || damage.length === 0 ? undefined : await setAsideDamaged(config, io);
  if (setAside !== undefined) {
    io.stderr.write(`The damaged state was set aside: ${setAside}\n`);
  }
  const app = await openApp(config, {
    request: { full: false },
    dryRun,
    withoutState: damage.length > 0,
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

/** Not before Odoo has answered: without the links to put in its place a new state is worth nothing. */
async function setAsideDamaged(config: Config, io: CommandIo): Promise<string | undefined> {
  await openOdoo(config, { signal: io.signal });
  return setAsideOwnDamaged(config);
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
