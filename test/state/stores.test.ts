import { ConfigError } from '../../src/core/errors';
import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { NOW, STORE, keyOf, linkOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

/** Ties the store to an address, with a record that is named after it. */
async function inUseAt(url: string): Promise<void> {
  await state.bindStore(STORE, url);
  await state.commit({ links: [linkOf(keyOf(1))] });
}

test.each([
  'https://shop.example.com/fr',
  'https://shop.example.com/fr/',
  'https://SHOP.Example.com/fr',
  'https://shop.example.com:443/fr',
  'http://shop.example.com/fr',
])('%s is the shop that was bound', async (url) => {
  await inUseAt('https://shop.example.com/fr/');
  await expect(state.bindStore(STORE, url)).resolves.toBeUndefined();
});

test.each([
  'https://shop.example.com',
  'https://shop.example.com/FR',
  'https://shop.example.com:8443/fr',
  'https://www.shop.example.com/fr',
])('%s is another shop: both addresses are named', async (url) => {
  await inUseAt('https://shop.example.com/fr');
  const refused = state.bindStore(STORE, url);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toMatchObject({ exitCode: 2 });
  await expect(refused).rejects.toThrow('"shop" is https://shop.example.com/fr in the state');
  await expect(refused).rejects.toThrow(`the configuration says ${new URL(url).href.replace(/\/$/, '')}`);
});

test('an unknown store id is refused when the links belong to others, and stays unbound', async () => {
  await inUseAt('https://shop.example.com');
  const refused = state.bindStore('boutique', 'https://shop.example.com');
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(
    '"boutique" is unknown to the state :memory:, whose records belong to "shop"',
  );
  await expect(state.bindStore('boutique', 'https://shop.example.com')).rejects.toThrow(ConfigError);
});

test('another store id is welcome as long as nothing is linked', async () => {
  await state.bindStore(STORE, 'https://shop.example.com');
  await expect(state.bindStore('boutique', 'https://shop.example.com')).resolves.toBeUndefined();
});

test('an intent counts as a record: under another store id it would be created a second time', async () => {
  await state.bindStore(STORE, 'https://shop.example.com');
  await state.intents.open([
    { key: keyOf(1), flow: 'orders', runId: 'r1', odooModel: 'sale.order', link: null, createdAt: NOW },
  ]);
  await expect(state.bindStore('boutique', 'https://shop.example.com')).rejects.toThrow(ConfigError);
  await expect(state.bindStore(STORE, 'https://other.example.com')).rejects.toThrow(ConfigError);
});

test('an address mistyped at the first try is corrected without a word, as long as nothing is linked', async () => {
  await state.bindStore(STORE, 'https://shpo.example.com');
  await expect(state.bindStore(STORE, 'https://shop.example.com')).resolves.toBeUndefined();
  await state.commit({ links: [linkOf(keyOf(1))] });
  await expect(state.bindStore(STORE, 'https://shpo.example.com')).rejects.toThrow(
    '"shop" is https://shop.example.com/ in the state',
  );
});

test('no password of an address is stored or shown', async () => {
  await inUseAt('https://ck:s3cret@shop.example.com?key=s3cret');
  const refused = state.bindStore(STORE, 'https://ck:s3cret@other.example.com/?key=s3cret');
  await expect(refused).rejects.toThrow('https://other.example.com');
  await expect(refused).rejects.not.toThrow('s3cret');
});

describe('the Odoo of a store', () => {
  const ODOO = { url: 'https://erp.example.com', database: 'prod' };

  beforeEach(async () => {
    await inUseAt('https://shop.example.com');
    await state.bindOdoo(STORE, ODOO);
  });

  test.each([
    'https://erp.example.com/',
    'http://erp.example.com',
    'https://ERP.example.com:443',
    'https://user:s3cret@erp.example.com/?db=x',
  ])('is the same at %s', async (url) => {
    await expect(state.bindOdoo(STORE, { ...ODOO, url })).resolves.toBeUndefined();
  });

  test.each([
    ['a staging copy beside it', { ...ODOO, database: 'prod-staging' }],
    ['a copy on another server', { ...ODOO, url: 'https://staging.example.com' }],
    ['a database in other letters', { ...ODOO, database: 'Prod' }],
  ])('is not %s: both are named, and how to go on with either', async (_what, other) => {
    const refused = state.bindOdoo(STORE, other);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toMatchObject({ exitCode: 2 });
    await expect(refused).rejects.toThrow(
      'is kept in the Odoo database "prod" at https://erp.example.com/ in the state :memory:',
    );
    await expect(refused).rejects.toThrow(`the configuration says "${other.database}" at ${other.url}/`);
    await expect(refused).rejects.toThrow('set another WCODOO_HOME');
    await expect(refused).rejects.toThrow('move the state file away');
    await expect(state.bindOdoo(STORE, ODOO)).resolves.toBeUndefined();
  });

  test('can be another one as long as nothing is linked', async () => {
    await state.commit({ removedLinks: [keyOf(1)] });
    await expect(state.bindOdoo(STORE, { ...ODOO, database: 'test' })).resolves.toBeUndefined();
  });
});

test('a state older than the tie takes the first Odoo that lets it in', async () => {
  await inUseAt('https://shop.example.com');
  await state.bindOdoo(STORE, { url: 'https://erp.example.com', database: 'prod' });
  await expect(state.bindOdoo(STORE, { url: 'https://erp.example.com', database: 'other' })).rejects.toThrow(
    ConfigError,
  );
});
