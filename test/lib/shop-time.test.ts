import { parseShopTime, parseSince } from '../../src/lib/shop-time';

const NOW = new Date('2026-07-15T12:00:00.000Z');

test.each([
  ['2026-01-31', 'Europe/Paris', '2026-01-30T23:00:00.000Z'],
  ['2026-07-31', 'Europe/Paris', '2026-07-30T22:00:00.000Z'],
  ['2026-07-31', 'America/New_York', '2026-07-31T04:00:00.000Z'],
  ['2026-07-31', 'UTC+05:30', '2026-07-30T18:30:00.000Z'],
  ['2026-01-31 14:00', 'Europe/Paris', '2026-01-31T13:00:00.000Z'],
  ['2026-01-31T14:00:30', 'UTC', '2026-01-31T14:00:30.000Z'],
  ['2026-01-31T14:00Z', 'Europe/Paris', '2026-01-31T14:00:00.000Z'],
  ['2026-01-31T14:00+02:00', 'Europe/Paris', '2026-01-31T12:00:00.000Z'],
])('%s in %s is %s', (text, zone, expected) => {
  expect(parseShopTime(text, zone)?.toISOString()).toBe(expected);
});

test.each(['', 'yesterday', '31/01/2026', '2026-02-30', '2026-13-01'])('%p is no date', (text) => {
  expect(parseShopTime(text, 'UTC')).toBeUndefined();
  expect(parseSince(text, 'UTC', NOW)).toBeUndefined();
});

test.each([
  ['2h', '2026-07-15T10:00:00.000Z'],
  ['3d', '2026-07-12T12:00:00.000Z'],
  ['90s', '2026-07-15T11:58:30.000Z'],
  ['2026-07-14', '2026-07-13T22:00:00.000Z'],
])('since %s is %s', (text, expected) => {
  expect(parseSince(text, 'Europe/Paris', NOW)?.toISOString()).toBe(expected);
});
