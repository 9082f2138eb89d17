/** The command line: one commander command each, its file loaded when it is called; errors to exit codes. */
import { Command, CommanderError, Option } from 'commander';
import { defineAlertsCommands } from './cli/alerts-commands';
import { defineAuditCommands } from './cli/audit-commands';
import { defineCompletionCommand } from './cli/completion-command';
import { defineDebtsCommands } from './cli/debts-commands';
import { defineCommand, formatExample, fraction, positiveInteger, withConfig } from './cli/define-command';
import { defineInitCommand } from './cli/init-command';
import { defineMetricsCommand } from './cli/metrics-command';
import { definePurgeCommand } from './cli/purge-command';
import { defineStateCommands } from './cli/state-commands';
import { defineStatusCommand } from './cli/status-command';
import { createCommandIo, exitCodeOf, type CommandIo, type ConfigOptions } from './commands/command';
import { ALLOWANCES } from './core/allowances';
import { ConfigError, EXIT, messageOf, UsageError, WcodooError } from './core/errors';
import { version } from './version';

/** Runs the program and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const controller = new AbortController();
  let signalCode: number = EXIT.interrupted;
  for (const [name, code] of [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        process.exit(code);
      }
      signalCode = code;
      io.stderr.write('stopping after the batch in flight; again to stop at once\n');
      controller.abort();
    });
  }
  const io = createCommandIo({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
    interruptedExitCode: () => signalCode,
  });
  // Node would print the line of code and every property of the error, and end with 1.
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(name, (error: unknown) => {
      explainBug(error, io);
      // Whatever goes on meanwhile is to stop where it is safe.
      controller.abort();
      void io.errorReports.report(error).finally(() => process.exit(EXIT.bug));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ignoreClosedPipe);
  }
  process.exitCode = await run(argv, io);
}

/** Nobody reads what is printed any more (`wcodoo debts list | head`): the work goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}

/** Runs one command line; every failure becomes a sentence and an exit code. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.ok : EXIT.config;
    }
    const code = explain(error, io);
    if (code === EXIT.bug) {
      await io.errorReports.report(error);
    }
    return code;
  }
}

function explain(error: unknown, io: CommandIo): number {
  if (error instanceof WcodooError) {
    const exitCode = exitCodeOf(error, io);
    const log = io.log();
    if (log !== undefined) {
      log.fail(error, exitCode);
      return exitCode;
    }
    const kind = error instanceof ConfigError && !(error instanceof UsageError) ? 'configuration' : 'error';
    io.stderr.write(`${kind}: ${error.message}\n`);
    if (error.hint !== undefined) {
      io.stderr.write(`hint: ${error.hint}\n`);
    }
    return exitCode;
  }
  explainBug(error, io);
  return EXIT.bug;
}

function explainBug(error: unknown, io: CommandIo): void {
  const log = io.log();
  if (log !== undefined) {
    log.fail(error, EXIT.bug);
    return;
  }
  io.stderr.write(
    `bug: ${messageOf(error)}\nThis should not happen. What was done so far is safe; please report it with the lines below.\n`,
  );
  if (error instanceof Error && error.stack !== undefined) {
    io.stderr.write(`${framesOf(error.stack)}\n`);
  }
}

const SHOWN_FRAMES = 7;

/** The first places of a stack; its other lines repeat the message. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, SHOWN_FRAMES)
    .join('\n');
}

/**
 * Every command with its flags and help; nothing else is loaded before one is called.
 * @param setExitCode told what a command ended with
 */
export function buildProgram(io: CommandIo, setExitCode: (code: number) => void): Command {
  const program = new Command('wcodoo')
    .description('Keeps a WooCommerce shop and an Odoo ERP in step.')
    .version(version)
    .addHelpText('after', formatExample('wcodoo sync --dry-run'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showHelpAfterError('(add --help for what can be said)');

  const syncCommand = withConfig(
    defineCommand(
      program,
      'sync [flow...]',
      'Brings both sides in step: customers and orders to Odoo, stock to WooCommerce.',
      'wcodoo sync orders --since 3d --dry-run',
    ),
  )
    .option(
      '--since <date|ago>',
      'read what was modified since then (2026-01-31, 2h, 3d), moving no checkpoint',
    )
    .option('--until <date|ago>', 'leave what was modified later to another run')
    .option('--dry-run', 'print the plan and write nothing, on either side nor in the state')
    .option('--full', 'read and compare everything, not only what changed')
    .option('--limit <n>', 'at most this many records a flow', positiveInteger)
    .option('--json', 'print one JSON object on standard output and nothing else')
    .option('--verbose', 'say each decision on standard error')
    .option('--strict', 'exit 1 also for a quarantine that only stands')
    .option('--wait [time]', 'wait for a run under way to end (at most 30s, 10m, 2h) instead of exiting 75');
  for (const [limit, allowance] of Object.entries(ALLOWANCES)) {
    syncCommand.option(`--allow-${limit} <run>`, `let pass ${allowance} as in the run that it stopped`);
  }
  syncCommand.action(async (flows: string[], options: object) => {
    const { sync } = await import('./commands/sync.js');
    setExitCode(await sync(flows, options, io));
  });

  withConfig(
    defineCommand(
      program,
      'doctor',
      'Says in words what is wrong with the connections, rights and settings, and what to do.',
      'wcodoo doctor',
    ),
  )
    .option('--json', 'print the findings as JSON')
    .action(async (options: ConfigOptions & { json?: boolean }) => {
      const { doctor } = await import('./commands/doctor.js');
      setExitCode(await doctor(options, io));
    });

  defineStatusCommand(program, io, setExitCode);
  defineAuditCommands(program, io, setExitCode);
  defineDebtsCommands(program, io, setExitCode);
  defineStateCommands(program, io, setExitCode);
  definePurgeCommand(program, io, setExitCode);
  defineMetricsCommand(program, io, setExitCode);
  defineAlertsCommands(program, io, setExitCode);

  defineInitCommand(program, io, setExitCode);

  defineCommand(
    program,
    'sandbox',
    'Runs an embedded WooCommerce and Odoo on loopback, for trying things out.',
    'wcodoo sandbox --env-file /tmp/sandbox.env',
  )
    .requiredOption('--env-file <file>', 'where to write the environment for the other commands')
    .option('--orders <n>', 'orders in the shop (default: 300)', positiveInteger)
    .option('--customers <n>', 'customers in the shop (default: 150)', positiveInteger)
    .option('--products <n>', 'simple products in the shop (default: 200)', positiveInteger)
    .addOption(new Option('--odoo <version>', 'version of Odoo').choices(['19', '14']).default('19'))
    .option('--faults <rate>', 'share of calls that go wrong, 0 to 1', fraction)
    .action(async (options: object) => {
      const { sandbox } = await import('./commands/sandbox.js');
      setExitCode(await sandbox(options as Parameters<typeof sandbox>[0], io));
    });

  defineCommand(
    program,
    'demo',
    'Shows a first sync, a second one and a third on the sandbox.',
    'wcodoo demo',
  ).action(async () => {
    const { demo } = await import('./commands/demo.js');
    setExitCode(await demo(io));
  });

  defineCompletionCommand(program, io, setExitCode);
  return program;
}
