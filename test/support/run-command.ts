/** The commands of the program on a bench, in this process, configured by files as people do it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../../src/cli';
import { formatEnv, type EnvValues } from '../../src/config/env-text';
import { ioForTests } from '../commands/io-for-tests';
import type { Bench, Sections } from './run-sync';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Over the sandbox's own. */
  readonly environment?: EnvValues;
  /** Sections over the sandbox's own, each as a whole. */
  readonly settings?: Sections;
}

/** Runs one command line; the state and the audit lie in the home of the bench. */
export async function runCommand(
  bench: Bench,
  args: readonly string[],
  { environment = {}, settings = {} }: CommandOptions = {},
): Promise<CommandResult> {
  const [envFile, config] = [join(bench.home, 'test.env'), join(bench.home, 'test.yaml')];
  const values = { ...bench.sandbox.environment, WCODOO_HOME: bench.home, ...environment };
  writeFileSync(envFile, formatEnv(values, 'test'), { mode: 0o600 });
  writeFileSync(config, stringify({ ...bench.sandbox.config, ...settings }), { mode: 0o600 });
  const { io, stdout, stderr } = ioForTests();
  const code = await run(['node', 'wcodoo', ...args, '--env-file', envFile, '--config', config], io);
  return { code, stdout: stdout(), stderr: stderr() };
}
