import fc from 'fast-check';
import { parseWooTime, wooTime } from '../../src/lib/woo-time';

describe('a time for WooCommerce', () => {
  it('is UTC without suffix or milliseconds, whatever the time zone of this machine', () => {
    expect(wooTime(new Date('2026-07-01T10:00:00.987Z'))).toBe('2026-07-01T10:00:00');
    expect(wooTime(new Date('2026-07-01T00:30:00+02:00'))).toBe('2026-06-30T22:30:00');
  });

  it('refuses an invalid date', () => {
    expect(() => wooTime(new Date(Number.NaN))).toThrow(RangeError);
  });
});

describe('a time of WooCommerce', () => {
  it('is read as UTC', () => {
    expect(parseWooTime('2026-11-22T23:10:40').toISOString()).toBe('2026-11-22T23:10:40.000Z');
  });

  it.each(['2026-11-22T23:10:40Z', '2026-11-22T23:10:40+01:00', '2026-11-22', '', '2026-13-45T99:00:00'])(
    'is refused in another form: %p',
    (text) => {
      expect(() => parseWooTime(text)).toThrow(RangeError);
    },
  );

  it('comes back as it was sent, to the second', () => {
    const dates = fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseWooTime(wooTime(date)).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });
});
