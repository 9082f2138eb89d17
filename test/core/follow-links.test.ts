import type { RunContext } from '../../src/core/context';
import { followLinks } from '../../src/core/follow-links';
import { formatKey, recordKey } from '../../src/core/keys';
import type { CommitUnit, Link, OdooApi, State } from '../../src/core/ports';
import { contextForTests } from '../support/context-for-tests';

function link(id: number, odooId: number): Link {
  return {
    key: recordKey('shop', 'customer', id),
    odooModel: 'res.partner',
    odooId,
    hash: '',
    fields: {},
    odooHash: null,
    step: null,
    adopted: false,
    matchKey: null,
  };
}

/** Odoo has 11, hides 12, has merged 13 into 99 and deleted 14. */
function contextOf(commits: CommitUnit[]): RunContext {
  return contextForTests({
    state: {
      commit: (unit: CommitUnit) => {
        commits.push(unit);
        return Promise.resolve();
      },
    } as unknown as State,
    odoo: {
      read: (_model: string, ids: readonly number[]) =>
        Promise.resolve(ids.filter((id) => id === 11).map((id) => ({ id }))),
      findHidden: (_model: string, ids: readonly number[]) =>
        Promise.resolve(new Map(ids.filter((id) => id === 12).map((id) => [id, 'hidden by a rule']))),
      findExternalId: (name: string) =>
        name.endsWith('customer_2')
          ? Promise.reject(new Error('a hidden record is not looked for'))
          : Promise.resolve(name.endsWith('customer_3') ? 99 : undefined),
    } as unknown as OdooApi,
  });
}

test('a partner that a record rule hides is neither gone nor replaced', async () => {
  const commits: CommitUnit[] = [];
  const gone = await followLinks(contextOf(commits), [link(1, 11), link(2, 12), link(3, 13), link(4, 14)]);
  expect(gone.map(({ key }) => formatKey(key))).toEqual(['shop/customer/4']);
  expect(commits.flatMap(({ links = [] }) => links.map(({ key, odooId }) => [key.id, odooId]))).toEqual([
    ['3', 99],
  ]);
});
