/** Which records of the state a subject stands for. */
import { formatKey, recordKey, type RecordKey } from '../core/keys';
import type { State } from '../core/ports';
import { isNamed } from '../core/record-names';
import { emailKey, normalizeEmail } from '../entities/customers/map-partner';
import type { Subject } from './subject';

/** Keys that the state has heard of, or may have: those of which it knows nothing are sorted out by what is read of them. */
export async function findInState(state: State, store: string, subject: Subject): Promise<RecordKey[]> {
  const { key, kind, name } = subject;
  if (key !== undefined) {
    return kind === 'sku' ? bothOf(store, [key]) : [key];
  }
  const found = uniqueKeys(await FINDERS[kind](state, store, name));
  return found;
}

type Finder = (state: State, store: string, name: string) => Promise<RecordKey[]>;

const FINDERS: Readonly<Record<Subject['kind'], Finder>> = {
  async order(state, store, name) {
    const byNumber = await namedIn(state, store, name, [name, `#${name}`], ['order']);
    return byNumber.length > 0 ? byNumber : idAsKey(store, name);
  },
  async sku(state, store, name) {
    return bothOf(store, await namedIn(state, store, name, [name], ['product', 'stock']));
  },
  async customer(state, store, name) {
    const hash = emailKey(name);
    const links =
      hash === null ? [] : [...(await state.links.findByMatchKey(store, ['customer'], [hash])).values()];
    const spellings = [...new Set([name, normalizeEmail(name)])];
    const owners = [
      ...links.map(({ key }) => key),
      ...(await namedIn(state, store, name, spellings, ['customer', 'guest'])),
      ...(hash === null ? [] : [recordKey(store, 'guest', hash)]),
    ];
    const names = new Set(owners.map(formatKey));
    const addresses = (await state.debts.list(store, { flow: 'customers' }))
      .filter(
        ({ key, origin }) => key.entity === 'address' && origin !== null && names.has(formatKey(origin)),
      )
      .map(({ key }) => key);
    return [...owners, ...addresses];
  },
};

/** Records whose debts or decisions go by a business key. */
async function namedIn(
  state: State,
  store: string,
  name: string,
  spellings: readonly string[],
  entities: readonly string[],
): Promise<RecordKey[]> {
  const debts = (await state.debts.list(store))
    .filter((debt) => isNamed(debt, name) || spellings.includes(debt.businessKey))
    .map(({ key }) => key);
  const keys = [...debts, ...(await state.history.named(store, spellings))];
  return keys.filter(({ entity }) => entities.includes(entity));
}

/** An order's own id is its number, unless a plugin counts otherwise. */
export function idAsKey(store: string, name: string): RecordKey[] {
  return isId(name) ? [recordKey(store, 'order', name)] : [];
}

/** True for digits that are an id of WooCommerce. */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text);
}

/** A product is linked under one key and its stock pushed under another, of the same id. */
export function bothOf(store: string, keys: readonly RecordKey[]): RecordKey[] {
  return uniqueKeys(
    keys.flatMap(({ id }) => ['product', 'stock'].map((entity) => recordKey(store, entity, id))),
  );
}

/** Each key once, in the order in which they first occur. */
export function uniqueKeys(keys: readonly RecordKey[]): RecordKey[] {
  return [...new Map(keys.map((key) => [formatKey(key), key])).values()];
}
