/** `wcodoo audit explain`: what it says of a record is what the next sync makes of it, and it changes nothing. */
import { explainSubject } from '../../src/commands/explain';
import type { AuditRow } from '../../src/core/ports';
import { isIncomplete, isUnknown, type Explanation } from '../../src/explain/explain';
import { formatExplanation } from '../../src/explain/format-explanation';
import { plainExplanation } from '../../src/explain/plain-explanation';
import { parseSubject } from '../../src/explain/subject';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';
import { GUEST, ordersOn } from '../support/orders-bench';
import { startBench, type Bench, type Sections } from '../support/run-sync';

let bench: Bench;
const { place, edit, odooOrder, debtOf } = ordersOn(() => bench);

beforeAll(async () => {
  bench = await startBench({ orders: 6, customers: 4 });
  await bench.sync();
});
afterAll(() => bench.close());

const noWait = (): Promise<void> => Promise.resolve();

/** Explains, and makes sure that nothing was changed by it. */
async function explain(
  words: string,
  settings: Sections = {},
  options: { offline?: boolean; all?: boolean } = {},
): Promise<Explanation> {
  const before = { state: bench.stateBytes(), ...writes() };
  const explanation = await explainSubject(
    bench.config(settings),
    parseSubject(words.split(' '), 'shop'),
    options,
    { signal: new AbortController().signal, sleep: noWait },
  );
  expect({ state: bench.stateBytes(), ...writes() }).toEqual(before);
  return explanation;
}

function writes(): { woo: number; odoo: number } {
  return { woo: bench.sandbox.woo.writes, odoo: bench.sandbox.odoo.writes };
}

function say(explanation: Explanation): string {
  return formatExplanation(explanation, {
    now: new Date(),
    configHash: bench.config().hash,
    missingSettings: [],
  }).replace(/\s+/g, ' ');
}

/** A decision as both a plan and a sync tell it. */
function decided({ entity, wooId, action, status, reason, changes }: AuditRow): object {
  return { entity, wooId, action, status: status === 'planned' ? 'done' : status, reason, changes };
}

/** Explains, syncs, and makes sure that the sync did with the record what was foretold, and no more. */
async function expectForetold(words: string, settings: Sections = {}): Promise<Explanation> {
  await bench.releaseDebts();
  const explanation = await explain(words, settings);
  const foreseen = explanation.prospect?.records ?? [];
  expect(foreseen.length).toBeGreaterThan(0);
  const { rows } = await bench.sync({ settings });
  const names = new Set(foreseen.map(({ key }) => `${key.entity}/${key.id}`));
  expect(rows.filter(({ entity, wooId }) => names.has(`${entity}/${wooId}`)).map(decided)).toEqual(
    foreseen.flatMap((record) => record.rows).map(decided),
  );
  const debts = await bench.debts();
  for (const { key, verdict, debt } of foreseen) {
    const left = debts.find((found) => found.key.entity === key.entity && found.key.id === key.id);
    expect({ verdict, reason: left?.reason }).toEqual({ verdict, reason: debt?.reason });
  }
  return explanation;
}

/** Tax rows that give Odoo another total. */
function swappedTaxes(): Sections {
  const { taxes } = bench.sandbox.config['orders'] as { taxes: Record<string, number>[] };
  const [standard, reduced] = taxes;
  return {
    orders: {
      taxes: [
        { ...standard, rate: 2 },
        { ...reduced, rate: 1 },
      ],
      prices: 'tax-excluded',
    },
  };
}

function verdictOf(explanation: Explanation, order: ShopOrder): string | undefined {
  return explanation.prospect?.records.find(({ key }) => key.id === String(order.id))?.verdict;
}

