/** Countries, states and languages of Odoo by the codes WooCommerce uses. */
import type { RunContext } from '../../core/context';
import { idOf, textOf } from '../../odoo/schema';

export interface Places {
  /** Odoo id of an ISO country code, or undefined. */
  countryId(code: string): number | undefined;
  countryCode(id: number | undefined): string;
  /** Odoo id of a state by its code or name within a country, or undefined. */
  stateId(countryCode: string, state: string): number | undefined;
  /** The spelling under which WooCommerce's state is stored, to compare it with what Odoo holds. */
  stateCode(id: number | undefined): string;
  /** True for a language that is installed and active in Odoo. */
  hasLanguage(code: string): boolean;
}

/** Reads them once a run: three requests. */
export function loadPlaces(context: RunContext): Promise<Places> {
  return context.memory.recall('places', async () => {
    const [countries, states, languages] = await Promise.all([
      context.odoo.searchRead('res.country', [], ['code']),
      context.odoo.searchRead('res.country.state', [], ['code', 'name', 'country_id']),
      context.odoo.searchRead('res.lang', [['active', '=', true]], ['code']),
    ]);
    const idByCode = new Map(countries.map((row) => [textOf(row['code']), row.id]));
    const codeById = new Map(countries.map((row) => [row.id, textOf(row['code'])]));
    const stateByName = new Map<string, number>();
    for (const row of states) {
      const country = codeById.get(idOf(row['country_id']) ?? 0) ?? '';
      const code = textOf(row['code']);
      for (const name of [textOf(row['name']), code, code.replace(`${country}-`, '')]) {
        stateByName.set(`${country}/${name.toLowerCase()}`, row.id);
      }
    }
    const stateCodes = new Map(states.map((row) => [row.id, textOf(row['code'])]));
    const installed = new Set(languages.map((row) => textOf(row['code'])));
    return {
      countryId: (code) => idByCode.get(code),
      countryCode: (id) => codeById.get(id ?? 0) ?? '',
      stateId: (country, state) =>
        stateByName.get(`${country}/${state.replace(`${country}-`, '').toLowerCase()}`),
      stateCode: (id) => stateCodes.get(id ?? 0) ?? '',
      hasLanguage: (code) => installed.has(code),
    };
  });
}
