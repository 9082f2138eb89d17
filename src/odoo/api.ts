/** The `OdooApi` of the core on top of any transport: context, retries, parts, isolation of refused records. */
import { z } from 'zod';
import type { LoadOutcome, LoadRecord, OdooApi, OdooContext, OdooField, OdooServer } from '../core/ports';
import { batchSizes } from '../lib/batch-size';
import { chunk } from '../lib/chunk';
import type { Evidence } from '../lib/evidence';
import { actInBulk } from './act';
import { checkShape } from './answer';
import { createCalls, type OdooConnection } from './calls';
import { findByExternalId, readExternalIds, sweepByExternalId } from './external-ids';
import { loadRecords, readLoadResult, withArchivedRelations } from './load';
import { checkRows, findHiddenRecords, readRecords } from './read';
import { WriteParts } from './write-parts';

const FIELDS = z.record(
  z.string(),
  z.object({
    type: z.string(),
    relation: z.string().optional(),
    required: z.boolean().optional(),
    /** Digits in all and after the point; false or 0 where a float is stored as it comes (observed: `price_unit` on 19). */
    digits: z
      .unknown()
      .optional()
      .transform((digits) => {
        const decimals: unknown = Array.isArray(digits) ? digits[1] : undefined;
        return typeof decimals === 'number' && Number.isInteger(decimals) && decimals >= 0 && decimals <= 20
          ? decimals
          : undefined;
      }),
  }),
);

/** Context in which archived records are found like others. */
const WITH_ARCHIVED: OdooContext = { active_test: false };

/** How old the server's last `Date` header may be before it is asked for again. */
const DATE_MAX_AGE_MS = 5_000;

/** Makes the API of a server that has been probed and logged in to. */
export function createOdooApi(connection: OdooConnection, server: OdooServer): OdooApi {
  const { http, settings } = connection;
  const calls = createCalls(connection);
  const readSizes = batchSizes(settings.readChunkSize);
  const writeSizes = batchSizes(settings.loadBatchSize);
  const written: Evidence = { isSeen: false };
  const fieldsOf = new Map<string, Promise<ReadonlyMap<string, OdooField>>>();

  const call: OdooApi['call'] = (model, method, ids, args = {}, context = {}) =>
    calls.call(model, method, ids, { args, context });

  function partsOf(model: string, method: string): WriteParts {
    return new WriteParts({ size: writeSizes(`${model}.${method}`), ping: () => calls.ping(), written });
  }

  async function readFields(model: string): Promise<ReadonlyMap<string, OdooField>> {
    const attributes = ['type', 'relation', 'required', 'digits'];
    const answer = await call(model, 'fields_get', undefined, { attributes });
    return new Map(Object.entries(checkShape(FIELDS, answer, `${model}.fields_get`)));
  }

  const api: OdooApi = {
    server,
    get requests() {
      return http.requests;
    },
    async searchRead(model, domain, fields, options = {}) {
      const { context, ...paging } = options;
      return checkRows(
        await call(model, 'search_read', undefined, { domain, fields, ...paging }, context),
        model,
      );
    },
    async searchCount(model, domain, context) {
      const answer = await call(model, 'search_count', undefined, { domain }, context);
      return checkShape(z.int(), answer, 'search_count');
    },
    read: (model, ids, fields, context) =>
      readRecords(calls, { model, ids, fields, context }, readSizes(model)),
    findHidden: (model, ids) => findHiddenRecords(calls, model, ids),
    async load(model, columns, records, context) {
      // Observed on 14 and 19: by database id an archived record is "unknown" without this, by external id it is not.
      const byId: OdooContext = columns.includes('.id') ? WITH_ARCHIVED : {};
      const send = (part: readonly LoadRecord[], own: OdooContext): Promise<LoadOutcome[]> =>
        loadRecords(columns, part, partsOf(model, 'load'), (rows) =>
          calls.callAndRead(
            model,
            'load',
            { args: { fields: columns, data: rows }, context: own },
            readLoadResult,
          ),
        );
      const outcomes = await send(records, { ...byId, ...context });
      return withArchivedRelations(records, outcomes, (part) => send(part, { ...context, ...WITH_ARCHIVED }));
    },
    async write(model, ids, values, context) {
      if (ids.length > 0) {
        await call(model, 'write', ids, { vals: values }, context);
      }
    },
    act: (model, method, ids, args, context) =>
      actInBulk(ids, partsOf(model, method), (part) => call(model, method, part, args, context)),
    call,
    async externalIds(model, ids) {
      const found = new Map<number, string[]>();
      for (const part of chunk([...new Set(ids)], settings.readChunkSize)) {
        for (const [id, names] of await readExternalIds(api, model, part)) {
          found.set(id, names);
        }
      }
      return found;
    },
    findExternalId: (externalId) => findByExternalId(api, externalId),
    sweepExternalIds: (model, prefix, domain) => sweepByExternalId(api, model, prefix, domain),
    async fields(model) {
      let fields = fieldsOf.get(model);
      if (fields === undefined) {
        fields = readFields(model);
        fieldsOf.set(model, fields);
        fields.catch(() => fieldsOf.delete(model));
      }
      return fields;
    },
    async serverTime() {
      const now = settings.clock.now();
      if (http.date === undefined || now.getTime() - http.date.receivedAt.getTime() > DATE_MAX_AGE_MS) {
        await call('res.users', 'context_get', undefined);
      }
      // A proxy may strip the header; our own clock is the best guess then.
      return http.date?.server ?? now;
    },
  };
  return api;
}
