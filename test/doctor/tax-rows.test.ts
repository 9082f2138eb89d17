import { Findings } from '../../src/doctor/findings';
import { checkTaxes, type OdooTax, type ShopRate, type TaxQuestion } from '../../src/doctor/tax-rows';

const rate = (id: number, percent: number, more: Partial<ShopRate> = {}): ShopRate => ({
  id,
  country: 'FR',
  state: '',
  name: 'TVA',
  rate: percent,
  compound: false,
  ...more,
});
const tax = (id: number, percent: number, included: boolean, companyId = 1): OdooTax => ({
  id,
  name: `tax ${id}`,
  percent,
  included,
  companyId,
});

function judge(question: Partial<TaxQuestion>) {
  const findings = new Findings();
  const proposal = checkTaxes(
    {
      rates: [rate(1, 20)],
      odooTaxes: [tax(10, 20, true), tax(11, 20, false)],
      settings: { taxes: [], prices: 'auto' },
      pricesIncludeTax: true,
      companyId: 1,
      ...question,
    },
    findings,
  );
  const problems = findings.list.filter(({ level }) => level === 'problem');
  return { proposal: proposal.map(({ row }) => row), problems, findings: findings.list };
}

test('a rate without a row gets one, with both taxes of its percentage', () => {
  const { proposal, problems } = judge({});
  expect(proposal).toEqual([{ rate: 1, included: 10, excluded: 11 }]);
  expect(problems[0]?.message).toContain('has no row in orders.taxes');
});

test('a right row is left alone, and nothing is proposed', () => {
  const settings = { taxes: [{ rate: 1, included: 10, excluded: 11 }], prices: 'auto' as const };
  expect(judge({ settings })).toMatchObject({ proposal: [], problems: [] });
});

test.each([
  ['an id that Odoo does not have', { rate: 1, included: 99 }, 'no active sales tax'],
  ['a tax of another percentage', { rate: 1, included: 12 }, 'is 5.5 % in Odoo'],
  ['an excluded tax named as included', { rate: 1, included: 11 }, 'added to the price in Odoo'],
  ['a row without the column that is needed', { rate: 1, excluded: 11 }, '`included` is missing'],
])('%s is a problem', (_, row, sentence) => {
  const { problems, proposal } = judge({
    odooTaxes: [tax(10, 20, true), tax(11, 20, false), tax(12, 5.5, true)],
    settings: { taxes: [row], prices: 'auto' },
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain(sentence);
  expect(proposal).toEqual([{ rate: 1, included: 10, excluded: 11 }]);
});

test('where Odoo has no such tax, it is said which one to create, and nothing is proposed', () => {
  const { proposal, problems } = judge({ odooTaxes: [tax(11, 20, false)] });
  expect(proposal).toEqual([]);
  expect(problems[0]?.hint).toContain('Odoo has no sales tax of 20 % included in the price');
});

test('written without tax, the excluded tax alone will do', () => {
  const { proposal } = judge({
    odooTaxes: [tax(11, 20, false)],
    settings: { taxes: [], prices: 'tax-excluded' },
  });
  expect(proposal).toEqual([{ rate: 1, excluded: 11 }]);
});

test('the proposal holds the whole table: right rows, new rows, and those of old percentages', () => {
  const taxes = [
    { rate: 1, included: 10, excluded: 11 },
    { percent: 19.6, included: 10 },
  ];
  const { proposal } = judge({
    rates: [rate(1, 20), rate(2, 5.5)],
    odooTaxes: [tax(10, 20, true), tax(11, 20, false), tax(12, 5.5, true)],
    settings: { taxes, prices: 'auto' },
  });
  expect(proposal).toEqual([taxes[0], { rate: 2, included: 12 }, taxes[1]]);
});

test('a row for a percentage serves every rate of it, once', () => {
  const taxes = [{ percent: 20, included: 10, excluded: 11 }];
  const { proposal, problems } = judge({
    rates: [rate(1, 20), rate(2, 20), rate(3, 5.5)],
    odooTaxes: [tax(10, 20, true), tax(11, 20, false), tax(12, 5.5, true)],
    settings: { taxes, prices: 'auto' },
  });
  expect(problems).toHaveLength(1);
  expect(proposal).toEqual([taxes[0], { rate: 3, included: 12 }]);
});

test('a tax of the company worked in is preferred', () => {
  const odooTaxes = [tax(10, 20, true, 2), tax(20, 20, true, 1)];
  expect(judge({ odooTaxes }).proposal).toEqual([{ rate: 1, included: 20 }]);
});

test('a rate of zero needs no row, a compound rate is warned of', () => {
  const { findings } = judge({ rates: [rate(1, 0), rate(2, 0, { compound: true })] });
  expect(findings.map(({ level }) => level)).toEqual(['warn', 'ok']);
});
