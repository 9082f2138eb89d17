/**
 * The Odoo contract on real servers. `WCODOO_LIVE_ODOO_ENV_FILES` names env
 * files, separated by commas, each with ODOO_URL, ODOO_DB, ODOO_USERNAME and
 * ODOO_API_KEY of an administrator.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { OdooApi, OdooProtocol } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import { odooContract } from '../contract/odoo-contract';
import { odooPeopleContract } from '../contract/odoo-people-contract';
import { asSecret } from '../support/secrets';

const files = (process.env['WCODOO_LIVE_ODOO_ENV_FILES'] ?? '').split(',').filter((file) => file !== '');

function connect(file: string, protocol: OdooProtocol): Promise<OdooApi> {
  const env = parse(readFileSync(file));
  return connectOdoo({
    url: env['ODOO_URL'] ?? '',
    database: env['ODOO_DB'] ?? '',
    username: env['ODOO_USERNAME'] ?? '',
    apiKey: asSecret(env['ODOO_API_KEY']),
    password: asSecret(env['ODOO_PASSWORD']),
    protocol,
    language: 'en_US',
  });
}

/** The protocols a server speaks. Cases are declared before anything may be awaited, so another process asks. */
function protocolsOf(file: string): OdooProtocol[] {
  const url = `${parse(readFileSync(file))['ODOO_URL'] ?? ''}/web/version`;
  const script = 'fetch(process.argv[1]).then((answer) => console.log(answer.ok))';
  const hasWebVersion =
    execFileSync(process.execPath, ['-e', script, url], { encoding: 'utf8' }).trim() === 'true';
  return hasWebVersion ? ['json2', 'jsonrpc', 'xmlrpc'] : ['jsonrpc', 'xmlrpc'];
}

if (files.length === 0) {
  it('needs a real Odoo server', () => {
    throw new Error(
      'set WCODOO_LIVE_ODOO_ENV_FILES to one or more env files of Odoo servers, separated by commas',
    );
  });
}

for (const file of files) {
  for (const protocol of protocolsOf(file)) {
    const connectBoth = async (): Promise<{ odoo: OdooApi; admin: OdooApi }> => {
      const odoo = await connect(file, protocol);
      return { odoo, admin: odoo };
    };
    odooContract(`Odoo of ${file} over ${protocol}`, connectBoth);
    odooPeopleContract(`people on Odoo of ${file} over ${protocol}`, connectBoth);
  }
}
