/** What the state knows of records, without asking either side. */
import type { Flow } from '../core/entity';
import { formatKey, parseKey, type RecordKey } from '../core/keys';
import type { AuditRow, Checkpoint, Debt, Hold, Intent, Link, State } from '../core/ports';

/** Everything the state has of one record. */
export interface KnownRecord {
  readonly key: RecordKey;
  readonly link: Link | undefined;
  readonly debt: Debt | undefined;
  /** A create that was begun, and whose end nobody knows. */
  readonly intent: Intent | undefined;
  /** Units: of an order those that it holds, of a product those that orders hold. */
  readonly holds: readonly Hold[];
  readonly flow: string | undefined;
  readonly checkpoint: Checkpoint | undefined;
  /** The newest first. */
  readonly decisions: readonly AuditRow[];
  readonly hasOlderDecisions: boolean;
}

export interface Known {
  readonly records: readonly KnownRecord[];
  /** Debts that must be settled first, the nearest first. */
  readonly waitsFor: readonly Debt[];
  /** Debts that wait for one of the records. */
  readonly awaitedBy: readonly Debt[];
}

/** How many records that wait for each other are followed. */
const MAX_CHAIN = 5;

/** Reads what is known of records. `decisions`: how many of each at most. */
export async function readKnown(
  state: State,
  flows: readonly Flow[],
  keys: readonly RecordKey[],
  decisions: number,
): Promise<Known> {
  const [first] = keys;
  if (first === undefined) {
    return { records: [], waitsFor: [], awaitedBy: [] };
  }
  const { store } = first;
  const [links, debts] = await Promise.all([state.links.find(keys), state.debts.find(keys)]);
  const [intents, holds] = await Promise.all([state.intents.list(store), state.holds.list(store)]);
  const records: KnownRecord[] = [];
  for (const key of keys) {
    const name = formatKey(key);
    const flow = flows.find(({ entities }) => entities.includes(key.entity))?.name;
    const rows = await state.history.of(key, decisions + 1);
    records.push({
      key,
      link: links.get(name),
      debt: debts.get(name),
      intent: intents.find((intent) => formatKey(intent.key) === name),
      holds: holds.filter((hold) => isHoldOf(hold, key)),
      flow,
      checkpoint: flow === undefined ? undefined : await state.checkpoints.get(store, flow),
      decisions: rows.slice(0, decisions),
      hasOlderDecisions: rows.length > decisions,
    });
  }
  const names = new Set(keys.map(formatKey));
  const waiting = await state.debts.list(store, { state: 'waiting' });
  return {
    records,
    waitsFor: await followWaits(state, records),
    awaitedBy: waiting.filter(({ waitingFor }) => waitingFor !== null && names.has(waitingFor)),
  };
}

function isHoldOf({ order, productId }: Hold, key: RecordKey): boolean {
  return key.entity === 'stock' ? String(productId) === key.id : formatKey(order) === formatKey(key);
}

async function followWaits(state: State, records: readonly KnownRecord[]): Promise<Debt[]> {
  const found = new Map<string, Debt>();
  let next = records.flatMap(({ debt }) => debt?.waitingFor ?? []);
  while (next.length > 0 && found.size < MAX_CHAIN) {
    const keys = next.flatMap((name) => (found.has(name) ? [] : (parseKey(name) ?? [])));
    const debts = await state.debts.find(keys);
    for (const [name, debt] of debts) {
      found.set(name, debt);
    }
    next = [...debts.values()].flatMap(({ waitingFor }) => waitingFor ?? []);
  }
  return [...found.values()];
}

/** True where the state has anything of a record. */
export function isKnown({ link, debt, intent, holds, decisions }: KnownRecord): boolean {
  return [link, debt, intent].some((part) => part !== undefined) || holds.length > 0 || decisions.length > 0;
}
