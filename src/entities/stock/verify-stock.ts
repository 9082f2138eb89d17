/** Compares the stock that the shop shows with what Odoo says it should show, by the rules of the flow itself. */
import type { RunContext } from '../../core/context';
import type { Change, Plan, SourceRecord } from '../../core/entity';
import { formatKey, recordKey, type RecordKey } from '../../core/keys';
import type { OdooDomain, OdooRow } from '../../core/ports';
import {
  judgeFinding,
  type Finding,
  type VerifiedPage,
  type Verifier,
  type VerifyRequest,
} from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { drawSample } from '../../lib/draw-sample';
import { textOf } from '../../odoo/schema';
import { PRODUCT_MODEL } from '../products/match-products';
import { chunkSkus } from './chunk-skus';
import { findMoved, inFlightTimes, type StockTimes } from './find-moved';
import { pairsBySkus, readPairs, type StockPair } from './pair-items';
import { readStock } from './read-stock';
import type { StockSettings } from './settings';

const ODOO_PAGE_SIZE = 1000;
/** Calls on their way at once at most, for a sample. */
const AT_ONCE = 10;

/** What the flow would do to these pairs. */
export type StockPlanner = (context: RunContext, records: readonly SourceRecord[]) => Promise<Plan>;

/** @param forget drops what is known of held units, before a second look */
export function stockVerifier(
  settings: StockSettings,
  { plan, forget }: { readonly plan: StockPlanner; readonly forget: (context: RunContext) => void },
): Verifier {
  return {
    name: 'stock',
    async *verify(context, request) {
      const times = await inFlightTimes(context, request);
      const look = { settings, plan, forget, times };
      for await (const { records, unpaired, expected } of readPages(context, request, settings)) {
        const page = await comparePage(context, records, look);
        yield { ...page, findings: [...page.findings, ...unpaired], expected };
      }
    },
  };
}

interface PairPage {
  readonly records: readonly SourceRecord[];
  /** Products of Odoo that the shop does not have. */
  readonly unpaired: readonly Finding[];
  readonly expected: number | undefined;
}

async function* readPages(
  context: RunContext,
  request: VerifyRequest,
  settings: StockSettings,
): AsyncGenerator<PairPage> {
  const { since, sample } = request;
  if (since !== undefined && sample === undefined) {
    const checkpoint = {
      store: context.store,
      flow: 'stock',
      watermark: null,
      position: null,
      // Just compared in full, as far as this look is concerned.
      fullAt: context.clock.now().toISOString(),
    };
    const pages = readStock(
      context,
      { full: false, since, checkpoint, owed: [], restricted: true },
      settings,
    );
    for await (const { records, expected } of pages) {
      yield { records, unpaired: [], expected };
    }
    return;
  }
  const domain: OdooDomain = [
    ...context.odoo.server.capabilities.storableDomain,
    ['default_code', '!=', false],
  ];
  const total = await context.odoo.searchCount(PRODUCT_MODEL, domain);
  const pages =
    sample === undefined ? sweepProducts(context, domain) : drawProducts(context, domain, total, sample);
  const expected = sample === undefined ? total : Math.min(total, sample.size);
  for await (const products of pages) {
    const own = new Set(products.map(({ id }) => id));
    const skus = new Map(
      products.map((row) => [textOf(row['default_code']).toLowerCase(), textOf(row['default_code'])]),
    );
    for (const part of chunkSkus([...skus.values()])) {
      const records = await pairsBySkus(context, part);
      const found = new Set(records.flatMap(({ raw }) => skuOf(raw)));
      yield {
        records: records.filter(({ raw }) => isFirst(raw, own)),
        unpaired: products
          .filter(
            (row) =>
              part.includes(textOf(row['default_code'])) &&
              !found.has(textOf(row['default_code']).toLowerCase()),
          )
          .map((row) => onlyInOdoo(context, row)),
        expected,
      };
    }
  }
}

async function* sweepProducts(context: RunContext, domain: OdooDomain): AsyncGenerator<readonly OdooRow[]> {
  for (let lastId = 0; ;) {
    const rows = await context.odoo.searchRead(
      PRODUCT_MODEL,
      [...domain, ['id', '>', lastId]],
      ['default_code'],
      { order: 'id', limit: ODOO_PAGE_SIZE },
    );
    yield rows;
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < ODOO_PAGE_SIZE) {
      return;
    }
  }
}

