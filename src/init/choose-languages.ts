/** Languages: that of Odoo's answers, and those of new contacts. */
import type { OdooApi } from '../core/ports';
import type { CustomerSettings } from '../entities/customers/settings';
import { textOf } from '../odoo/schema';
import { lookAt } from './ask-variables';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

const ANSWERS = ['odoo', 'language'] as const;
const CONTACTS = ['customers', 'languages'] as const;
const DEFAULT = 'en_US';

/** Nothing is asked where Odoo has one language. */
export async function chooseLanguages(draft: Draft, prompts: Prompts, odoo: OdooApi): Promise<void> {
  const { found } = await lookAt('Odoo for its languages', prompts, (findings) =>
    findings.attempt('odoo', 'Odoo', async () => {
      const rows = await odoo.searchRead('res.lang', [['active', '=', true]], ['code', 'name']);
      return rows.map((row) => ({ value: textOf(row['code']), label: textOf(row['name']) }));
    }),
  );
  const [first, ...others] = found ?? [];
  if (first === undefined || others.length === 0) {
    return;
  }
  const all: [Choice<string>, ...Choice<string>[]] = [first, ...others];
  const answers = await chooseAnswers(draft, prompts, all);
  await chooseContacts(
    draft,
    prompts,
    all.map(({ value }) => value),
    answers,
  );
}

async function chooseAnswers(
  draft: Draft,
  prompts: Prompts,
  choices: readonly [Choice<string>, ...Choice<string>[]],
): Promise<string> {
  prompts.say('\nLanguage in which Odoo answers, which is that of its messages in the audit\n');
  const set = choices.findIndex(({ value }) => value === draft.file().odoo.language);
  const language = await prompts.choose('odoo.language', choices, Math.max(0, set));
  draft.set(ANSWERS, language === DEFAULT ? undefined : language);
  return language;
}

/** Suggested: of each other language its own country, `FR=fr_FR`. */
async function chooseContacts(
  draft: Draft,
  prompts: Prompts,
  installed: readonly string[],
  ofAnswers: string,
): Promise<void> {
  prompts.say(
    `\nLanguage of new contacts by the country of their billing address; installed are ${installed.join(', ')}. Odoo decides for every other country\n`,
  );
  const set = Object.entries((draft.file()['customers'] as CustomerSettings).languages);
  const suggested = installed.flatMap((code) => {
    const [, country] = /^[a-z]{2,3}_([A-Z]{2})$/.exec(code) ?? [];
    return country === undefined || code === ofAnswers ? [] : [[country, code] as const];
  });
  const pairs = set.length > 0 || draft.get(CONTACTS) !== undefined ? set : suggested;
  const answer = await prompts.line('customers.languages', {
    fallback: pairs.map((pair) => pair.join('=')).join(', '),
    check: (text) => problemOf(text, installed),
  });
  const chosen = Object.fromEntries(pairsIn(answer));
  draft.set(CONTACTS, answer === '' ? undefined : chosen);
}

/** `FR=fr_FR, BE=fr_FR` as pairs. */
function pairsIn(text: string): [string, string][] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [country = '', code = ''] = part.split('=');
      return [country, code];
    });
}

function problemOf(text: string, installed: readonly string[]): string | undefined {
  const wrong = pairsIn(text).find(
    ([country, code]) => !/^[A-Z]{2}$/.test(country) || !installed.includes(code),
  );
  return wrong === undefined
    ? undefined
    : `must be pairs such as FR=${installed.at(-1) ?? 'fr_FR'}, with languages that are installed`;
}
