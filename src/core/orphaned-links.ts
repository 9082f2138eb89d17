/** Links whose record is gone from both sides, for certain. */
import type { RunContext } from './context';
import type { Flow } from './entity';
import { FatalError } from './errors';
import { externalId } from './keys';
import type { Link } from './ports';

type Sides = Pick<RunContext, 'odoo' | 'woo'>;

/**
 * Of these links, those whose record neither side has. Odoo is asked first, many
 * at a time; the shop for each of the few that Odoo does not have. A record
 * that is hidden by a record rule, was merged into another, or lies in the
 * shop's trash is there. So is one whose kind has no record of its own in the
 * shop (a guest, an address): nothing can tell that it is gone.
 * @throws FatalError when a collection of the shop shows nothing at all, so that its silence proves nothing
 * @throws RetryableError when a side cannot be asked
 */
export async function findOrphanedLinks(
  sides: Sides,
  flows: readonly Flow[],
  links: readonly Link[],
): Promise<Link[]> {
  const candidates = links.flatMap((link) => {
    const collection = collectionOf(link, flows);
    return collection === undefined || link.odooId <= 0 ? [] : [{ link, collection }];
  });
  const goneFromOdoo = new Set(
    await findGoneFromOdoo(
      sides,
      candidates.map(({ link }) => link),
    ),
  );
  const orphans: Link[] = [];
  for (const { link, collection } of candidates.filter((candidate) => goneFromOdoo.has(candidate.link))) {
    if ((await sides.woo.find(collection, Number(link.key.id), { _fields: 'id' })) === undefined) {
      await requireShown(sides, collection);
      orphans.push(link);
    }
  }
  return orphans;
}

function collectionOf({ key }: Link, flows: readonly Flow[]): string | undefined {
  return flows.find(({ entities }) => entities.includes(key.entity))?.wooCollection?.(key.entity);
}

async function findGoneFromOdoo({ odoo }: Sides, links: readonly Link[]): Promise<Link[]> {
  const gone: Link[] = [];
  for (const model of new Set(links.map(({ odooModel }) => odooModel))) {
    const ofModel = links.filter(({ odooModel }) => odooModel === model);
    const rows = await odoo.read(
      model,
      ofModel.map(({ odooId }) => odooId),
      ['id'],
    );
    const present = new Set(rows.map(({ id }) => id));
    const absent = ofModel.filter(({ odooId }) => !present.has(odooId));
    const hidden =
      absent.length === 0
        ? new Map<number, string>()
        : await odoo.findHidden(
            model,
            absent.map(({ odooId }) => odooId),
          );
    for (const link of absent.filter(({ odooId }) => !hidden.has(odooId))) {
      // A merge leaves the external id on the survivor.
      if ((await odoo.findExternalId(externalId(link.key))) === undefined) {
        gone.push(link);
      }
    }
  }
  return gone;
}

/** A shop that was emptied, or answers 404 to everything, says nothing of one record. */
async function requireShown({ woo }: Sides, collection: string): Promise<void> {
  const { rows } = await woo.list(collection, { per_page: 1, _fields: 'id' });
  if (rows.length === 0) {
    throw new FatalError(
      `The shop shows nothing at all of its ${collection}, so none of them counts as gone.`,
      {
        hint: 'Run `wcodoo doctor`: the address or the rights of the key may be wrong. No link was removed.',
      },
    );
  }
}
