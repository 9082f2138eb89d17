import { join } from 'node:path';
import type { CommitUnit, Link } from '../../src/core/ports';
import { openState } from '../../src/state/open';
import { startChild } from './child';
import { STORE, auditRowOf, checkpointOf, debtOf, intentOf, keyOf, linkOf, now, useFolder } from './samples';

const folder = useFolder();

test('everything of a unit is there after the file was opened again', async () => {
  const path = join(folder, 'whole.db');
  const state = await openState({ path, now });
  await state.intents.open([intentOf(keyOf(1)), intentOf(keyOf(2))]);
  await state.commit({ debts: [debtOf(keyOf(3))], links: [linkOf(keyOf(8))] });
  await state.commit({
    links: [linkOf(keyOf(1))],
    removedLinks: [keyOf(8)],
    debts: [debtOf(keyOf(2))],
    settledDebts: [keyOf(3)],
    closedIntents: [keyOf(1)],
    heldOrders: [keyOf(1)],
    holds: [{ order: keyOf(1), productId: 5, quantity: 1 }],
    checkpoint: checkpointOf(),
    audit: [auditRowOf()],
  });
  state.close();

  const again = await openState({ path, now });
  expect([...(await again.links.find([keyOf(1), keyOf(8)])).keys()]).toEqual(['shop/order/1']);
  expect((await again.debts.list(STORE)).map((debt) => debt.key)).toEqual([keyOf(2)]);
  expect((await again.intents.list(STORE)).map((intent) => intent.key)).toEqual([keyOf(2)]);
  expect(await again.holds.list(STORE)).toHaveLength(1);
  expect(await again.checkpoints.get(STORE, checkpointOf().flow)).toEqual(checkpointOf());
  expect([...again.auditOf('r1')]).toEqual([auditRowOf()]);
  again.close();
});

test('a unit that both settles and writes a debt keeps the debt; the same holds for links', async () => {
  const state = await openState({ path: ':memory:', now });
  await state.commit({
    links: [linkOf(keyOf(1))],
    removedLinks: [keyOf(1)],
    debts: [debtOf(keyOf(2))],
    settledDebts: [keyOf(2)],
  });
  expect(await state.links.count(STORE)).toBe(1);
  expect((await state.debts.count(STORE)).total).toBe(1);
  state.close();
});

const broken: [string, CommitUnit][] = [
  ['link', { links: [linkOf(keyOf(3)), { ...linkOf(keyOf(4)), hash: null } as unknown as Link] }],
  ['debt', { debts: [debtOf(keyOf(5), { nextAt: 'soon' })] }],
  ['hold', { holds: [{ order: keyOf(1), productId: 1.5, quantity: 1 }] }],
  ['audit row', { audit: [auditRowOf(), auditRowOf({ attempt: 'x' as unknown as number })] }],
];
test.each(broken)('a commit that fails at a %s leaves nothing behind', async (_, unit) => {
  const state = await openState({ path: ':memory:', now });
  await state.intents.open([intentOf(keyOf(1))]);
  await state.commit({
    links: [linkOf(keyOf(1))],
    debts: [debtOf(keyOf(2))],
    holds: [{ order: keyOf(1), productId: 5, quantity: 1 }],
  });
  const failing: CommitUnit = {
    removedLinks: [keyOf(1)],
    settledDebts: [keyOf(2)],
    closedIntents: [keyOf(1)],
    heldOrders: [keyOf(1)],
    checkpoint: checkpointOf(),
    audit: [auditRowOf()],
    ...unit,
  };
  await expect(state.commit(failing)).rejects.toThrow();
  const links = await state.links.find([1, 2, 3, 4, 5].map((id) => keyOf(id)));
  expect([...links.keys()]).toEqual(['shop/order/1']);
  expect((await state.debts.list(STORE)).map((debt) => debt.key)).toEqual([keyOf(2)]);
  expect(await state.intents.list(STORE)).toHaveLength(1);
  expect(await state.holds.list(STORE)).toEqual([{ order: keyOf(1), productId: 5, quantity: 1 }]);
  expect(await state.checkpoints.get(STORE, checkpointOf().flow)).toBeUndefined();
  expect([...state.auditOf('r1')]).toEqual([]);
  await state.commit({ links: [linkOf(keyOf(2))] });
  expect(await state.links.count(STORE)).toBe(2);
  state.close();
});

const COMMIT_FOREVER = `
  const [path, link, debt, row] = [args[0], ...args.slice(1).map((text) => JSON.parse(text))];
  const state = await openState({ path, now: () => new Date() });
  const key = (id) => ({ store: 'shop', entity: 'order', id: String(id) });
  const begin = await state.links.count('shop');
  for (let unit = begin / 50; ; unit += 1) {
    const ids = Array.from({ length: 50 }, (_, index) => unit * 50 + index);
    await state.commit({
      links: ids.map((id) => ({ ...link, key: key(id) })),
      debts: [{ ...debt, key: key(unit) }],
      settledDebts: [key(unit - 1)],
      checkpoint: { store: 'shop', flow: 'f', watermark: null, position: { unit }, fullAt: null },
      audit: ids.map((id) => ({ ...row, wooId: String(id) })),
    });
    say(String(unit));
  }`;

test('a process killed in the middle of commits loses nothing it had committed and leaves nothing half', async () => {
  const path = join(folder, 'killed.db');
  const samples = [linkOf(keyOf(1)), debtOf(keyOf(1)), auditRowOf()].map((value) => JSON.stringify(value));
  for (const delayMs of [3, 11, 23]) {
    const child = startChild(COMMIT_FOREVER, path, ...samples);
    let acknowledged = Number(await child.nextLine());
    setTimeout(() => {
      child.kill('SIGKILL');
    }, delayMs);
    for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
      acknowledged = Number(line);
    }
    expect(await child.ended).toBeNull();

    const state = await openState({ path, now });
    const checkpoint = await state.checkpoints.get(STORE, 'f');
    const { unit } = checkpoint?.position as { unit: number };
    const debts = await state.debts.list(STORE);
    expect(unit).toBeGreaterThanOrEqual(acknowledged);
    expect(await state.links.count(STORE)).toBe((unit + 1) * 50);
    expect([...state.auditOf('r1')].map((row) => row.wooId)).toEqual(
      Array.from({ length: (unit + 1) * 50 }, (_, id) => String(id)),
    );
    expect(debts.map((debt) => debt.key.id)).toEqual([String(unit)]);
    state.close();
  }
}, 60_000);
