/** Which Odoo this is, and how it is spoken to. */
import type { Config } from '../config/load';
import type { OdooApi } from '../core/ports';
import type { CustomerSettings } from '../entities/customers/settings';
import { idOf, textOf } from '../odoo/schema';
import type { Findings } from './findings';

const TOPIC = 'Odoo';
/** The first version with JSON-2, and the one that is announced to drop the older protocols. */
const JSON2_SINCE = 19;
const OLD_PROTOCOLS_END = 22;
/** Versions every release of wcodoo is tried on; those between are supported from reading Odoo's sources. */
const TRIED: readonly number[] = [14, 19];
/** Enough for any price divided by any quantity. */
const GOOD_PRICE_DIGITS = 6;

const PROTOCOL_NAMES = { json2: 'JSON-2', jsonrpc: 'JSON-RPC', xmlrpc: 'XML-RPC' } as const;

export function checkServer(odoo: OdooApi, config: Config, findings: Findings): void {
  const { version, major, protocol } = odoo.server;
  findings.ok(
    TOPIC,
    `Odoo ${version} answers at ${config.environment.ODOO_URL} over ${PROTOCOL_NAMES[protocol]}`,
  );
  if (major > Math.max(...TRIED)) {
    findings.warn(
      TOPIC,
      `Odoo ${version} is newer than the newest version wcodoo was tried on (${Math.max(...TRIED)})`,
      'Try it on a copy of the database first.',
    );
  } else if (!TRIED.includes(major)) {
    findings.ok(TOPIC, `Odoo ${major} is supported; wcodoo is tried on ${TRIED.join(' and ')}`);
  }
  if (protocol === 'json2') {
    return;
  }
  if (major >= JSON2_SINCE) {
    findings.warn(
      TOPIC,
      `${PROTOCOL_NAMES[protocol]} leaves in Odoo ${OLD_PROTOCOLS_END}; its successor JSON-2 needs an API key`,
      config.environment.ODOO_API_KEY === undefined
        ? 'Make a key in Odoo (the user > My Preferences > Security > New API Key) and set ODOO_API_KEY.'
        : 'Set ODOO_PROTOCOL to auto.',
    );
  } else {
    findings.ok(
      TOPIC,
      `${PROTOCOL_NAMES[protocol]} leaves in Odoo ${OLD_PROTOCOLS_END}; from Odoo ${JSON2_SINCE} on wcodoo uses JSON-2, with an API key`,
    );
  }
}

export interface Company {
  readonly id: number;
  readonly name: string;
  /** ISO code. */
  readonly currency: string;
}

/** The user, the company that is worked in, and how it rounds. */
export async function checkCompany(
  odoo: OdooApi,
  config: Config,
  findings: Findings,
): Promise<Company | undefined> {
  return findings.attempt('odoo', TOPIC, async () => {
    const [user] = await odoo.read('res.users', [odoo.server.uid], ['login', 'company_id']);
    const login = textOf(user?.['login']);
    const { ODOO_USERNAME } = config.environment;
    if (login === ODOO_USERNAME) {
      findings.ok(TOPIC, `wcodoo works as the user ${login}`);
    } else {
      findings.warn(
        TOPIC,
        `the API key belongs to the user ${login}, not to ${ODOO_USERNAME}`,
        'Set ODOO_USERNAME to the user of the key, or make a key as that user.',
      );
    }
    const id = config.file.odoo.company ?? idOf(user?.['company_id']) ?? 1;
    const fields = ['name', 'currency_id', 'tax_calculation_rounding_method'];
    const [row] = await odoo.read('res.company', [id], fields);
    if (row === undefined) {
      findings.problem(TOPIC, `odoo.company names the company ${id}, which this user does not see`);
      return undefined;
    }
    const method =
      row['tax_calculation_rounding_method'] === 'round_globally' ? 'on the whole order' : 'per line';
    const company = { id, name: textOf(row['name']), currency: nameOf(row['currency_id']) };
    findings.ok(
      TOPIC,
      `the company is ${company.name}; its currency is ${company.currency}, and tax is rounded ${method}`,
    );
    return company;
  });
}

/** The name of a many2one, `EUR` of `[1, "EUR"]`. */
export function nameOf(value: unknown): string {
  return textOf(Array.isArray(value) ? value[1] : undefined);
}

/** Observed: 19 refuses calls in a language that is not installed, 14 ignores it and fails later. */
export async function checkLanguages(odoo: OdooApi, config: Config, findings: Findings): Promise<void> {
  await findings.attempt('odoo', TOPIC, async () => {
    const rows = await odoo.searchRead('res.lang', [['active', '=', true]], ['code']);
    const installed = new Set(rows.map((row) => textOf(row['code'])));
    const customers = config.file['customers'] as CustomerSettings;
    const { language } = config.file.odoo;
    const missing = [
      ...(customers.language === undefined ? [] : [['customers.language', customers.language] as const]),
      ...Object.entries(customers.languages).map(
        ([country, code]) => [`customers.languages.${country}`, code] as const,
      ),
    ].filter(([, code]) => !installed.has(code));
    const add = 'Add it in Odoo: Settings > Languages > Add Languages; or change the setting.';
    if (!installed.has(language)) {
      findings.problem(TOPIC, `odoo.language is ${language}, which is not installed in Odoo`, add);
    }
    for (const [setting, code] of missing) {
      findings.warn(
        TOPIC,
        `${setting} is ${code}, which is not installed in Odoo: such contacts get no language`,
        add,
      );
    }
    if (missing.length === 0 && installed.has(language)) {
      findings.ok(TOPIC, 'the languages of the configuration are installed');
    }
  });
}

/**
 * How many digits a unit price keeps. Observed: 14 rounds to *Product Price*
 * and says so in `digits`; on 19 that is `false`, and nothing is rounded.
 */
export async function checkPriceDigits(odoo: OdooApi, findings: Findings): Promise<void> {
  if (!odoo.server.capabilities.roundsPriceUnit) {
    return;
  }
  await findings.attempt('odoo', TOPIC, async () => {
    const digits = (await odoo.fields('sale.order.line')).get('price_unit')?.digits ?? 2;
    if (digits >= GOOD_PRICE_DIGITS) {
      findings.ok(TOPIC, `unit prices keep ${digits} digits`);
      return;
    }
    findings.warn(
      TOPIC,
      `unit prices keep only ${digits} digits: a line whose total is not divisible by its quantity is split into two, so that the order's total stays equal to the cent`,
      `Raise it in Odoo (developer mode): Settings > Technical > Decimal Accuracy > Product Price, ${GOOD_PRICE_DIGITS} digits.`,
    );
  });
}
