/** Tells people of a run: one message a channel, and none for what they know already. */
import { formatKey } from '../../core/keys';
import { EXIT, messageOf } from '../../core/errors';
import type { Clock, RememberedAlert, State } from '../../core/ports';
import type { RunEvent } from '../../core/events';
import type { Reporter } from '../reporter';
import type { AlertChannel } from './alert-channel';
import { writeAlert } from './alert-message';
import { decideAlerts } from './decide-alerts';
import { findProblems, isOver } from './find-problems';
import type { RunFacts } from './problem';

export interface AlertReporterOptions {
  readonly channels: readonly AlertChannel[];
  readonly store: string;
  readonly host: string;
  readonly clock: Clock;
  readonly quietMs: number;
  /** Runs in a row that may be incomplete before it is told; 0 is never. */
  readonly incompleteRuns: number;
  /** A text without secrets. */
  readonly scrub: (text: string) => string;
  /** Told in a sentence what went wrong with an alert. */
  readonly warn: (message: string) => void;
}

/** Subscribes to the events of one run; sends when it is closed. A dry run, and one that another run kept out, alert nobody. */
export function createAlertReporter(options: AlertReporterOptions): Reporter {
  const touched = new Set<string>();
  let end: { readonly runId: string | undefined; readonly facts: Omit<RunFacts, 'quarantine'> } | undefined;

  return {
    handle(event) {
      switch (event.type) {
        case 'decided':
          keepTouched(event, touched);
          return;
        case 'run-finished':
          end = event.summary.dryRun
            ? undefined
            : {
                runId: event.summary.runId,
                facts: { summary: event.summary, failure: undefined, touched },
              };
          return;
        case 'run-failed':
          end = isUntold(event)
            ? undefined
            : { runId: event.runId, facts: { summary: undefined, failure: event, touched } };
          return;
        case 'run-started':
        case 'flow-started':
        case 'flow-progress':
        case 'notice':
        case 'flow-finished':
      }
    },
    async close(state) {
      if (end === undefined) {
        return;
      }
      const { runId, facts } = end;
      const memory = await openMemory(state, options);
      const complete = { ...facts, quarantine: memory.quarantine };
      await Promise.all(
        options.channels.map((channel) => tell(channel, { runId, facts: complete, memory }, options)),
      );
    },
  };
}

/** What was told belongs to the run that holds the lock: written by two, it would be told again. */
function isUntold({ dryRun, exitCode }: Extract<RunEvent, { type: 'run-failed' }>): boolean {
  return dryRun || exitCode === EXIT.lockHeld;
}

/** The quarantine as it stands, and what was told, as far as the state can be read. */
interface Memory {
  readonly quarantine: RunFacts['quarantine'];
  list(channel: string): Promise<readonly RememberedAlert[]>;
  replace(channel: string, alerts: readonly RememberedAlert[]): Promise<void>;
}

const NO_MEMORY: Memory = {
  quarantine: [],
  list: () => Promise.resolve([]),
  replace: () => Promise.resolve(),
};

/** Without a state (it is damaged, its disk is full) everything is told, each time. */
async function openMemory(state: State | undefined, { store }: AlertReporterOptions): Promise<Memory> {
  if (state === undefined) {
    return NO_MEMORY;
  }
  try {
    return {
      quarantine: await state.debts.list(store, { state: 'quarantine' }),
      list: (channel) => state.alerts.list(store, channel),
      replace: (channel, alerts) => state.alerts.replace(store, channel, alerts),
    };
  } catch {
    return NO_MEMORY;
  }
}

interface RunToTell {
  readonly runId: string | undefined;
  readonly facts: RunFacts;
  readonly memory: Memory;
}

async function tell(
  channel: AlertChannel,
  { runId, facts, memory }: RunToTell,
  { store, host, clock, quietMs, incompleteRuns, scrub, warn }: AlertReporterOptions,
): Promise<void> {
  try {
    const now = clock.now();
    const remembered = await memory.list(channel.name);
    const decision = decideAlerts(findProblems(facts, scrub), remembered, (alert) => isOver(alert, facts), {
      store,
      channel: channel.name,
      now,
      quietMs,
      incompleteRuns,
    });
    const message = writeAlert(decision, { store, runId, host, now });
    const arrived = message === undefined || (await send(channel, message, warn));
    await memory.replace(channel.name, arrived ? decision.afterSending : decision.afterFailing);
  } catch (error) {
    warn(
      `What was told over ${channel.title} cannot be remembered, it may be told again: ${messageOf(error)}`,
    );
  }
}

async function send(
  channel: AlertChannel,
  message: Parameters<AlertChannel['send']>[0],
  warn: (message: string) => void,
): Promise<boolean> {
  try {
    await channel.send(message);
    return true;
  } catch (error) {
    warn(
      `The alert "${message.subject}" did not arrive: ${channel.title} ${messageOf(error)}. \`wcodoo alerts test\` tries it.`,
    );
    return false;
  }
}

function keepTouched({ rows }: Extract<RunEvent, { type: 'decided' }>, touched: Set<string>): void {
  for (const { status, store, entity, wooId } of rows) {
    // One that has failed for the last time is in quarantine as well.
    if (status === 'quarantined' || status === 'failed') {
      touched.add(formatKey({ store, entity, id: wooId }));
    }
  }
}
