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

test.each(['20', '-5%', '%', 'a lot', '1e3%'])('%s is no share', (text) => {
  expect(Share.safeParse(text).success).toBe(false);
  expect(() => shareOf(text)).toThrow(RangeError);
});
