import type { LogSettings } from '../config/sections/log';
import { createLogger } from '../reporters/log/create-logger';
import { ecsBindings, ecsFieldsOf } from '../reporters/log/ecs-fields';
import { plainFieldsOf } from '../reporters/log/plain-fields';
import { createRunLog } from '../reporters/log/run-log';
import { version } from '../version';
import type { CommandIo } from './command';

/** Makes standard error a log where the settings ask for one; texts stay texts otherwise. */
export function openStderrLog(
  { format, level }: LogSettings,
  store: string | undefined,
  io: CommandIo,
): void {
  if (format === 'auto' || format === 'text') {
    return;
  }
  const clock = { now: () => new Date() };
  const scrub = io.scrubber.text;
  const [fieldsOf, bindings] =
    format === 'ecs' ? ([ecsFieldsOf, ecsBindings(version)] as const) : ([plainFieldsOf, {}] as const);
  const logger = createLogger({ level, stream: io.terminal, format, scrub, clock, bindings });
  io.useLog(
    createRunLog({
      level,
      store,
      scrub,
      clock,
      write: (entry) => {
        logger[entry.level](fieldsOf(entry), entry.message);
      },
    }),
  );
}
