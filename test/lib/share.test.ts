import { Share, shareOf } from '../../src/lib/share';

test.each([
  ['20%', 0.2],
  ['0%', 0],
  ['100 %', 1],
  ['12.5%', 0.125],
])('%s is %s', (text, share) => {
  expect(Share.parse(text)).toBe(text);
  expect(shareOf(text)).toBe(share);
});

test('a plain number is refused with what is meant', () => {
  expect(Share.safeParse(0.2).error?.issues[0]?.message).toBe('must be a percentage such as 20%');
});

test.each(['20', '-5%', '%', 'a lot', '1e3%'])('%s is no share', (text) => {
  expect(Share.safeParse(text).success).toBe(false);
  expect(() => shareOf(text)).toThrow(RangeError);
});
