/**
 * What a person has edited in Odoo, told from what wcodoo wrote there. A link
 * keeps a hash of each part of an order (its lines, its header, and what
 * confirming moves), as it was read back after the last write.
 */
import { isConfirmed, type OrderView, type PartFlags } from './order-view';

/**
 * Before the hash of a part that is written and not read back yet: it was this
 * before, and a run that is cut off must not take its own write for a person's.
 */
const WRITING = '*';
/** A part that nobody knows to be ours, so that whatever it holds counts as a person's. */
const NOT_OURS = '';

type Parts = readonly [lines: string, header: string, draft: string];

/** What differs in Odoo from what was read back after the last write, and was not written by wcodoo. */
export function editsSince(
  odooHash: string | null,
  view: Pick<OrderView, 'contentHash' | 'state' | 'isOthers'>,
): PartFlags {
  const before = odooHash?.split('.') ?? [];
  const now = partsOf(view);
  const differs = (part: 0 | 1 | 2): boolean => {
    const kept = before[part];
    if (kept === undefined || kept.startsWith(WRITING)) {
      // Whether it was written nobody has said: then who wrote last tells whose it is. A user that
      // wcodoo shares with people hides that.
      return kept !== WRITING + now[part] && view.isOthers[part === 0 ? 'lines' : 'header'];
    }
    return kept !== now[part];
  };
  // Confirming moves the date by itself.
  return { lines: differs(0), header: differs(1) || (!isConfirmed(view.state) && differs(2)) };
}

/** The hash of an order found again in Odoo: its parts that are not as the shop would have them are somebody's. */
export function hashOfFound(view: Pick<OrderView, 'contentHash'>, isOurs: PartFlags): string {
  return mapParts(view, (now, part) => (isOurs[part] ? now : NOT_OURS));
}

/** The hash while a change is applied: what is written is read back later, what a person edited stays that person's. */
export function hashToKeep(
  odooHash: string | null,
  view: Pick<OrderView, 'contentHash'>,
  { written, edited }: { readonly written: PartFlags; readonly edited: PartFlags },
): string {
  const before = odooHash?.split('.') ?? [];
  return mapParts(view, (now, part, index) => {
    if (written[part]) {
      return WRITING + now;
    }
    return edited[part] ? (before[index] ?? NOT_OURS).replace(WRITING, '') : now;
  });
}

/** The hash once the order was read back. */
export function hashReadBack(odooHash: string | null, view: Pick<OrderView, 'contentHash'>): string {
  const before = odooHash?.split('.') ?? [];
  return mapParts(view, (now, _part, index) => {
    const kept = before[index] ?? WRITING;
    return kept.startsWith(WRITING) ? now : kept;
  });
}

function partsOf({ contentHash }: Pick<OrderView, 'contentHash'>): Parts {
  const [lines = '', header = '', draft = ''] = contentHash.split('.');
  return [lines, header, draft];
}

function mapParts(
  view: Pick<OrderView, 'contentHash'>,
  map: (now: string, part: keyof PartFlags, index: number) => string,
): string {
  return partsOf(view)
    .map((now, index) => map(now, index === 0 ? 'lines' : 'header', index))
    .join('.');
}
