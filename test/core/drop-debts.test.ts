import { dropOf, type DropInput } from '../../src/core/drop-debts';
import type { Flow } from '../../src/core/entity';
import { formatKey, recordKey } from '../../src/core/keys';
import type { Debt, Link } from '../../src/core/ports';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const KEY = recordKey('shop', 'order', 7);

const DEBT: Debt = {
  key: KEY,
  flow: 'orders',
  state: 'quarantine',
  reason: 'total-mismatch',
  message: 'total 1.00 in Odoo, 2.00 in the shop',
  attempts: 3,
  waitingFor: null,
  origin: null,
  businessKey: '#7',
  firstAt: '2026-02-01T00:00:00.000Z',
  nextAt: '2026-03-01T13:00:00.000Z',
  configHash: 'c1',
};
const ORDERS = {
  name: 'orders',
  direction: 'wooToOdoo',
  finalSteps: ['dated', 'left'],
  givenUpStep: 'left',
} as unknown as Flow;

function linkAt(step: string | null): Link {
  return {
    key: KEY,
    odooModel: 'sale.order',
    odooId: 12,
    hash: 'h1',
    fields: { total: 'f1' },
    odooHash: 'o1',
    step,
    adopted: false,
    matchKey: null,
  };
}

function drop(values: Partial<DropInput> = {}): ReturnType<typeof dropOf> {
  return dropOf({ debts: [DEBT], links: new Map(), flows: [ORDERS], runId: 'r9', now: NOW, ...values });
}

function withLink(link: Link): Pick<DropInput, 'links'> {
  return { links: new Map([[formatKey(KEY), link]]) };
}

test('a drop settles the debt and keeps its reason in the audit', () => {
  expect(drop()).toEqual({
    links: [],
    settledDebts: [KEY],
    audit: [
      {
        runId: 'r9',
        time: NOW.toISOString(),
        store: 'shop',
        flow: 'orders',
        direction: 'wooToOdoo',
        action: 'skip',
        status: 'dropped',
        entity: 'order',
        wooId: '7',
        odooId: '',
        businessKey: '#7',
        changes: [],
        reason: 'dropped-by-person',
        message:
          'given up by a person; it was owed since 2026-02-01T00:00:00.000Z: total-mismatch: total 1.00 in Odoo, 2.00 in the shop',
        attempt: 3,
        durationMs: 0,
      },
    ],
  });
});

test('neither a link nor an open intent is ever dropped with it', () => {
  for (const link of [linkAt('created'), linkAt('dated'), linkAt(null)]) {
    const unit = drop(withLink(link));
    expect(Object.keys(unit).sort()).toEqual(['audit', 'links', 'settledDebts']);
  }
});

test('the link of a record that is half done moves to the step that is left alone, and keeps the rest', () => {
  expect(drop(withLink(linkAt('created'))).links).toEqual([{ ...linkAt('created'), step: 'left' }]);
  expect(drop(withLink(linkAt(null))).links).toEqual([linkAt('left')]);
  expect(drop(withLink(linkAt('created'))).audit[0]?.odooId).toBe('12');
});

test('the link of a finished record, and of a flow without steps, stays as it is', () => {
  expect(drop(withLink(linkAt('dated'))).links).toEqual([]);
  const flows = [{ name: 'orders', direction: 'odooToWoo' } as unknown as Flow];
  expect(drop({ ...withLink(linkAt('created')), flows })).toMatchObject({
    links: [],
    audit: [{ direction: 'odooToWoo' }],
  });
});
