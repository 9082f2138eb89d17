/** Puts together everything that is known of one record: by the state, by both sides, and what a sync would make of it. */
import type { RunContext, ShopContext } from '../core/context';
import type { Flow } from '../core/entity';
import { formatKey, type RecordKey } from '../core/keys';
import type { State } from '../core/ports';
import type { StockSettings } from '../entities/stock/settings';
import { findInOdoo, type InOdoo } from './find-in-odoo';
import { findInShop, type InShop } from './find-in-shop';
import { findInState, uniqueKeys } from './find-in-state';
import { foresee, type Planner, type Prospect } from './foresee';
import { isKnown, readKnown, type Known, type KnownRecord } from './known';
import { askSide, type Side } from './side';
import type { Subject } from './subject';

export interface Explanation {
  readonly subject: Subject;
  readonly known: Known;
  /** Undefined for a side that was not asked. */
  readonly shop: Side<InShop> | undefined;
  readonly odoo: Side<InOdoo> | undefined;
  /** Undefined where it could not be planned: a side did not answer, or was not asked. */
  readonly prospect: Prospect | undefined;
}

export interface Memory {
  readonly state: State;
  readonly store: string;
  readonly flows: readonly Flow[];
  /** Decisions to show of each record. */
  readonly decisions: number;
}

/** What the state knows alone. */
export async function explainOffline(memory: Memory, subject: Subject): Promise<Explanation> {
  const keys = await findInState(memory.state, memory.store, subject);
  const known = await knownOf(memory, keys, []);
  return { subject, known, shop: undefined, odoo: undefined, prospect: undefined };
}

/**
 * What the state knows and the shop says, while Odoo is not there.
 * @param message why Odoo is not there
 */
export async function explainWithoutOdoo(
  memory: Memory,
  subject: Subject,
  shop: ShopContext,
  message: string,
): Promise<Explanation> {
  const inState = await findInState(memory.state, memory.store, subject);
  const asked = await askSide(() => findInShop(shop, subject, inState));
  const known = await knownOf(memory, ...keysOf(subject, inState, asked));
  return { subject, known, shop: asked, odoo: { answered: false, message }, prospect: undefined };
}

/** Asks both sides, and plans the record by itself on the state of the planner, which is a copy. */
export async function explainOnline(
  memory: Memory,
  subject: Subject,
  planner: Planner,
  settings: StockSettings,
): Promise<Explanation> {
  const { context } = planner;
  const inState = await findInState(memory.state, memory.store, subject);
  const shop = await askSide(() => findInShop(context, subject, inState));
  const known = await knownOf(memory, ...keysOf(subject, inState, shop));
  const odoo = await askOdoo(context, subject, known, shop, settings);
  const keys = known.records.map(({ key }) => key);
  const isAnswered = shop.answered && odoo.answered && keys.length > 0;
  const prospect = isAnswered
    ? await foresee(planner, keys, sourcesOf(known.records, shop.answer.sources))
    : undefined;
  return { subject, known, shop, odoo, prospect };
}

function askOdoo(
  context: RunContext,
  subject: Subject,
  known: Known,
  shop: Side<InShop>,
  settings: StockSettings,
): Promise<Side<InOdoo>> {
  const spelled = shop.answered ? shop.answer.aliases : [];
  const aliases =
    subject.kind === 'sku' && subject.key === undefined ? [...new Set([subject.name, ...spelled])] : spelled;
  return askSide(() => findInOdoo(context, subject, known.records, aliases, settings));
}

/** Keys to read, and those of them that the shop has. */
function keysOf(
  { kind, key }: Subject,
  inState: readonly RecordKey[],
  shop: Side<InShop>,
): [RecordKey[], readonly RecordKey[]] {
  const inShop = shop.answered ? shop.answer.keys : [];
  if (kind === 'order' && key === undefined && inShop.length > 0) {
    // The state may have taken the number for an id.
    return [[...inShop], inShop];
  }
  return [uniqueKeys([...inShop, ...inState]), inShop];
}

/** What is known of keys; those of which nobody has heard are left out. */
async function knownOf(
  { state, flows, decisions }: Memory,
  keys: readonly RecordKey[],
  inShop: readonly RecordKey[],
): Promise<Known> {
  const known = await readKnown(state, flows, keys, decisions);
  const shown = new Set(inShop.map(formatKey));
  return {
    ...known,
    records: known.records.filter((record) => isKnown(record) || shown.has(formatKey(record.key))),
  };
}

/** Entities that can be read by their key; the others come with the record that they come from. */
const OWN_SOURCE: ReadonlySet<string> = new Set(['order', 'customer', 'stock']);

/** The records to read for those asked about. */
function sourcesOf(records: readonly KnownRecord[], inShop: readonly RecordKey[]): RecordKey[] {
  const needed = records.flatMap(({ key, debt }) => debt?.origin ?? (OWN_SOURCE.has(key.entity) ? key : []));
  return uniqueKeys([...needed, ...inShop]);
}

/** True where neither the state nor a side has heard of it. */
export function isUnknown({ known, shop, odoo }: Explanation): boolean {
  const inShop = shop?.answered === true && shop.answer.records.length > 0;
  const inOdoo = odoo?.answered === true && odoo.answer.records.length > 0;
  return known.records.length === 0 && !inShop && !inOdoo;
}

/** True where a side that was asked did not answer. */
export function isIncomplete({ shop, odoo }: Explanation): boolean {
  return shop?.answered === false || odoo?.answered === false;
}
