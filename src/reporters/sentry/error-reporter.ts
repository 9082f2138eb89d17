import type { Reporter } from '../reporter';
import { isBug, isWorthReporting, type ErrorReports } from './error-reports';

/** Subscribes to the events of one run and reports what made it fail; of a dry run bugs only. */
export function createErrorReporter(reports: ErrorReports): Reporter {
  let flow: string | undefined;
  let sending: Promise<void> | undefined;
  return {
    handle(event) {
      if (event.type === 'flow-started') {
        flow = event.flow;
      } else if (event.type === 'flow-finished') {
        flow = undefined;
      } else if (event.type === 'run-failed') {
        const { error, store, runId } = event;
        if (event.dryRun ? isBug(error) : isWorthReporting(error)) {
          sending = reports.report(error, {
            store,
            ...(runId === undefined ? {} : { run: runId }),
            ...(flow === undefined ? {} : { flow }),
          });
        }
      }
    },
    close: () => sending,
  };
}
