/** `wcodoo purge` without a selection: what there is to forget, and how. */
import { statSync } from 'node:fs';
import type { Config } from '../config/load';
import { describeRows } from '../core/describe-rows';
import { EXIT } from '../core/errors';
import { countOf } from '../lib/count-of';
import { auditFolder, statePath, type OpenState } from '../own-state';
import { listAuditFiles } from '../purge/audit-files';
import { formatBytes } from '../reporters/format-bytes';
import type { PurgeOptions } from './choose-purge';
import type { CommandIo } from './command';

/** Prints it and removes nothing. */
export async function showPurgeable(
  state: OpenState,
  config: Config,
  { json }: PurgeOptions,
  io: CommandIo,
): Promise<number> {
  const stores = await state.purge.stores();
  const files = listAuditFiles(auditFolder(config));
  const found = {
    statePath: statePath(config),
    stateBytes: statSync(statePath(config)).size,
    auditFiles: files.length,
    auditFileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    quarantine: (await state.debts.count(config.file.store)).quarantine,
    stores,
  };
  if (json === true) {
    io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT.ok;
  }
  const others = stores.map(({ store }) => store).filter((store) => store !== config.file.store);
  const lines = [
    `${found.statePath}: ${formatBytes(found.stateBytes)}`,
    ...stores.map((store) => `  store ${store.store}: ${describeRows(store.rows)}`),
    `${auditFolder(config)}: ${countOf(found.auditFiles, 'file')}, ${formatBytes(found.auditFileBytes)}`,
    '',
    'Nothing was selected, and nothing removed. What can be:',
    '  --audit-older-than 90d   audit rows and files of runs that ended longer ago',
    '  --runs                   records of runs of that age without audit',
    '  --links-orphaned         links whose record neither side has any more (asks both)',
    `  --debts                  debts in quarantine, as \`debts drop\` does (${found.quarantine} now)`,
    ...others.map((store) => `  --store ${store}`.padEnd(27) + 'everything of that store'),
    '  --all                    everything, as if the state had been lost',
    'With --dry-run it is only shown.',
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
}
