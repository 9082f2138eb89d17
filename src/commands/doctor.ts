/** `wcodoo doctor`: what is wrong with connections, rights and settings, and what to do about it. */
import { missingSettings, openOdoo, openWoo } from '../app';
import { auditFolder, backupFolder, statePath } from '../own-state';
import { describeOpenFiles } from '../config/file-rights';
import { loadConfig } from '../config/load';
import { trackErrors } from '../error-tracking';
import { EXIT } from '../core/errors';
import { diagnose } from '../doctor/diagnose';
import { diagnosisJson, formatDiagnosis } from '../doctor/format-diagnosis';
import type { CommandIo, ConfigOptions } from './command';

export interface DoctorOptions extends ConfigOptions {
  readonly json?: boolean;
}

/**
 * Reads both sides and writes nothing.
 * @returns 0 without problems, 1 with problems
 * @throws ConfigError when the configuration cannot be used
 */
export async function doctor(options: DoctorOptions, io: CommandIo): Promise<number> {
  const config = loadConfig(options, io.scrubber);
  trackErrors(config, io);
  if (options.json !== true) {
    io.stderr.write('Asking both sides; reading the products takes about a second for each hundred.\n\n');
  }
  const kept = [statePath(config), auditFolder(config), backupFolder(config)];
  const diagnosis = await diagnose({
    config,
    openWoo: () => openWoo(config, { signal: io.signal }),
    openOdoo: () => openOdoo(config, { signal: io.signal }),
    missingSettings: missingSettings(config),
    openFiles: [...config.warnings, ...describeOpenFiles(kept)],
    signal: io.signal,
  });
  if (io.signal.aborted) {
    return io.interruptedExitCode();
  }
  const configPath = config.configPath ?? 'config/wcodoo.yaml';
  io.stdout.write(options.json === true ? diagnosisJson(diagnosis) : formatDiagnosis(diagnosis, configPath));
  return diagnosis.findings.some(({ level }) => level === 'problem') ? EXIT.incomplete : EXIT.ok;
}
