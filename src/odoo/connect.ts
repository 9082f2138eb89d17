/** Finds out what a server is and how to talk to it. */
import { FatalError } from '../core/errors';
import type { OdooApi, OdooProtocol } from '../core/ports';
import { createOdooApi } from './api';
import { WRONG_PLACE_HINT } from './answer';
import { NotOdooError, refusalText, UnreadableError } from './errors';
import { openHttp } from './http';
import type { OdooHttp } from './http';
import { json2Transport, probeWebVersion, readJson2User } from './json2';
import { jsonRpcLogin, jsonRpcTransport, jsonRpcVersion } from './jsonrpc';
import { fillOptions } from './options';
import type { OdooOptions, OdooSettings } from './options';
import { placeOf } from './place';
import { createRetrier, type Retrier } from './retry';
import type { OdooTransport, ServerVersion } from './transport';
import { capabilitiesOf, speaksJson2 } from './versions';
import { xmlRpcLogin, xmlRpcTransport, xmlRpcVersion } from './xmlrpc';

/** Which Odoo answers, and the protocol a login would use. */
export interface Probe {
  readonly server: ServerVersion;
  readonly protocol: OdooProtocol;
}

/**
 * Connects to an Odoo server: version, protocol, login.
 * @throws FatalError for a wrong login, an unsupported version, or an address where no Odoo answers
 * @throws RetryableError when the server is not available
 */
export async function connectOdoo(options: OdooOptions): Promise<OdooApi> {
  const settings = fillOptions(options);
  const http = openHttp(settings);
  const retry = createRetrier(settings);
  const { server, protocol } = await probe(http, retry, settings);
  const capabilities = capabilitiesOf(server);
  const { transport, uid } = await retry(() => logIn(http, protocol, settings), {
    target: 'login',
    writing: false,
  });
  const odoo = createOdooApi(
    { http, transport, retry, settings },
    { ...server, protocol, uid, capabilities },
  );
  await checkContext(odoo, settings);
  return odoo;
}

/**
 * Asks a server for its version; needs no login.
 * @throws FatalError for an address where no Odoo answers, RetryableError when the server is not available
 */
export async function probeOdoo(options: OdooOptions): Promise<Probe> {
  const settings = fillOptions(options);
  return probe(openHttp(settings), createRetrier(settings), settings);
}

/**
 * Makes one call as all others will be made. A language that is not installed
 * or a company the user may not work in would else refuse record after record
 * (observed on 19: `Invalid language code`; on 14 the language is ignored).
 */
async function checkContext(odoo: OdooApi, settings: OdooSettings): Promise<void> {
  try {
    await odoo.searchCount('res.partner', [['id', '=', 0]]);
  } catch (error) {
    const reason = refusalText(error);
    if (reason === undefined) {
      throw error;
    }
    const company = settings.companyId === undefined ? '' : ` and company ${settings.companyId}`;
    throw new FatalError(`Odoo refuses calls with language ${settings.language}${company}: ${reason}`, {
      hint: 'Check the language and the company of the configuration, and the rights of the user.',
      cause: error,
    });
  }
}

/** Asks for the version, which needs no login, and chooses the protocol by what answers. */
async function probe(http: OdooHttp, retry: Retrier, settings: OdooSettings): Promise<Probe> {
  const wanted = settings.protocol;
  if (wanted === 'auto' || wanted === 'json2') {
    const server = await ask(() => probeWebVersion(http), retry);
    if (
      server !== undefined &&
      speaksJson2(server) &&
      (settings.apiKey !== undefined || wanted === 'json2')
    ) {
      return { server, protocol: 'json2' };
    }
    if (wanted === 'json2') {
      throw new FatalError(`the server at ${placeOf(settings.url)} does not speak JSON-2`, {
        hint: 'JSON-2 needs Odoo 19 or later; set the protocol to auto.',
      });
    }
  }
  if (wanted !== 'xmlrpc') {
    try {
      return { server: await ask(() => jsonRpcVersion(http), retry), protocol: 'jsonrpc' };
    } catch (error) {
      if (wanted === 'jsonrpc' || !(error instanceof NotOdooError)) {
        throw error;
      }
    }
  }
  return { server: await ask(() => xmlRpcVersion(http), retry), protocol: 'xmlrpc' };
}

/** Runs one probe; a page that answers in Odoo's place is final here: the address is wrong, waiting will not help. */
async function ask<T>(probeVersion: () => Promise<T>, retry: Retrier): Promise<T> {
  return retry(
    async () => {
      try {
        return await probeVersion();
      } catch (error) {
        throw error instanceof UnreadableError
          ? new NotOdooError(error.message, { hint: WRONG_PLACE_HINT, cause: error })
          : error;
      }
    },
    { target: 'asking for the version', writing: false },
  );
}

async function logIn(
  http: OdooHttp,
  protocol: OdooProtocol,
  settings: OdooSettings,
): Promise<{ readonly transport: OdooTransport; readonly uid: number }> {
  const { database, username } = settings;
  if (protocol === 'json2') {
    if (settings.apiKey === undefined) {
      throw new FatalError('JSON-2 needs an API key; a password does not do', { hint: 'Set ODOO_API_KEY.' });
    }
    const transport = json2Transport(http, settings.apiKey);
    return { transport, uid: await readJson2User(transport) };
  }
  const secret = settings.apiKey ?? settings.password;
  if (secret === undefined) {
    throw new FatalError('no API key and no password for Odoo', { hint: 'Set ODOO_API_KEY.' });
  }
  if (protocol === 'jsonrpc') {
    const uid = await jsonRpcLogin(http, database, username, secret);
    return { transport: jsonRpcTransport(http, { database, uid, secret }), uid };
  }
  const uid = await xmlRpcLogin(http, database, username, secret);
  return { transport: xmlRpcTransport(http, { database, uid, secret }), uid };
}
