/** The section `log`: what the program says of its work on standard error, and where else it says it. */
import { z } from 'zod';
import { parseGelfAddress } from '../../lib/gelf-address';
import { LOG_LEVELS, type LogLevel } from '../../lib/log-level';

export const LOG_FORMATS = ['auto', 'text', 'pretty', 'json', 'ecs'] as const;

export type LogFormat = (typeof LOG_FORMATS)[number];

export const LogSection = z.strictObject({
  format: z
    .enum(LOG_FORMATS)
    .default('auto')
    .describe(
      'Standard error: `auto` draws bars on a terminal and prints a line for each flow elsewhere; `text` prints lines everywhere; `pretty`, `json` and `ecs` (Elastic Common Schema) are a log, one event a line. `WCODOO_LOG_FORMAT` wins.',
    ),
  level: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(
      'The least that is said; `debug` also says each decision. `WCODOO_LOG_LEVEL` and `--verbose` win.',
    ),
  gelf: z
    .string()
    .refine((text) => parseGelfAddress(text) !== undefined, 'must be udp://host:port or tcp://host:port')
    .optional()
    .meta({ examples: ['udp://graylog.example:12201'] })
    .describe('Graylog, or another reader of GELF 1.1, that gets the log of each run.'),
});
export type LogSection = z.infer<typeof LogSection>;

/** What holds once the environment had its say. */
export interface LogSettings {
  readonly format: LogFormat;
  readonly level: LogLevel;
}

/** The variables of the environment that win over the file. */
export interface LogVariables {
  readonly WCODOO_LOG_FORMAT?: LogFormat | undefined;
  readonly WCODOO_LOG_LEVEL?: LogLevel | undefined;
}

/** @param verbose each decision was asked for */
export function logSettingsOf(
  section: Pick<LogSection, 'format' | 'level'>,
  variables: LogVariables,
  verbose: boolean,
): LogSettings {
  return {
    format: variables.WCODOO_LOG_FORMAT ?? section.format,
    level: verbose ? 'debug' : (variables.WCODOO_LOG_LEVEL ?? section.level),
  };
}
