import { Duration, durationMs, parseDurationMs } from '../../src/lib/duration';

test.each([
  ['0ms', 0],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['1.5h', 5_400_000],
  ['2h', 7_200_000],
  ['3 d', 259_200_000],
  ['7D', 604_800_000],
])('%s is %i milliseconds', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
  expect(durationMs(text)).toBe(expected);
  expect(Duration.parse(text)).toBe(text);
});

test.each(['', '5', '-3d', 'd', '3 fortnights', '1h30m', '2026-01-31'])('%p is no duration', (text) => {
  expect(parseDurationMs(text)).toBeUndefined();
  expect(Duration.safeParse(text).success).toBe(false);
  expect(() => durationMs(text)).toThrow(RangeError);
});
