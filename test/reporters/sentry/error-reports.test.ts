import {
  ConfigError,
  DamagedStateError,
  FatalError,
  LimitError,
  LockHeldError,
  RetryableError,
  SkippableError,
  StoppedError,
} from '../../../src/core/errors';
import { createErrorReporter } from '../../../src/reporters/sentry/error-reporter';
import { ErrorReports, isWorthReporting } from '../../../src/reporters/sentry/error-reports';
import type { ErrorTags } from '../../../src/reporters/sentry/error-tracker';

test('bugs and fatal errors are reported; what a person, a limit or an outage brings about is not', () => {
  expect(
    [new TypeError('x'), 'thrown text', new FatalError('x'), new DamagedStateError('x')].map(
      isWorthReporting,
    ),
  ).toEqual([true, true, true, true]);
  const others = [
    new ConfigError(['x']),
    new LimitError('x'),
    new LockHeldError('x'),
    new StoppedError('x'),
    new RetryableError('x'),
    new SkippableError('x', 'x'),
  ];
  expect(others.map(isWorthReporting)).toEqual(others.map(() => false));
});

interface Sent {
  readonly error: unknown;
  readonly tags: ErrorTags;
}

function reportsTo(sent: Sent[]): ErrorReports {
  const reports = new ErrorReports();
  reports.sendTo(
    {
      send(error, tags) {
        sent.push({ error, tags });
        return Promise.resolve();
      },
    },
    () => undefined,
  );
  return reports;
}

test('a run that failed is reported with its flow, and the same error not again', async () => {
  const sent: Sent[] = [];
  const reports = reportsTo(sent);
  const reporter = createErrorReporter(reports);
  const error = new TypeError('x');
  reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
  reporter.handle({ type: 'run-failed', runId: 'r1', store: 'shop', dryRun: false, error, exitCode: 70 });
  await reporter.close();
  await reports.report(error);
  expect(sent).toEqual([{ error, tags: { store: 'shop', run: 'r1', flow: 'orders' } }]);
});

test('of a dry run bugs are reported, and nothing else', async () => {
  const sent: Sent[] = [];
  const reporter = createErrorReporter(reportsTo(sent));
  const failed = { type: 'run-failed', runId: undefined, store: 'shop', dryRun: true } as const;
  reporter.handle({ ...failed, error: new FatalError('x'), exitCode: 3 });
  reporter.handle({ ...failed, error: new TypeError('x'), exitCode: 70 });
  await reporter.close();
  expect(sent.map(({ error, tags }) => [String(error), tags])).toEqual([['TypeError: x', { store: 'shop' }]]);
});

test('without a tracker nothing is sent, and a tracker that fails is told of', async () => {
  const reports = new ErrorReports();
  await reports.report(new Error('x'));
  const said: string[] = [];
  reports.sendTo({ send: () => Promise.reject(new Error('gave no answer')) }, (message) =>
    said.push(message),
  );
  await reports.report(new Error('x'));
  expect(said).toEqual(['The error was not reported to Sentry: SENTRY_DSN gave no answer.']);
});
