/** External ids of records, and records by external id, without rights on `ir.model.data` where that is possible. */
import { z } from 'zod';
import { SkippableError } from '../core/errors';
import type { OdooApi, OdooDomain, OdooExternalId, OdooRow } from '../core/ports';
import { checkShape } from './answer';
import { OdooAccessError, OdooRefusal } from './errors';

/** How this file talks to Odoo: with retries and context. */
export type ExternalIdCalls = Pick<OdooApi, 'call' | 'searchRead'>;

/** `xmlids` is absent on 14; `xmlid` is false where there is none. */
const METADATA = z.array(
  z.object({
    id: z.int(),
    xmlid: z.union([z.string(), z.literal(false)]),
    xmlids: z.array(z.object({ xmlid: z.string() })).optional(),
  }),
);

/** A row of `ir.model.data`. */
const NAMED = z.array(z.object({ res_id: z.int(), complete_name: z.string() }));

/** Model and id; false for a record that the user may not read. */
const REFERENCE = z.tuple([z.string(), z.union([z.int().positive(), z.literal(false)])]);

/**
 * All external ids of existing records. Observed on 19: `get_metadata` gives all
 * of them for many records, for any user who may read the records. On 14 it
 * gives one external id for one of the records only, so there `ir.model.data`
 * is read, or, where the user may not, each record alone.
 */
export async function readExternalIds(
  odoo: ExternalIdCalls,
  model: string,
  ids: readonly number[],
): Promise<Map<number, string[]>> {
  const metadata = checkShape(METADATA, await odoo.call(model, 'get_metadata', ids, {}), 'get_metadata');
  if (metadata.every((row) => row.xmlids !== undefined)) {
    return new Map(metadata.map((row) => [row.id, (row.xmlids ?? []).map(({ xmlid }) => xmlid)]));
  }
  const found = new Map<number, string[]>(metadata.map((row) => [row.id, []]));
  try {
    const domain: OdooDomain = [
      ['model', '=', model],
      ['res_id', 'in', ids],
    ];
    const rows = await odoo.searchRead('ir.model.data', domain, ['res_id', 'complete_name']);
    const names = checkShape(NAMED, rows, 'a read of ir.model.data');
    for (const { res_id: id, complete_name: name } of names) {
      found.get(id)?.push(name);
    }
  } catch (error) {
    if (!(error instanceof OdooAccessError)) {
      throw error;
    }
    for (const id of found.keys()) {
      const [row] = checkShape(METADATA, await odoo.call(model, 'get_metadata', [id], {}), 'get_metadata');
      found.set(id, typeof row?.xmlid === 'string' ? [row.xmlid] : []);
    }
  }
  return found;
}

/**
 * The record behind `module.name`. Archived ones are found too: without
 * `active_test: false` Odoo says false for them (observed on 14 and 19).
 * @throws SkippableError when the record exists and this user may not read it
 * @throws RangeError when the external id has no module
 */
export async function findByExternalId(
  odoo: ExternalIdCalls,
  externalId: string,
): Promise<number | undefined> {
  const dot = externalId.indexOf('.');
  if (dot < 1) {
    throw new RangeError(`an external id needs a module: ${externalId}`);
  }
  let answer: unknown;
  try {
    answer = await odoo.call(
      'ir.model.data',
      'check_object_reference',
      undefined,
      { module: externalId.slice(0, dot), xml_id: externalId.slice(dot + 1) },
      { active_test: false },
    );
  } catch (error) {
    if (error instanceof OdooAccessError) {
      throw new SkippableError('odoo-refused', error.sentence, { cause: error });
    }
    if (
      error instanceof OdooRefusal &&
      /ValueError$/.test(error.faultName) &&
      error.message.includes(externalId)
    ) {
      return undefined;
    }
    throw error;
  }
  const [, id] = checkShape(REFERENCE, answer, 'check_object_reference');
  if (id === false) {
    throw new SkippableError('odoo-refused', `${externalId} exists in Odoo, but this user may not read it`);
  }
  return id;
}

const SWEEP_SIZE = 1000;
const MODEL_SWEEP_SIZE = 500;

/**
 * See `OdooApi.sweepExternalIds`. Observed on 19: reading `ir.model.data` needs
 * the right *Access Rights*, `get_metadata` none; on 14 everybody may read it.
 */
export async function* sweepByExternalId(
  odoo: SweepCalls,
  model: string,
  prefix: string,
  domain: OdooDomain,
): AsyncGenerator<readonly OdooExternalId[], void, void> {
  const dot = prefix.indexOf('.');
  const [module, name] = [prefix.slice(0, dot), prefix.slice(dot + 1)];
  const names: OdooDomain = [
    ['module', '=', module],
    ['model', '=', model],
    ['name', '=like', `${name}%`],
  ];
  if (await mayReadNames(odoo)) {
    for await (const rows of sweepRows(
      odoo,
      'ir.model.data',
      names,
      ['res_id', 'complete_name'],
      SWEEP_SIZE,
    )) {
      const named = checkShape(NAMED, rows, 'a read of ir.model.data');
      yield named
        .map(({ res_id: id, complete_name: externalId }) => ({ id, externalId }))
        .filter(({ externalId }) => externalId.startsWith(prefix));
    }
    return;
  }
  for await (const rows of sweepRows(odoo, model, domain, ['id'], MODEL_SWEEP_SIZE)) {
    const found = await odoo.externalIds(
      model,
      rows.map(({ id }) => id),
    );
    yield [...found].flatMap(([id, externalIds]) =>
      externalIds
        .filter((externalId) => externalId.startsWith(prefix))
        .map((externalId) => ({ id, externalId })),
    );
  }
}

type SweepCalls = Pick<OdooApi, 'searchRead' | 'externalIds'>;

async function mayReadNames(odoo: SweepCalls): Promise<boolean> {
  try {
    await odoo.searchRead('ir.model.data', [['id', '=', 0]], ['res_id', 'complete_name'], { limit: 1 });
    return true;
  } catch (error) {
    if (error instanceof OdooAccessError) {
      return false;
    }
    throw error;
  }
}

/** Rows by ascending id, archived ones too. */
async function* sweepRows(
  odoo: SweepCalls,
  model: string,
  domain: OdooDomain,
  fields: readonly string[],
  limit: number,
): AsyncGenerator<OdooRow[], void, void> {
  for (let lastId = 0; ;) {
    const rows = await odoo.searchRead(model, [...domain, ['id', '>', lastId]], fields, {
      order: 'id',
      limit,
      context: { active_test: false },
    });
    yield rows;
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < limit) {
      return;
    }
  }
}
