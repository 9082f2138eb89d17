import { parse } from 'yaml';
import { ConfigFile } from '../../src/config/schema';
import { firstConfig, updateConfig } from '../../src/init/format-config';

const CHOSEN = {
  store: 'north',
  odoo: { language: 'fr_FR', company: 2 },
  customers: { languages: { FR: 'fr_FR' } },
  orders: {
    from: '#1234',
    statuses: { 'awaiting-pickup': 'confirmed' },
    missingProduct: 'create',
    taxes: [{ rate: 1, included: 18, excluded: 17 }],
    pricelists: { EUR: 2 },
  },
  stock: { quantity: 'on-hand', warehouse: 'NO' },
};

test('the first configuration suggests a date and stays valid when its suggestions are taken', () => {
  const taken = firstConfig('2026-01-31').replace(
    /^ {2}# (company:|from:|taxes:|  - \{|pricelists:|  EUR|warehouse:)/gm,
    '  $1',
  );
  expect(ConfigFile.parse(parse(taken))).toMatchObject({
    odoo: { company: 1 },
    orders: { from: '2026-01-31', taxes: [{ rate: 1, included: 18, excluded: 17 }], pricelists: { EUR: 2 } },
    stock: { warehouse: 'WH' },
  });
});

test('the first configuration holds what was chosen and nothing else, each with its comment', () => {
  const comments = new Map([
    ['orders.taxes.0', '20 %, VAT'],
    ['orders.pricelists.EUR', 'Retail'],
  ]);
  const text = firstConfig('2026-01-31', CHOSEN, comments);
  expect(parse(text)).toEqual(CHOSEN);
  expect(text).toContain('- { rate: 1, included: 18, excluded: 17 } # 20 %, VAT\n');
  expect(text).toContain('EUR: 2 # Retail\n');
});

test('a file that exists keeps its comments, its order and what was not asked for', () => {
  const before = [
    '# ours',
    'woo:',
    '  concurrency: 4 # the server is large',
    'orders:',
    '  # since the new year',
    '  from: 2026-01-01',
    '  taxes: [{ rate: 1, included: 1 }]',
    'stock:',
    '  warehouse: OLD',
    '',
  ].join('\n');
  const settings = {
    ...(parse(before) as object),
    orders: { from: '2026-02-01', taxes: CHOSEN.orders.taxes, pricelists: { EUR: 2 } },
    stock: {},
  };
  const after = updateConfig(before, settings, new Map([['orders.taxes.0', '20 %']]));
  expect(parse(after)).toEqual(settings);
  for (const kept of ['# ours\nwoo:\n  concurrency: 4 # the server is large\n', '# since the new year\n']) {
    expect(after).toContain(kept);
  }
  expect(after).toContain('- { rate: 1, included: 18, excluded: 17 } # 20 %');
});

test('a file that says the same already is not touched', () => {
  const text = 'store:   north   # oddly set\n';
  expect(updateConfig(text, { store: 'north' })).toBe(text);
});

test.each([
  ['', 'an empty file'],
  ['# nothing yet\n', 'a file of comments'],
  ['orders:\n', 'a section without settings'],
])('%j takes settings too', (text) => {
  expect(parse(updateConfig(text, CHOSEN))).toEqual(CHOSEN);
});
