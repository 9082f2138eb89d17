import type { OdooApi, OdooProtocol } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import { buildCatalogue } from '../../src/sandbox/catalogue';
import { createOdooServer, type OdooServer } from '../../src/sandbox/odoo-server';
import { asSecret, marked } from '../support/secrets';
import { odooContract } from './odoo-contract';
import { odooPeopleContract } from './odoo-people-contract';

const DATABASE = 'contract';
const ADMIN = {
  login: 'admin',
  password: marked('admin'),
  apiKey: marked('key_of_admin'),
  rights: 'admin',
} as const;
const SALES = {
  login: 'sync',
  password: marked('sync'),
  apiKey: marked('key_of_sync'),
  rights: 'sales',
} as const;
const CASES: readonly (readonly [14 | 19, OdooProtocol])[] = [
  [19, 'json2'],
  [19, 'jsonrpc'],
  [19, 'xmlrpc'],
  [14, 'jsonrpc'],
  [14, 'xmlrpc'],
];
const servers = new Map<number, string>();
const running: OdooServer[] = [];

async function urlOf(version: 14 | 19): Promise<string> {
  const known = servers.get(version);
  if (known !== undefined) {
    return known;
  }
  const server = createOdooServer({
    version,
    database: DATABASE,
    users: [ADMIN, SALES],
    catalogue: buildCatalogue({ simpleProducts: 5, variableProducts: 1 }),
  });
  running.push(server);
  const { url } = await server.listen();
  servers.set(version, url);
  return url;
}

for (const [version, protocol] of CASES) {
  const connect = async (): Promise<{ odoo: OdooApi; admin: OdooApi }> => {
    const url = await urlOf(version);
    const options = { url, database: DATABASE, protocol, language: 'en_US' };
    return {
      odoo: await connectOdoo({ ...options, username: SALES.login, apiKey: asSecret(SALES.apiKey) }),
      admin: await connectOdoo({ ...options, username: ADMIN.login, apiKey: asSecret(ADMIN.apiKey) }),
    };
  };
  odooContract(`the sandbox as Odoo ${version} over ${protocol}`, connect);
  odooPeopleContract(`people on the sandbox as Odoo ${version} over ${protocol}`, connect);
}

afterAll(async () => {
  await Promise.all(running.map((server) => server.close()));
});