describe('an order', () => {
  test('that is new is created, with the total that the sync then gives it', async () => {
    const order = place();
    const explanation = await expectForetold(`order ${order.id}`);
    expect(verdictOf(explanation, order)).toBe('decided');
    expect(say(explanation)).toMatch(/would be created in Odoo: total: ∅ → /);
  });

  test('in step has its link, its decisions and nothing to come', async () => {
    const order = place();
    await bench.sync();
    const explanation = await expectForetold(`order ${order.id}`);
    expect(verdictOf(explanation, order)).toBe('nothing');
    const text = say(explanation);
    expect(text).toContain(`shop/order/${order.id} = sale.order ${odooOrder(order).id}, step dated`);
    expect(text).toContain(`shop/order/${order.id}: nothing: it is as it should be`);
    expect(text).toMatch(/order create done run /);
    expect(text).toContain('In the shop order ');
    expect(text).toMatch(/In Odoo order S\d+: .*state sale, total /);
  });

  test('whose total differs says so, what to do, and stays owed until the taxes are mended', async () => {
    const settings = swappedTaxes();
    const order = place();
    await bench.sync({ settings });
    const held = await expectForetold(`order ${order.id}`, settings);
    expect(verdictOf(held, order)).toBe('stands');
    const text = say(held);
    expect(text).toContain('needs a person: total-mismatch');
    expect(text).toContain('What to do: compare both figures; mostly a tax in `orders.taxes` is wrong.');
    expect(text).toContain('Tried now it would stay owed: total-mismatch');

    const mended = await expectForetold(`order ${order.id}`);
    expect(verdictOf(mended, order)).toBe('decided');
    expect(await debtOf(order)).toBeUndefined();
  });

  test('changed in the shop is updated with the same fields as the sync says', async () => {
    const order = place({ status: 'pending' });
    await bench.sync();
    edit(order, { status: 'processing', customer_note: 'Sonnez deux fois' });
    const explanation = await expectForetold(`order ${order.id}`);
    expect(say(explanation)).toContain('would be updated in Odoo: status: draft → confirmed (processing)');
  });

  test('that a person cancelled in Odoo is a conflict', async () => {
    const order = place({ status: 'pending' });
    await bench.sync();
    bench.sandbox.odoo.records.act('sale.order', odooOrder(order).id, 'action_cancel');
    edit(order, { status: 'processing' });
    const explanation = await expectForetold(`order ${order.id}`);
    expect(say(explanation)).toContain('would be put into quarantine');
    expect(say(explanation)).toContain('What to do: cancel it in the shop, or reopen it in Odoo.');
  });

  test('whose customer cannot be told apart names the customer it waits for, and why', async () => {
    const email = 'double@exemple.fr';
    for (const name of ['Eins', 'Zwei']) {
      bench.sandbox.odoo.records.create('res.partner', { name, email });
    }
    const order = place({ billing: { ...GUEST, email } });
    const before = await expectForetold(`order ${order.id}`);
    expect(before.prospect?.others.map(({ entity, reason }) => `${entity} ${reason}`)).toContain(
      'guest ambiguous-email',
    );
    const text = say(await explain(`order ${order.id}`));
    expect(text).toContain('waits for another record: waiting-for');
    expect(text).toMatch(/Waits for shop\/guest\/\w+ \(double@exemple.fr\) needs a person: ambiguous-email/);
    await expectForetold(`customer ${email}`);
    expect(say(await explain(`customer ${email}`))).toContain(`Awaited by order ${order.id}`);
  });

  test('is found by a number that is not its id, also without the shop', async () => {
    const order = place();
    edit(order, { number: 'WEB-2026-7' });
    await bench.sync();
    for (const offline of [true, false]) {
      const { known } = await explain('order WEB-2026-7', {}, { offline });
      expect(known.records.map(({ key }) => `${key.entity}/${key.id}`)).toEqual([`order/${order.id}`]);
    }
  });

  test('is not taken for another one whose id is its number', async () => {
    const [first, second] = [place(), place()];
    await bench.sync();
    edit(first, { number: String(second.id), status: 'completed' });
    edit(second, { number: '77777' });
    await bench.sync();
    const explanation = await explain(`order ${second.id}`);
    expect(explanation.known.records.map(({ key }) => key.id)).toEqual([String(first.id)]);
    expect(say(explanation)).toContain(`\`wcodoo audit explain order/${second.id}\``);
    const byKey = await explain(`order/${second.id}`);
    expect(byKey.known.records.map(({ key }) => key.id)).toEqual([String(second.id)]);
  });

  test('deleted in the shop and in Odoo is told from what the state remembers', async () => {
    const order = place();
    await bench.sync();
    bench.sandbox.woo.shop.deleteOrder(order.id);
    const text = say(await explain(`order ${order.id}`));
    expect(text).toContain('In the shop the shop does not have it');
    expect(text).toContain(`shop/order/${order.id} = sale.order`);
  });
});

test('every order of a shop becomes what was foretold of it', async () => {
  const other = await startBench({ orders: 25, customers: 8 });
  const bystander = bench;
  bench = other;
  try {
    const foretold = new Map<string, object[]>();
    for (const { id } of other.sandbox.woo.shop.orders) {
      const explanation = await explain(`order/${id}`);
      const own = explanation.prospect?.records.flatMap((record) => record.rows) ?? [];
      foretold.set(String(id), own.map(decided));
    }
    const { rows } = await other.sync();
    const done = rows.filter(({ flow, wooId }) => flow === 'orders' && wooId !== '0');
    expect(done.length).toBeGreaterThan(20);
    for (const [id, expected] of foretold) {
      expect(done.filter(({ wooId }) => wooId === id).map(decided)).toEqual(expected);
    }
  } finally {
    await other.close();
    bench = bystander;
  }
});

