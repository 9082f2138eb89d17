/** Finds the partners that belong to customers, guests and addresses without a link. */
import { chunk } from '../../lib/chunk';
import { groupBy } from '../../lib/group-by';
import type { RunContext } from '../../core/context';
import { externalId, formatKey } from '../../core/keys';
import type { Mapped, Match } from '../../core/plan';
import type { OdooRow } from '../../core/ports';
import { idOf, textOf } from '../../odoo/schema';
import { PARTNER_MODEL, type PartnerPayload } from './map-partner';

type MappedPartner = Mapped<PartnerPayload>;

/** Where a match is looked for, in this order: our own links, the e-mail address, then our external ids. */
export async function matchPartners(
  context: RunContext,
  unlinked: readonly MappedPartner[],
): Promise<Map<string, Match>> {
  const contacts = unlinked.filter(({ payload }) => payload.type === 'contact');
  const addresses = unlinked.filter(({ payload }) => payload.type !== 'contact');
  const matches = await matchByKnownEmail(context, contacts);
  const open = contacts.filter(
    ({ key, payload }) => !matches.has(formatKey(key)) && payload.matchEmail !== '',
  );
  for (const [name, match] of await matchByOdooEmail(context, open)) {
    matches.set(name, match);
  }
  for (const [name, match] of await matchByExternalId(context, contacts, matches)) {
    matches.set(name, match);
  }
  for (const [name, match] of await matchAddresses(context, addresses)) {
    matches.set(name, match);
  }
  return matches;
}

/** True when Odoo has orders of this store that the state knows nothing of: the state was lost. */
function isRelinking(context: RunContext): Promise<boolean> {
  return context.memory.recall('is-relinking', async () => {
    const orders = await context.state.checkpoints.get(context.store, 'orders');
    return (
      orders?.watermark == null &&
      (await context.odoo.searchCount('sale.order', [['origin', '=like', `woo:${context.store}:%`]])) > 0
    );
  });
}

/** A guest and a customer with one e-mail address are one partner. */
async function matchByKnownEmail(
  context: RunContext,
  contacts: readonly MappedPartner[],
): Promise<Map<string, Match>> {
  const keys = contacts.flatMap(({ matchKey }) => (matchKey === null ? [] : [matchKey]));
  const links = await context.state.links.findByMatchKey(context.store, ['customer', 'guest'], keys);
  const matches = new Map<string, Match>();
  for (const mapped of contacts) {
    const link = mapped.matchKey === null ? undefined : links.get(mapped.matchKey);
    if (link !== undefined) {
      matches.set(formatKey(mapped.key), {
        kind: 'found',
        odooId: link.odooId,
        ours: false,
        message: `same e-mail address as ${formatKey(link.key)}`,
      });
    }
  }
  return matches;
}

/** Top-level partners, active or archived, by `email_normalized` (stored in lower case; `email` itself is case-sensitive). */
async function matchByOdooEmail(
  context: RunContext,
  contacts: readonly MappedPartner[],
): Promise<Map<string, Match>> {
  const emails = [...new Set(contacts.map(({ payload }) => payload.matchEmail))];
  if (emails.length === 0) {
    return new Map();
  }
  const rows = await context.odoo.searchRead(
    PARTNER_MODEL,
    [
      ['email_normalized', 'in', emails],
      ['parent_id', '=', false],
      ['active', 'in', [true, false]],
    ],
    ['email_normalized', 'name'],
  );
  const byEmail = groupBy(rows, (row) => textOf(row['email_normalized']));
  const external = await externalIdsOf(context, rows);
  const matches = new Map<string, Match>();
  for (const mapped of contacts) {
    const candidates = byEmail.get(mapped.payload.matchEmail) ?? [];
    const match = chooseCandidate(mapped, candidates, external);
    if (match !== undefined) {
      matches.set(formatKey(mapped.key), match);
    }
  }
  return matches;
}

