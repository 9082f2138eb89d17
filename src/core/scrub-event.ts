import type { RunEvent } from './events';

/**
 * The event with the texts of a run scrubbed. Decisions are passed on as they
 * are: their rows were scrubbed when they were made, before the state had them.
 */
export function scrubEvent(event: RunEvent, scrub: (text: string) => string): RunEvent {
  switch (event.type) {
    case 'notice':
      return { ...event, message: scrub(event.message) };
    case 'flow-finished':
      return { ...event, summary: { ...event.summary, message: scrub(event.summary.message) } };
    case 'run-finished': {
      const flows = event.summary.flows.map((flow) => ({ ...flow, message: scrub(flow.message) }));
      return { ...event, summary: { ...event.summary, flows } };
    }
    case 'run-started':
    case 'flow-started':
    case 'flow-progress':
    case 'decided':
      return event;
  }
}
