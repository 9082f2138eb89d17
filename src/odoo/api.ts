/** The `OdooApi` of the core on top of any transport: context, retries, chunks, isolation of refused records. */
import { z } from 'zod';
import type {
  LoadOutcome,
  LoadRecord,
  OdooApi,
  OdooContext,
  OdooField,
  OdooRow,
  OdooServer,
} from '../core/ports';
import { chunk } from '../lib/chunk';
import { actInBulk } from './act';
import { checkShape } from './answer';
import { findByExternalId, readExternalIds } from './external-ids';
import type { OdooHttp } from './http';
import { loadRecords, readLoadResult, withArchivedRelations } from './load';
import type { OdooSettings } from './options';
import { withRetries } from './retry';
import { isReading, targetOf } from './transport';
import type { OdooCall, OdooTransport } from './transport';

const ROWS = z.array(z.looseObject({ id: z.int().positive() }));
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
        return typeof decimals === 'number' ? decimals : undefined;
      }),
  }),
);

/** Context in which archived records are found like others. */
const WITH_ARCHIVED: OdooContext = { active_test: false };

/** How old the server's last `Date` header may be before it is asked for again. */
const DATE_MAX_AGE_MS = 5_000;

/** Makes the API of a server that has been probed and logged in to. */
export function createOdooApi(
  http: OdooHttp,
  transport: OdooTransport,
  server: OdooServer,
  settings: OdooSettings,
): OdooApi {
  const baseContext: OdooContext = {
    lang: settings.language,
    tz: 'UTC',
    ...(settings.companyId === undefined ? {} : { allowed_company_ids: [settings.companyId] }),
  };
  const fieldsOf = new Map<string, Promise<ReadonlyMap<string, OdooField>>>();

  async function call<T = unknown>(
    model: string,
    method: string,
    ids: readonly number[] | undefined,
    args: Readonly<Record<string, unknown>> = {},
    context: OdooContext = {},
    readAnswer?: (answer: unknown) => T,
  ): Promise<T> {
    const request: OdooCall = { model, method, ids, args, context: { ...baseContext, ...context } };
    return withRetries(
      async () => {
        const answer = await transport.execute(request);
        return readAnswer === undefined ? (answer as T) : readAnswer(answer);
      },
      targetOf(request),
      !isReading(method),
      settings,
    );
  }

  async function readFields(model: string): Promise<ReadonlyMap<string, OdooField>> {
    const answer = await call(model, 'fields_get', undefined, {
      attributes: ['type', 'relation', 'required', 'digits'],
    });
    return new Map(Object.entries(checkShape(FIELDS, answer, `${model}.fields_get`)));
  }

  const api: OdooApi = {
    server,
    get requests() {
      return http.requests;
    },
    async searchRead(model, domain, fields, options = {}) {
      const { context, ...paging } = options;
      return readRows(
        await call(model, 'search_read', undefined, { domain, fields, ...paging }, context),
        model,
      );
    },
    async searchCount(model, domain, context) {
      return checkShape(
        z.int(),
        await call(model, 'search_count', undefined, { domain }, context),
        'search_count',
      );
    },
    async read(model, ids, fields, context) {
      const chunks = chunk([...new Set(ids)], settings.readChunkSize);
      const answers = await Promise.all(
        chunks.map(async (part) => readRows(await call(model, 'read', part, { fields }, context), model)),
      );
      return answers.flat();
    },
    async load(model, columns, records, context) {
      // Observed on 14 and 19: by database id an archived record is "unknown" without this, by external id it is not.
      const byId = columns.includes('.id') ? WITH_ARCHIVED : {};
      const send = (part: readonly LoadRecord[], own: OdooContext): Promise<LoadOutcome[]> =>
        loadRecords(columns, part, settings.loadBatchSize, (rows) =>
          call(model, 'load', undefined, { fields: columns, data: rows }, own, readLoadResult),
        );
      const outcomes = await send(records, { ...byId, ...context });
      return withArchivedRelations(records, outcomes, (part) => send(part, { ...context, ...WITH_ARCHIVED }));
    },
    async write(model, ids, values, context) {
      if (ids.length > 0) {
        await call(model, 'write', ids, { vals: values }, context);
      }
    },
    async act(model, method, ids, args, context) {
      return actInBulk(ids, (part) => call(model, method, part, args, context));
    },
    call: (model, method, ids, args, context) => call(model, method, ids, args, context),
    async externalIds(model, ids) {
      const found = new Map<number, string[]>();
      for (const part of chunk([...new Set(ids)], settings.readChunkSize)) {
        for (const [id, names] of await readExternalIds({ ...api, call }, model, part)) {
          found.set(id, names);
        }
      }
      return found;
    },
    findExternalId: (externalId) => findByExternalId({ ...api, call }, externalId),
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

function readRows(answer: unknown, model: string): OdooRow[] {
  return checkShape(ROWS, answer, `a read of ${model}`);
}
