import { loadConfig, readLogVariables, type Config } from '../config/load';
import { logSettingsOf } from '../config/sections/log';
import { trackErrors } from '../error-tracking';
import type { CommandIo, ConfigOptions } from './command';
import { openStderrLog } from './open-stderr-log';

/**
 * The configuration; what should be mended in it is said on stderr, which
 * becomes a log here when that is asked for.
 * @param verbose each decision is to be said
 * @throws ConfigError when it cannot be used
 */
export function readConfig(options: ConfigOptions, io: CommandIo, verbose = false): Config {
  const config = loadOrLog(options, io);
  openStderrLog(logSettingsOf(config.file.log, config.environment, verbose), config.file.store, io);
  trackErrors(config, io);
  for (const warning of config.warnings) {
    io.stderr.write(`Warning: ${warning}\n`);
  }
  return config;
}

function loadOrLog(options: ConfigOptions, io: CommandIo): Config {
  try {
    return loadConfig(options, io.scrubber);
  } catch (error) {
    // Whoever collects the log is also to read what is wrong with the configuration.
    const defaults = { format: 'auto', level: 'info' } as const;
    openStderrLog(logSettingsOf(defaults, readLogVariables(options), false), undefined, io);
    throw error;
  }
}
