import { loadConfig, type Config } from '../config/load';
import { trackErrors } from '../error-tracking';
import type { CommandIo, ConfigOptions } from './command';

/**
 * The configuration; what should be mended in it is said on stderr.
 * @throws ConfigError when it cannot be used
 */
export function readConfig(options: ConfigOptions, io: CommandIo): Config {
  const config = loadConfig(options, io.scrubber);
  trackErrors(config, io);
  for (const warning of config.warnings) {
    io.stderr.write(`Warning: ${warning}\n`);
  }
  return config;
}
