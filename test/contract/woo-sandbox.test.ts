import { Secret } from '../../src/lib/secret';
import { buildCatalogue, DEFAULT_CATALOGUE } from '../../src/sandbox/catalogue';
import { buildShopSeed } from '../../src/sandbox/seed-shop';
import { createWooServer, type WooServer } from '../../src/sandbox/woo-server';
import { createWoo } from '../../src/woo/client';
import { marked } from '../support/secrets';
import { createRawPost, wooContract } from './woo-contract';

const TEXTS = { consumerKey: marked('ck_contract'), consumerSecret: marked('cs_contract') };
const KEYS = { consumerKey: new Secret(TEXTS.consumerKey), consumerSecret: new Secret(TEXTS.consumerSecret) };
const servers: WooServer[] = [];

async function startShop(readOnly: boolean): Promise<string> {
  const seed = buildShopSeed({ catalogue: buildCatalogue(DEFAULT_CATALOGUE), now: new Date() });
  const server = createWooServer({ ...TEXTS, seed, readOnly });
  servers.push(server);
  return (await server.listen()).url;
}

wooContract('the sandbox shop', async () => {
  const url = await startShop(false);
  return {
    woo: createWoo({ url, ...KEYS }),
    badKey: createWoo({ url, ...KEYS, consumerKey: new Secret(marked('ck_unknown')) }),
    readOnly: createWoo({ url: await startShop(true), ...KEYS }),
    post: createRawPost(url, KEYS),
  };
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});