async function* drawProducts(
  { odoo }: RunContext,
  domain: OdooDomain,
  total: number,
  { size, seed }: NonNullable<VerifyRequest['sample']>,
): AsyncGenerator<readonly OdooRow[]> {
  const rows: OdooRow[] = [];
  for (const offsets of chunk(drawSample(total, size, seed), AT_ONCE)) {
    const drawn = await Promise.all(
      offsets.map((offset) =>
        odoo.searchRead(PRODUCT_MODEL, domain, ['default_code'], { order: 'id', limit: 1, offset }),
      ),
    );
    rows.push(...drawn.flat());
  }
  yield rows;
}

/** Where Odoo has a SKU several times, its pair belongs to the page of the product with the lowest id. */
function isFirst(raw: unknown, own: ReadonlySet<number>): boolean {
  const ids = raw !== null && typeof raw === 'object' && 'odooIds' in raw ? (raw as StockPair).odooIds : [];
  return ids.length < 2 || own.has(Math.min(...ids));
}

function skuOf(raw: unknown): string[] {
  return raw !== null && typeof raw === 'object' && 'item' in raw
    ? [(raw as StockPair).item.sku.toLowerCase()]
    : [];
}

function onlyInOdoo({ store }: RunContext, row: OdooRow): Finding {
  const sku = textOf(row['default_code']);
  return {
    kind: 'one-sided',
    key: recordKey(store, 'product', `odoo${row.id}`),
    wooId: '',
    odooId: String(row.id),
    businessKey: sku,
    field: 'sku',
    wooValue: '',
    odooValue: sku,
    message: 'the shop has no product with this SKU; nothing of it is kept in step',
  };
}

interface Look {
  readonly settings: StockSettings;
  readonly plan: StockPlanner;
  readonly forget: (context: RunContext) => void;
  readonly times: StockTimes;
}

async function comparePage(
  context: RunContext,
  records: readonly SourceRecord[],
  { settings, plan, forget, times }: Look,
): Promise<VerifiedPage> {
  const { changes, failures } = await plan(context, records);
  const differing = changes.filter(({ action }) => action === 'update');
  const debts = await context.state.debts.find([...differing, ...failures].map(({ key }) => key));
  const again = differing.length === 0 ? [] : await lookAgain(context, differing, { plan, forget });
  const moved = await findMoved(context, again, settings, times);
  return {
    compared: records.length,
    findings: [
      ...again.map((change) =>
        judgeFinding(ofChange(change), {
          debt: debts.get(formatKey(change.key)),
          isInFlight: moved.has(formatKey(change.key)) || !isSame(change, differing),
        }),
      ),
      ...failures.map(({ key, businessKey, reason, message }) =>
        judgeFinding(ofFailure(key, { businessKey, reason, message }), {
          debt: debts.get(formatKey(key)),
          isInFlight: false,
        }),
      ),
    ],
  };
}

/** What still differs when both sides are read once more, now: a sale in between is no difference. */
async function lookAgain(
  context: RunContext,
  differing: readonly Change[],
  { plan, forget }: Pick<Look, 'plan' | 'forget'>,
): Promise<readonly Change[]> {
  forget(context);
  const wanted = new Set(differing.map(({ key }) => formatKey(key)));
  const pairs = await readPairs(
    context,
    differing.flatMap(({ odooId }) => odooId ?? []),
  );
  const { changes } = await plan(
    context,
    pairs.filter(({ key }) => wanted.has(formatKey(key))),
  );
  return changes.filter(({ action }) => action === 'update');
}

function isSame({ key, changes }: Change, earlier: readonly Change[]): boolean {
  const before = earlier.find((change) => formatKey(change.key) === formatKey(key))?.changes[0];
  return before?.before === changes[0]?.before && before?.after === changes[0]?.after;
}

function ofChange({ key, odooId, businessKey, changes: [change] }: Change): Finding {
  return {
    kind: 'stock',
    key,
    odooId: odooId === undefined ? '' : String(odooId),
    businessKey,
    field: change?.field ?? '',
    wooValue: change?.before ?? '',
    odooValue: change?.after ?? '',
    message:
      'the shop should show the quantity that stands under Odoo (free there, less what is sold and not reserved, by the settings of `stock`); `wcodoo sync stock --full` writes it',
  };
}

/** `ambiguous-sku` is said of the product, as the comparison of products says it. */
function ofFailure(
  key: RecordKey,
  { businessKey, reason, message }: { businessKey: string; reason: string; message: string },
): Finding {
  const isDoubled = reason === 'ambiguous-sku';
  return {
    kind: isDoubled ? 'doubled' : 'unreadable',
    key: isDoubled ? { ...key, entity: 'product' } : key,
    odooId: '',
    businessKey,
    field: isDoubled ? 'sku' : '',
    wooValue: '',
    odooValue: '',
    message,
  };
}
