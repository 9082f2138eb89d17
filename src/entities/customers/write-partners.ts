/** Writes partners in bulk: creates by external id, updates by database id. */
import { chunk } from '../../lib/chunk';
import { groupBy } from '../../lib/group-by';
import type { RunContext } from '../../core/context';
import type { Change, Outcome } from '../../core/entity';
import { externalId, formatKey } from '../../core/keys';
import { hashFields } from '../../core/plan';
import type { LoadOutcome } from '../../core/ports';
import { PARTNER_MODEL, SOFT_FIELDS, type PartnerPayload } from './map-partner';
import { loadPlaces, type Places } from './places';

type PartnerChange = Change<PartnerPayload>;

/** Column of `load` for each mapped field. */
const COLUMNS: Readonly<Record<string, string>> = {
  name: 'name',
  company: 'company_name',
  email: 'email',
  phone: 'phone',
  street: 'street',
  street2: 'street2',
  zip: 'zip',
  city: 'city',
  country: 'country_id/.id',
  state: 'state_id/.id',
  vat: 'vat',
};

export async function writePartners(
  context: RunContext,
  changes: readonly PartnerChange[],
): Promise<Outcome[]> {
  const places = await loadPlaces(context);
  const creates = changes.filter(({ action }) => action === 'create');
  const updates = changes.filter(({ action }) => action === 'update');
  const contacts = creates.filter(({ payload }) => payload.type === 'contact');
  const addresses = creates.filter(({ payload }) => payload.type !== 'contact');
  return [
    ...(await createPartners(context, places, contacts)),
    ...(await createPartners(context, places, addresses)),
    ...(await updatePartners(context, places, updates)),
  ];
}

interface Cells {
  readonly values: Readonly<Record<string, string>>;
  /** Fields left out, each with the reason. */
  readonly dropped: readonly { readonly field: string; readonly message: string }[];
}

async function createPartners(
  context: RunContext,
  places: Places,
  changes: readonly PartnerChange[],
): Promise<Outcome[]> {
  if (changes.length === 0) {
    return [];
  }
  const fields = [...new Set(changes.flatMap(({ nextLink }) => Object.keys(nextLink?.fields ?? {})))];
  const isAddress = changes.some(({ payload }) => payload.parent !== undefined);
  // The language is only ever proposed: it is set here and not compared later.
  const columns = ['id', isAddress ? 'type' : 'lang', ...fields.map(columnOf)];

  function rowOf(change: PartnerChange, cells: Cells): string[] {
    return [
      externalId(change.key),
      isAddress ? change.payload.type : (cells.values['lang'] ?? ''),
      ...fields.map((field) => cells.values[field] ?? ''),
    ];
  }

  const prepared = changes.map((change) =>
    cellsOf(change, { ...valuesAfter(change), lang: change.payload.lang }, places),
  );
  const first = await context.odoo.load(
    PARTNER_MODEL,
    columns,
    changes.map((change, index) => [rowOf(change, prepared[index] ?? NO_CELLS)]),
  );
  const outcomes = await withoutSoftFields(context, changes, prepared, first, columns, rowOf);
  return isAddress ? placeUnderParents(context, changes, outcomes) : outcomes;
}

/**
 * Gives new addresses their parent, in a call of its own: a `load` that creates
 * a partner with a parent copies the parent's commercial fields, and Odoo 19
 * refuses that to users without accounting rights (observed: no right to read
 * `credit_limit`), while setting the parent of an existing partner is allowed.
 */
async function placeUnderParents(
  context: RunContext,
  changes: readonly PartnerChange[],
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const parents = await context.state.links.find(
    changes.flatMap(({ payload }) => (payload.parent === undefined ? [] : [payload.parent])),
  );
  const rows = changes.flatMap(({ key, payload }, index) => {
    const parent = payload.parent && parents.get(formatKey(payload.parent));
    return parent === undefined || outcomes[index]?.status !== 'done'
      ? []
      : [{ index, cells: [externalId(key), String(parent.odooId)] }];
  });
  const placed = await context.odoo.load(
    PARTNER_MODEL,
    ['id', 'parent_id/.id'],
    rows.map(({ cells }) => [cells]),
  );
  const refusals = new Map(
    rows.flatMap(({ index }, position) => {
      const result = placed[position];
      return result?.ok === true ? [] : [[index, result?.message ?? 'Odoo gave no answer'] as const];
    }),
  );
  return outcomes.map((outcome, index): Outcome => {
    const refusal = refusals.get(index);
    return refusal === undefined
      ? outcome
      : { key: outcome.key, status: 'failed', reason: 'odoo-refused', message: `parent_id: ${refusal}` };
  });
}

/**
 * Records that Odoo refused are sent once more without their VAT number, which
 * Odoo checks where `base_vat` is installed, and then without any soft field;
 * what goes then was refused for one of them.
 */
