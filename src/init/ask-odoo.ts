/** Address, database and login of Odoo, checked while they are given. */
import type { Config } from '../config/load';
import type { OdooApi, OdooProtocol } from '../core/ports';
import { checkRights } from '../doctor/odoo-rights';
import { checkCompany, checkPriceDigits, checkServer, type Company } from '../doctor/odoo-server';
import { askVariable, askVariables, isAskedAgain, lookAt } from './ask-variables';
import { chooseCompany } from './choose-company';
import type { Draft } from './draft';
import type { Prompts } from './prompts';

export interface OdooSide {
  /** Asks for the version; needs no login. */
  readonly findOdoo: (
    config: Config,
    signal: AbortSignal,
  ) => Promise<{ readonly server: { readonly version: string }; readonly protocol: OdooProtocol }>;
  readonly openOdoo: (config: Config, signal: AbortSignal) => Promise<OdooApi>;
}

export interface OdooFacts {
  readonly odoo: OdooApi;
  /** The company that is worked in; undefined when Odoo did not say. */
  readonly company: Company | undefined;
}

/** From the message of `connectOdoo` where the login is good and what every call carries is not. */
const CONTEXT_REFUSED = 'refuses calls with language';

/** Undefined when Odoo was left for later. */
export async function askOdoo(
  draft: Draft,
  prompts: Prompts,
  side: OdooSide,
): Promise<OdooFacts | undefined> {
  prompts.say('\n== Odoo ==\n');
  if (!(await askAddress(draft, prompts, side))) {
    return undefined;
  }
  const odoo = await askLogin(draft, prompts, side);
  if (odoo === undefined) {
    return undefined;
  }
  const inCompany = (await chooseCompany(draft, prompts, odoo)) ? await reopen(draft, prompts, side) : odoo;
  if (inCompany === undefined) {
    return undefined;
  }
  const { found } = await lookAt('Odoo for its settings and your rights', prompts, async (findings) => {
    const config = draft.config();
    const company = await checkCompany(inCompany, config, findings);
    await checkPriceDigits(inCompany, findings);
    await checkRights(inCompany, config, findings);
    return company;
  });
  return { odoo: inCompany, company: found };
}

async function askAddress(draft: Draft, prompts: Prompts, { findOdoo }: OdooSide): Promise<boolean> {
  while (await askVariable('ODOO_URL', draft, prompts)) {
    const { problems } = await lookAt('Odoo', prompts, (findings) =>
      findings.attempt('odoo', 'Odoo', async () => {
        const { server } = await findOdoo(draft.config(), prompts.signal);
        findings.ok('Odoo', `Odoo ${server.version} answers at ${draft.textOf('ODOO_URL') ?? ''}`);
      }),
    );
    if (problems.length === 0) {
      return true;
    }
    if (!(await isAskedAgain(problems, prompts))) {
      return false;
    }
  }
  return false;
}

async function askLogin(
  draft: Draft,
  prompts: Prompts,
  { openOdoo }: OdooSide,
): Promise<OdooApi | undefined> {
  while (await askCredentials(draft, prompts)) {
    const { found, problems } = await lookAt('Odoo whether it takes the login', prompts, (findings) =>
      findings.attempt('odoo', 'Odoo', async () => {
        const odoo = await openOdoo(draft.config(), prompts.signal);
        checkServer(odoo, draft.config(), findings);
        return odoo;
      }),
    );
    if (found !== undefined) {
      return found;
    }
    if (!(await isAskedAgain(problems, prompts))) {
      return undefined;
    }
    if (problems.some(({ message }) => message.includes(CONTEXT_REFUSED))) {
      await askContext(draft, prompts);
    }
  }
  return undefined;
}

async function reopen(draft: Draft, prompts: Prompts, { openOdoo }: OdooSide): Promise<OdooApi | undefined> {
  const { found } = await lookAt('Odoo in that company', prompts, (findings) =>
    findings.attempt('odoo', 'Odoo', () => openOdoo(draft.config(), prompts.signal)),
  );
  return found;
}

/** A password is asked for only where there is no key. */
async function askCredentials(draft: Draft, prompts: Prompts): Promise<boolean> {
  if (!(await askVariables(['ODOO_DB', 'ODOO_USERNAME'], draft, prompts))) {
    return false;
  }
  return (
    (await askVariable('ODOO_API_KEY', draft, prompts)) ||
    (await askVariable('ODOO_PASSWORD', draft, prompts))
  );
}

/** The company was set before and may be wrong by now; those there are can be listed only after the login. */
async function askContext(draft: Draft, prompts: Prompts): Promise<void> {
  prompts.say('\nLanguage in which Odoo answers; it must be installed there\n');
  const path = ['odoo', 'language'] as const;
  const language = await prompts.line('odoo.language', {
    fallback: draft.file().odoo.language,
    check: (answer) => draft.problemWith(path, answer),
  });
  draft.set(path, language === '' ? undefined : language);
  draft.set(['odoo', 'company'], undefined);
}
