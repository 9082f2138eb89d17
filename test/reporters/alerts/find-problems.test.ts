import {
  ConfigError,
  DamagedStateError,
  FatalError,
  LimitError,
  LockHeldError,
  RetryableError,
  StoppedError,
} from '../../../src/core/errors';
import { findProblems, isOver } from '../../../src/reporters/alerts/find-problems';
import type { RunFacts } from '../../../src/reporters/alerts/problem';
import { marked } from '../../support/secrets';
import { flowOf, summaryOf } from '../samples';
import { debtOf } from './samples';

function factsOf(values: Partial<RunFacts> = {}): RunFacts {
  return { summary: undefined, failure: undefined, quarantine: [], touched: new Set(), ...values };
}

function asIs(text: string): string {
  return text;
}

function kindsOf(error: unknown, exitCode = 3): string[] {
  return findProblems(factsOf({ failure: { error, exitCode } }), asIs).map(({ kind }) => kind);
}

test('what stops a run is told by what a person has to do', () => {
  expect(kindsOf(new FatalError('wrong key'))).toEqual(['failed']);
  expect(kindsOf(new DamagedStateError('damaged'))).toEqual(['failed']);
  expect(kindsOf(new TypeError('x is undefined'), 70)).toEqual(['failed']);
  expect(kindsOf(new LimitError('too many'), 4)).toEqual(['limit']);
  expect(kindsOf(new RetryableError('Odoo gives no answer'), 1)).toEqual(['incomplete']);
});

test('another run, a wrong flag and a signal are nobody’s business', () => {
  expect(kindsOf(new LockHeldError('held'), 75)).toEqual([]);
  expect(kindsOf(new ConfigError(['no such flow']), 2)).toEqual([]);
  expect(kindsOf(new StoppedError('stopped'), 130)).toEqual([]);
  expect(kindsOf(new RetryableError('gave up'), 143)).toEqual([]);
  const cut = summaryOf({ status: 'interrupted', flows: [flowOf({ status: 'incomplete' })] });
  expect(findProblems(factsOf({ summary: cut }), asIs)).toEqual([]);
});

test('two different fatal errors are two troubles; ids and times do not make one another', () => {
  const reasonOf = (message: string): string | undefined =>
    findProblems(factsOf({ failure: { error: new FatalError(message), exitCode: 3 } }), asIs)[0]?.reason;
  expect(reasonOf('Odoo refuses the key')).not.toBe(reasonOf('the shop refuses the key'));
  expect(reasonOf('no product 12 at 03:00')).toBe(reasonOf('no product 377 at 04:15'));
});

test('the text of an error loses secrets, e-mail addresses and line breaks', () => {
  const secret = marked('key');
  const error = new FatalError(`Odoo refuses jean.dupont@exemple.fr\n with ${secret}`);
  const [problem] = findProblems(factsOf({ failure: { error, exitCode: 3 } }), (text) =>
    text.replaceAll(secret, '***'),
  );
  expect(problem?.what).toBe('The sync had to stop: Odoo refuses j***@e***.fr with ***.');
});

test('a flow that a limit stopped brings the command that lets it pass', () => {
  const message =
    '14 records. Nothing was written. If this is right, go on with: wcodoo sync --allow-archived r1';
  const summary = summaryOf({
    status: 'stopped',
    exitCode: 4,
    flows: [flowOf({ status: 'stopped', message })],
  });
  expect(findProblems(factsOf({ summary }), asIs)).toMatchObject([
    {
      kind: 'limit',
      flow: 'orders',
      what: expect.stringContaining('wcodoo sync --allow-archived r1') as string,
    },
  ]);
});

test('quarantine is told by flow and reason, with the records of this run first', () => {
  const quarantine = [debtOf('1'), debtOf('2'), debtOf('3', { reason: 'no-product' })];
  const problems = findProblems(factsOf({ quarantine, touched: new Set(['shop/order/2']) }), asIs);
  expect(problems.map(({ reason, occurrences }) => [reason, occurrences])).toEqual([
    ['total-mismatch', 1],
    ['no-product', 0],
  ]);
  expect(problems[0]?.records.map(({ name }) => name)).toEqual(['#2', '#1']);
});

test('of a customer only a masked address is told, and nothing of what was said about him', () => {
  const customer = debtOf('7', {
    key: { store: 'shop', entity: 'customer', id: '7' },
    businessKey: 'jean.dupont@exemple.fr',
    message: 'Jean Dupont is there twice',
  });
  const order = debtOf('8', { message: 'the customer marie@exemple.fr is not known' });
  const touched = new Set(['shop/customer/7', 'shop/order/8']);
  const text = JSON.stringify(findProblems(factsOf({ quarantine: [customer, order], touched }), asIs));
  expect(text).toContain('j***@e***.fr');
  expect(text).toContain('the customer m***@e***.fr is not known');
  expect(text).not.toMatch(/dupont|exemple/i);
});

test('a trouble is over when its flow is done, its quarantine is empty, or a run came to its end', () => {
  const alert = {
    store: 'shop',
    channel: 'mail',
    isOpen: true,
    toldAt: null,
    recoveredAt: null,
    heldBack: 0,
    runs: 1,
  };
  const done = factsOf({ summary: summaryOf({ flows: [flowOf({ status: 'done' })] }) });
  const limit = { ...alert, kind: 'limit' as const, flow: 'orders', reason: '' };
  expect(isOver(limit, done)).toBe(true);
  expect(isOver({ ...limit, flow: 'stock' }, done)).toBe(false);
  expect(isOver({ ...limit, kind: 'failed', flow: '' }, done)).toBe(true);
  expect(isOver({ ...limit, kind: 'failed', flow: '' }, factsOf())).toBe(false);
  const quarantine = { ...alert, kind: 'quarantine' as const, flow: 'orders', reason: 'total-mismatch' };
  expect(isOver(quarantine, { ...done, quarantine: [debtOf('1')] })).toBe(false);
  expect(isOver(quarantine, { ...done, quarantine: [debtOf('1', { reason: 'no-product' })] })).toBe(true);
});