function chooseCandidate(
  mapped: MappedPartner,
  candidates: readonly OdooRow[],
  external: ReadonlyMap<number, readonly string[]>,
): Match | undefined {
  const own = candidates.find((row) => external.get(row.id)?.includes(externalId(mapped.key)));
  if (own !== undefined) {
    return { kind: 'found', odooId: own.id, ours: true, message: 'carries its external id' };
  }
  const [first, second] = candidates;
  if (first === undefined) {
    return undefined;
  }
  if (second !== undefined) {
    const ids = candidates.map((row) => row.id).join(', ');
    return {
      kind: 'ambiguous',
      reason: 'ambiguous-email',
      message: `several partners in Odoo have this e-mail address (ids ${ids}); merge them or change one`,
    };
  }
  return { kind: 'found', odooId: first.id, ours: false, message: 'same e-mail address' };
}

/**
 * What no e-mail address has found may be ours all the same: it has no address,
 * or a person changed it in Odoo. Writing it by its external id would overwrite
 * that person's work. Looked up one by one, so only after a lost state. With
 * another e-mail address it may be what ours was merged into: somebody's own.
 */
async function matchByExternalId(
  context: RunContext,
  contacts: readonly MappedPartner[],
  known: ReadonlyMap<string, Match>,
): Promise<Map<string, Match>> {
  const left = contacts.filter(({ key }) => !known.has(formatKey(key)));
  if (left.length === 0 || !(await isRelinking(context))) {
    return new Map();
  }
  const found: { mapped: MappedPartner; odooId: number }[] = [];
  for (const mapped of left) {
    const odooId = await context.odoo.findExternalId(externalId(mapped.key));
    if (odooId !== undefined) {
      found.push({ mapped, odooId });
    }
  }
  const emails = await emailsOf(
    context,
    found.map(({ odooId }) => odooId),
  );
  return new Map(
    found.map(({ mapped: { key, payload }, odooId }) => {
      const ours = (emails.get(odooId) ?? '') === payload.matchEmail;
      const message = ours ? 'carries its external id' : 'carries its external id and another e-mail address';
      return [formatKey(key), { kind: 'found', odooId, ours, message }];
    }),
  );
}

async function emailsOf(context: RunContext, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = ids.length === 0 ? [] : await context.odoo.read(PARTNER_MODEL, ids, ['email_normalized']);
  return new Map(rows.map((row) => [row.id, textOf(row['email_normalized'])]));
}

/** Addresses of partners that exist already: by external id among their children. */
async function matchAddresses(
  context: RunContext,
  addresses: readonly MappedPartner[],
): Promise<Map<string, Match>> {
  const parents = await context.state.links.find(
    addresses.flatMap(({ payload }) => (payload.parent === undefined ? [] : [payload.parent])),
  );
  // Partners imagined by a dry run have no children to ask for.
  const parentIds = [...new Set([...parents.values()].map(({ odooId }) => odooId))].filter((id) => id > 0);
  const matches = new Map<string, Match>();
  for (const ids of chunk(parentIds, 200)) {
    const children = await context.odoo.searchRead(
      PARTNER_MODEL,
      [
        ['parent_id', 'in', ids],
        ['active', 'in', [true, false]],
      ],
      ['parent_id'],
    );
    const external = await externalIdsOf(context, children);
    const byExternalId = new Map(
      children
        .filter((row) => idOf(row['parent_id']) !== undefined)
        .flatMap((row) => (external.get(row.id) ?? []).map((name) => [name, row.id] as const)),
    );
    for (const mapped of addresses) {
      const odooId = byExternalId.get(externalId(mapped.key));
      if (odooId !== undefined) {
        matches.set(formatKey(mapped.key), {
          kind: 'found',
          odooId,
          ours: true,
          message: 'carries its external id',
        });
      }
    }
  }
  return matches;
}

async function externalIdsOf(
  context: RunContext,
  rows: readonly OdooRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  return rows.length === 0
    ? new Map<number, string[]>()
    : context.odoo.externalIds(
        PARTNER_MODEL,
        rows.map(({ id }) => id),
      );
}
