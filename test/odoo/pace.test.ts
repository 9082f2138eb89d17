import { paceOf } from '../../src/odoo/pace';

describe('the pace', () => {
  test.each([
    ['https://shop.odoo.com', 'auto', 1, 1000],
    ['https://shop.dev.odoo.com/', 'auto', 1, 1000],
    ['https://SHOP.ODOO.COM', 'auto', 1, 1000],
    ['https://erp.example.com', 'auto', 2, 0],
    ['https://odoo.com.example.net', 'auto', 2, 0],
    ['https://notodoo.com', 'auto', 2, 0],
    ['http://127.0.0.1:8069', 'gentle', 1, 1000],
    ['https://shop.odoo.com', 'normal', 2, 0],
  ] as const)(
    'with %s and %s is %i call(s) at a time, %i ms apart',
    (url, pace, concurrency, minIntervalMs) => {
      expect(paceOf(url, { pace })).toEqual({ concurrency, minIntervalMs });
    },
  );

  test('yields to what was set by itself', () => {
    expect(paceOf('https://shop.odoo.com', { pace: 'auto', interval: '250ms', concurrency: 3 })).toEqual({
      concurrency: 3,
      minIntervalMs: 250,
    });
    expect(paceOf('https://shop.odoo.com', { pace: 'auto', interval: '0ms' }).minIntervalMs).toBe(0);
  });
});
