import { ConfigError } from '../../src/core/errors';
import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, keyOf, linkOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

test.each([
  'https://shop.example.com/fr',
  'https://shop.example.com/fr/',
  'https://SHOP.Example.com/fr',
  'https://shop.example.com:443/fr',
  'http://shop.example.com/fr',
])('%s is the shop that was bound', async (url) => {
  await state.bindStore(STORE, 'https://shop.example.com/fr/');
  await expect(state.bindStore(STORE, url)).resolves.toBeUndefined();
});

test.each([
  'https://shop.example.com',
  'https://shop.example.com/FR',
  'https://shop.example.com:8443/fr',
  'https://www.shop.example.com/fr',
])('%s is another shop: both addresses are named', async (url) => {
  await state.bindStore(STORE, 'https://shop.example.com/fr');
  const refused = state.bindStore(STORE, url);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toMatchObject({ exitCode: 2 });
  await expect(refused).rejects.toThrow('"shop" is https://shop.example.com/fr in the state');
  await expect(refused).rejects.toThrow(`the configuration says ${new URL(url).href.replace(/\/$/, '')}`);
});

test('an unknown store id is refused when the links belong to others, and stays unbound', async () => {
  await state.bindStore(STORE, 'https://shop.example.com');
  await state.commit({ links: [linkOf(keyOf(1))] });
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

test('no password of an address is stored or shown', async () => {
  await state.bindStore(STORE, 'https://ck:s3cret@shop.example.com?key=s3cret');
  const refused = state.bindStore(STORE, 'https://ck:s3cret@other.example.com/?key=s3cret');
  await expect(refused).rejects.toThrow('https://other.example.com');
  await expect(refused).rejects.not.toThrow('s3cret');
});
