/** Several reporters as one, so that none of them is in the way of the run or of the others. */
import type { RunEvent } from '../core/events';
import type { Reporter } from './reporter';

/**
 * Hands each event to all of them, in their order. One that throws in spite of
 * its contract hears no more of the run, which goes on.
 * @param stages closed one after the other, those of one at the same time: who
 *   may still have something to say stands before who writes it down
 * @param onFault told what a reporter threw; may emit
 */
export function joinReporters(
  stages: readonly (readonly Reporter[])[],
  onFault: (error: unknown) => void,
): Reporter {
  const faulty = new Set<Reporter>();

  function handOver(reporter: Reporter, event: RunEvent): void {
    try {
      reporter.handle(event);
    } catch (error) {
      faulty.add(reporter);
      onFault(error);
    }
  }

  return {
    handle(event) {
      for (const reporter of stages.flat()) {
        if (!faulty.has(reporter)) {
          handOver(reporter, event);
        }
      }
    },
    async close(state) {
      for (const stage of stages) {
        const ends = await Promise.allSettled(stage.map(async (reporter) => reporter.close(state)));
        for (const end of ends) {
          if (end.status === 'rejected') {
            onFault(end.reason);
          }
        }
      }
    },
  };
}
