import { RetryableError, FatalError } from '../../src/core/errors';
import { Findings } from '../../src/doctor/findings';
import { diagnosisJson, formatDiagnosis } from '../../src/doctor/format-diagnosis';
import { proposeYaml } from '../../src/doctor/proposal';

test('what is wrong stands first under its heading, with what to do', () => {
  const findings = new Findings();
  findings.ok('Odoo', 'Odoo answers');
  findings.problem('Odoo', 'the language is missing', 'Add it.');
  findings.ok('WooCommerce', 'the shop answers');
  const text = formatDiagnosis({ findings: findings.list, proposal: undefined }, 'x.yaml');
  expect(text).toBe(
    'WooCommerce\n  ok       the shop answers\n\n' +
      'Odoo\n  PROBLEM  the language is missing\n             Add it.\n  ok       Odoo answers\n\n' +
      '1 problem, no warning. Mend the problems, then run `wcodoo doctor` again.\n',
  );
});

test('no line is longer than a terminal, and none carries control characters', () => {
  const findings = new Findings();
  findings.warn('Taxes', `${'word '.repeat(60)}\u001b[31mred\nnext`);
  const text = formatDiagnosis({ findings: findings.list, proposal: undefined }, 'x.yaml');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(102);
  expect(text).not.toMatch(/\u001b/);
});

test('as JSON it is one object with its counts', () => {
  const findings = new Findings();
  findings.warn('Stock', 'careful');
  expect(JSON.parse(diagnosisJson({ findings: findings.list, proposal: undefined }))).toEqual({
    ok: true,
    counts: { ok: 0, warn: 1, problem: 0 },
    findings: [{ level: 'warn', topic: 'Stock', message: 'careful' }],
    proposal: null,
  });
});

test('a name of Odoo cannot break out of its comment', () => {
  const text = proposeYaml([], [{ currency: 'EUR', id: 2, comment: 'Shop\nstore: evil' }]);
  expect(text).toBe('orders:\n  pricelists:\n    EUR: 2 # Shop store: evil\n');
});

test('a server that is lost is not asked again, one that refuses is', async () => {
  const findings = new Findings();
  const asked: string[] = [];
  const check = (name: string, error?: Error) => () => {
    asked.push(name);
    return error === undefined ? Promise.resolve(name) : Promise.reject(error);
  };
  await findings.attempt('woo', 'WooCommerce', check('refused', new FatalError('no', { hint: 'do' })));
  await findings.attempt('woo', 'WooCommerce', check('lost', new RetryableError('gone')));
  expect(await findings.attempt('woo', 'WooCommerce', check('later'))).toBeUndefined();
  expect(await findings.attempt('odoo', 'Odoo', check('other'))).toBe('other');
  expect(asked).toEqual(['refused', 'lost', 'other']);
  expect(findings.list).toEqual([
    { level: 'problem', topic: 'WooCommerce', message: 'no', hint: 'do' },
    { level: 'problem', topic: 'WooCommerce', message: 'gone; WooCommerce was not checked further' },
  ]);
  await expect(findings.attempt('odoo', 'Odoo', check('bug', new TypeError('bug')))).rejects.toThrow('bug');
});
