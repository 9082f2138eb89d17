import type { RunEvent } from '../../src/core/events';
import { joinReporters } from '../../src/reporters/join-reporters';
import type { Reporter } from '../../src/reporters/reporter';

const notice: RunEvent = { type: 'notice', level: 'info', message: 'hello' };

function reporterOf(told: string[], name: string, fault?: 'handle' | 'close'): Reporter {
  return {
    handle() {
      told.push(`${name} hears`);
      if (fault === 'handle') {
        throw new Error(`${name} is broken`);
      }
    },
    async close() {
      await Promise.resolve();
      told.push(`${name} closes`);
      if (fault === 'close') {
        throw new Error(`${name} cannot be closed`);
      }
    },
  };
}

test('a reporter that throws hears no more, and is in the way of neither the run nor the others', () => {
  const told: string[] = [];
  const faults: unknown[] = [];
  const joined = joinReporters([[reporterOf(told, 'a', 'handle')], [reporterOf(told, 'b')]], (error) => {
    faults.push(error);
    // As a warning does.
    joined.handle(notice);
  });
  joined.handle(notice);
  joined.handle(notice);
  expect(faults).toEqual([new Error('a is broken')]);
  expect(told).toEqual(['a hears', 'b hears', 'b hears', 'b hears']);
});

test('what is said while one stage closes is heard by those of the next; a failure keeps none of them open', async () => {
  const told: string[] = [];
  const joined = joinReporters(
    [[reporterOf(told, 'a', 'close'), reporterOf(told, 'b')], [reporterOf(told, 'c')]],
    () => {
      joined.handle(notice);
    },
  );
  await joined.close();
  expect(told).toEqual(['a closes', 'b closes', 'a hears', 'b hears', 'c hears', 'c closes']);
});