describe('a SKU', () => {
  test('whose stock changed in Odoo is pushed as the sync pushes it', async () => {
    bench.sandbox.odoo.records.setStock('SIM-0003', 41);
    const explanation = await expectForetold('sku SIM-0003');
    expect(say(explanation)).toMatch(/would be updated in the shop: stock_quantity: \d+ → 41/);
  });

  test('sold out in Odoo is set to nothing, and the limits of a sync are named', async () => {
    bench.sandbox.odoo.records.setStock('SIM-0004', 0);
    const text = say(await expectForetold('sku sim-0004'));
    expect(text).toContain('→ 0');
    expect(text).toContain('Limits are weighed for all changes of a sync together');
  });

  test('that Odoo no longer has by this name says so, and nothing is pushed', async () => {
    const { records } = bench.sandbox.odoo;
    const [product] = records.find('product.product', [['default_code', '=', 'SIM-0005']], ['id']);
    records.write('product.product', Number(product?.['id']), { default_code: 'SIM-0005-OLD' });
    bench.sandbox.woo.shop.setStock('SIM-0005', 3);
    const text = say(await expectForetold('sku SIM-0005'));
    records.write('product.product', Number(product?.['id']), { default_code: 'SIM-0005' });
    expect(text).toContain('Odoo has no product with the internal reference SIM-0005');
  });

  test('that the shop does not count says so', async () => {
    const product = bench.sandbox.woo.shop.product('SIM-0006');
    Object.assign(product ?? {}, { manageStock: false });
    expect(say(await expectForetold('sku SIM-0006'))).toContain('(manage stock is off)');
  });

  test('by its key has the same two records', async () => {
    const id = bench.sandbox.woo.shop.product('SIM-0003')?.id ?? 0;
    const { known } = await explain(`stock/${id}`);
    expect(known.records.map(({ key }) => `${key.entity}/${key.id}`)).toContain(`stock/${id}`);
  });
});

describe('a customer', () => {
  test('who bought as a guest is found by e-mail address, whatever its letters', async () => {
    const email = 'invitee@exemple.fr';
    const order = place({ billing: { ...GUEST, email } });
    const before = await expectForetold(`customer ${email.toUpperCase()}`);
    expect(say(before)).toContain('guest');
    const after = await explain(`customer ${email}`);
    expect(say(after)).toMatch(/shop\/guest\/\w+ = res\.partner \d+/);
    expect(say(after)).toContain(`orders with this address: ${order.id}`);
  });

  test('with an account is updated with the fields that the sync writes, their addresses too', async () => {
    const email = 'compte@exemple.fr';
    const customer = bench.sandbox.woo.shop.addCustomer({
      email,
      first_name: 'Ada',
      last_name: 'Lovelace',
      billing: { ...GUEST, email },
    });
    await expectForetold(`customer ${email}`);
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { ...GUEST, email, city: 'Nantes' } });
    const explanation = await explain(`customer ${email}`);
    const { rows } = await bench.sync({ request: { full: true } });
    const own = rows.filter(({ entity, wooId }) => entity === 'customer' && wooId === String(customer.id));
    expect(own).toHaveLength(1);
    expect(explanation.prospect?.records.flatMap((record) => record.rows).map(decided)).toEqual(
      expect.arrayContaining(own.map(decided)),
    );
  });
});

describe('what nobody knows', () => {
  test('is said in a sentence', async () => {
    const explanation = await explain('order 987654');
    expect(isUnknown(explanation)).toBe(true);
    expect(say(explanation)).toBe('nothing is known of order 987654; the shop does not have it either ');
    expect(plainExplanation(explanation)).toMatchObject({ isKnown: false, records: [] });
  });

  test('is no order of the shop when neither side was asked', async () => {
    expect(say(await explain('order 987654', {}, { offline: true }))).toContain('neither side was asked');
  });
});

describe('a side that is down', () => {
  test('is named, and what the state knows is shown all the same', async () => {
    const order = place();
    await bench.sync();
    const known = { record: `shop/order/${order.id}`, link: { odooId: odooOrder(order).id } };

    bench.sandbox.woo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
    const withoutShop = await explain(`order ${order.id}`);
    bench.sandbox.woo.setFaults(undefined);
    expect(plainExplanation(withoutShop)).toMatchObject({
      shop: { asked: true, answered: false },
      odoo: { answered: true },
      records: [known],
      prospect: null,
    });
    expect(say(withoutShop)).toMatch(/In the shop did not answer: /);

    bench.sandbox.odoo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
    const withoutOdoo = await explain(`order ${order.id}`);
    bench.sandbox.odoo.setFaults(undefined);
    expect(plainExplanation(withoutOdoo)).toMatchObject({
      shop: { answered: true },
      odoo: { asked: true, answered: false },
      records: [known],
    });
    expect([withoutShop, withoutOdoo].map(isIncomplete)).toEqual([true, true]);
  });
});