async function withoutSoftFields(
  context: RunContext,
  changes: readonly PartnerChange[],
  prepared: readonly Cells[],
  first: readonly LoadOutcome[],
  columns: readonly string[],
  rowOf: (change: PartnerChange, cells: Cells) => string[],
): Promise<Outcome[]> {
  const cells = [...prepared];
  const results = [...first];
  for (const fields of [['vat'], SOFT_FIELDS]) {
    const again = changes.flatMap((change, index) => {
      const filled = fields.filter((field) => (cells[index]?.values[field] ?? '') !== '');
      return results[index]?.ok === false && filled.length > 0 ? [{ change, index, filled }] : [];
    });
    for (const { index, filled } of again) {
      cells[index] = dropFields(cells[index] ?? NO_CELLS, filled, messageAt(results, index));
    }
    const outcomes =
      again.length === 0
        ? []
        : await context.odoo.load(
            PARTNER_MODEL,
            columns,
            again.map(({ change, index }) => [rowOf(change, cells[index] ?? NO_CELLS)]),
          );
    again.forEach(({ index }, position) => {
      results[index] = outcomes[position] ?? { ok: false, message: 'Odoo gave no answer for this record' };
    });
  }
  return changes.map((change, index) => outcomeOf(change, results[index], cells[index]?.dropped ?? []));
}

/** Updates carry only the fields that changed: rows with the same columns go together, an empty cell erases. */
async function updatePartners(
  context: RunContext,
  places: Places,
  changes: readonly PartnerChange[],
): Promise<Outcome[]> {
  const groups = groupBy(changes, (change) => change.changes.map(({ field }) => field).join(','));
  const outcomes: Outcome[] = [];
  for (const group of groups.values()) {
    const fields = group[0]?.changes.map(({ field }) => field) ?? [];
    const columns = ['.id', ...fields.map(columnOf)];
    for (const part of chunk(group, 500)) {
      const prepared = part.map((change) => cellsOf(change, valuesAfter(change), places));
      const rowOf = (change: PartnerChange, cells: Cells): string[] => [
        String(change.odooId ?? ''),
        ...fields.map((field) => cells.values[field] ?? ''),
      ];
      const first = await context.odoo.load(
        PARTNER_MODEL,
        columns,
        part.map((change, index) => [rowOf(change, prepared[index] ?? NO_CELLS)]),
      );
      outcomes.push(...(await withoutSoftFields(context, part, prepared, first, columns, rowOf)));
    }
  }
  return outcomes;
}

const NO_CELLS: Cells = { values: {}, dropped: [] };

function columnOf(field: string): string {
  const column = COLUMNS[field];
  if (column === undefined) {
    throw new RangeError(`no column for the field ${field}`);
  }
  return column;
}

function valuesAfter(change: PartnerChange): Record<string, string> {
  return Object.fromEntries(change.changes.map(({ field, after }) => [field, after]));
}

/** Codes become Odoo ids; a state or language that Odoo does not have is left out. */
function cellsOf(change: PartnerChange, values: Readonly<Record<string, string>>, places: Places): Cells {
  const cells: Record<string, string> = { ...values };
  const dropped: Cells['dropped'][number][] = [];
  const country = values['country'] ?? '';
  if (country !== '') {
    const id = places.countryId(country);
    cells['country'] = id === undefined ? '' : String(id);
    if (id === undefined) {
      dropped.push({ field: 'country', message: `country ${country} is unknown to Odoo` });
    }
  }
  const state = values['state'] ?? '';
  if (state !== '') {
    const id = places.stateId(change.payload.country, state);
    cells['state'] = id === undefined ? '' : String(id);
    if (id === undefined) {
      dropped.push({
        field: 'state',
        message: `state ${state.slice(change.payload.country.length + 1)} is unknown to Odoo`,
      });
    }
  }
  const language = values['lang'] ?? '';
  if (language !== '' && !places.hasLanguage(language)) {
    cells['lang'] = '';
    dropped.push({ field: 'lang', message: `language ${language} is not installed in Odoo` });
  }
  return { values: cells, dropped };
}

function dropFields(cells: Cells, names: readonly string[], refusal: string): Cells {
  const values = { ...cells.values, ...Object.fromEntries(names.map((name) => [name, ''])) };
  const left = names.map((field) => ({ field, message: `${field} refused by Odoo: ${refusal}` }));
  return { values, dropped: [...cells.dropped, ...left] };
}

function messageAt(outcomes: readonly LoadOutcome[], index: number): string {
  const outcome = outcomes[index];
  return outcome?.ok === false ? outcome.message : '';
}

function outcomeOf(
  change: PartnerChange,
  outcome: LoadOutcome | undefined,
  dropped: Cells['dropped'],
): Outcome {
  const { key, nextLink } = change;
  // What was left out is empty in Odoo: remembered so, or it would look like a person's edit.
  const emptied = hashFields(
    Object.fromEntries(
      dropped.filter(({ field }) => nextLink?.fields[field] !== undefined).map(({ field }) => [field, '']),
    ),
  );
  if (outcome?.ok !== true) {
    return {
      key,
      status: 'failed',
      reason: 'odoo-refused',
      message: outcome?.message ?? 'Odoo gave no answer for this record',
    };
  }
  return {
    key,
    status: 'done',
    odooId: outcome.id,
    ...(dropped.length === 0
      ? {}
      : { reason: 'soft-field-dropped', message: dropped.map(({ message }) => message).join('; ') }),
    link: nextLink && { ...nextLink, odooId: outcome.id, fields: { ...nextLink.fields, ...emptied } },
  };
}
