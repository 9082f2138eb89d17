/** The real servers that a live run is pointed at, from `WCODOO_LIVE_ODOO_ENV_FILES`. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'dotenv';
import type { OdooApi, OdooProtocol } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import { asSecret } from '../support/secrets';

/** One env file: an administrator, and optionally an API key of the user that `provision` makes. */
export interface LiveServer {
  readonly name: string;
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly apiKey: string | undefined;
  /** `ODOO_LIVE_API_KEY`: a key of the least-rights user; without it one is made where the server lets us. */
  readonly userApiKey: string | undefined;
  readonly protocols: readonly OdooProtocol[];
}

const NAMES: readonly OdooProtocol[] = ['json2', 'jsonrpc', 'xmlrpc'];

/** The servers of the environment; empty when none is named. Protocols may be narrowed by `WCODOO_LIVE_PROTOCOLS`. */
export function liveServers(environment: NodeJS.ProcessEnv = process.env): LiveServer[] {
  const wanted = listOf(environment['WCODOO_LIVE_PROTOCOLS']);
  return listOf(environment['WCODOO_LIVE_ODOO_ENV_FILES']).map((file): LiveServer => {
    const variables = parse(readFileSync(file));
    const url = variables['ODOO_URL'] ?? '';
    return {
      name: basename(file, '.env'),
      url,
      database: variables['ODOO_DB'] ?? '',
      username: variables['ODOO_USERNAME'] ?? '',
      password: variables['ODOO_PASSWORD'],
      apiKey: variables['ODOO_API_KEY'],
      userApiKey: variables['ODOO_LIVE_API_KEY'],
      protocols: protocolsOf(url).filter((name) => wanted.length === 0 || wanted.includes(name)),
    };
  });
}

/** The administrator's connection, for preparing and for reading back. */
export function connectAdmin(server: LiveServer): Promise<OdooApi> {
  return connectOdoo({
    url: server.url,
    database: server.database,
    username: server.username,
    apiKey: asSecret(server.apiKey),
    password: asSecret(server.password),
    protocol: 'jsonrpc',
    language: 'en_US',
    userAgent: 'wcodoo-live-tests',
  });
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The protocols a server speaks. Cases are declared before anything may be awaited, so another process asks. */
function protocolsOf(url: string): OdooProtocol[] {
  const script = 'fetch(process.argv[1]).then((answer) => console.log(answer.ok))';
  const answer = execFileSync(process.execPath, ['-e', script, `${url}/web/version`], { encoding: 'utf8' });
  return NAMES.filter((name) => name !== 'json2' || answer.trim() === 'true');
}
