/** `wcodoo audit …` */
import { Option, type Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, positiveInteger, withConfig } from './define-command';
import { defineExplainCommand } from './explain-command';
import { defineVerifyCommand } from './verify-command';

/** As the states of runs have them; `running` is also what a killed run leaves until the next one. */
const RUN_STATUSES = ['done', 'incomplete', 'failed', 'interrupted', 'stopped', 'running'];
/** Of the columns `action` and `status` of the audit; what a dry run planned is in its file alone. */
const ACTIONS = ['create', 'update', 'link', 'skip', 'conflict', 'archive', 'purge'];
const STATUSES = ['done', 'failed', 'waiting', 'quarantined', 'stopped', 'dropped'];

export function defineAuditCommands(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  const audit = defineCommand(
    program,
    'audit',
    'Shows what was decided, and why.',
    'wcodoo audit show last --status failed',
  );
  withConfig(
    defineCommand(
      audit,
      'runs',
      'Lists the runs, the newest first, with what each came to.',
      'wcodoo audit runs --since 7d --failed',
    ),
  )
    .option('--limit <n>', 'at most this many (default: 20)', positiveInteger)
    .option('--since <date|ago>', 'started since then (2026-01-31, 2026-01-31T14:00, 2h, 3d; UTC)')
    .option('--until <date|ago>', 'started before then')
    .addOption(new Option('--status <name>', 'only those that ended so').choices(RUN_STATUSES))
    .option('--failed', 'only those that need a look: all but done and running')
    .option('--command <name>', 'only those of a command, as in the table: sync, "debts drop"')
    .option('--json', 'print them as JSON')
    .action(async (options: object) => {
      const { listRuns } = await import('../commands/audit-runs.js');
      setExitCode(await listRuns(options, io));
    });
  withConfig(
    defineCommand(
      audit,
      'show <run>',
      'Shows a run: what each flow came to, how often what was decided, and the decisions.',
      'wcodoo audit show last --flow orders --status failed',
      '<run> is its id, the beginning of it, or `last`.',
    ),
  )
    .option('--flow <name>', 'only those of a flow')
    .addOption(new Option('--action <name>', 'only those with this action').choices(ACTIONS))
    .addOption(new Option('--status <name>', 'only those with this status').choices(STATUSES))
    .option('--reason <code>', 'only those with this reason')
    .option('--record <id|key>', 'only those of a record: its id on either side, order number, SKU or e-mail')
    .option('--all', 'all decisions, not the first 50')
    .option('--json', 'print it as JSON')
    .action(async (run: string, options: object) => {
      const { showRun } = await import('../commands/audit-show.js');
      setExitCode(await showRun(run, options, io));
    });
  withConfig(
    defineCommand(
      audit,
      'export',
      'Writes decisions as CSV for spreadsheets or as JSON lines for programs.',
      'wcodoo audit export --since 30d --decimal-comma --output audit.csv',
    ),
  )
    .addOption(new Option('--format <name>', 'how they are written').choices(['csv', 'jsonl']).default('csv'))
    .option('--since <date|ago>', 'decided since then (2026-01-31, 2026-01-31T14:00, 2h, 3d; UTC)')
    .option('--until <date|ago>', 'decided before then')
    .option('--run <run>', 'only those of a run: its id, the beginning of it, or `last`')
    .option('--flow <name>', 'only those of a flow')
    .addOption(new Option('--status <name>', 'only those with this status').choices(STATUSES))
    .addOption(
      new Option('--delimiter <character>', 'between cells (default: audit.delimiter)').choices([
        ',',
        ';',
        'tab',
      ]),
    )
    .option('--bom', 'begin with a byte order mark (default: audit.bom)')
    .option('--no-bom', 'begin without one')
    .option('--decimal-comma', 'amounts as 12,30; cells are separated by `;` unless said otherwise')
    .option('--no-guard', 'cells as they are, for a program: a spreadsheet may calculate or change them')
    .option('--output <file>', 'into a file that only you can read, not to standard output')
    .action(async (options: object) => {
      const { exportAudit } = await import('../commands/audit-export.js');
      setExitCode(await exportAudit(options as Parameters<typeof exportAudit>[0], io));
    });
  defineExplainCommand(audit, io, setExitCode);
  defineVerifyCommand(audit, io, setExitCode);
}
