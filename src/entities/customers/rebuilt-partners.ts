/** Links that say no more than that a partner is ours: from an interrupted create, or taken back from Odoo. */
import type { RunContext } from '../../core/context';
import { formatKey } from '../../core/keys';
import { isRebuilt, type Mapped } from '../../core/plan';
import type { Link } from '../../core/ports';
import { idOf } from '../../odoo/schema';
import { emailKey, PARTNER_MODEL } from './map-partner';

/**
 * An address known only from an interrupted create, or taken back from Odoo, may
 * lack its parent still: it is looked for under its parent, and else written
 * again by its external id.
 */
export async function withoutHalfDone(
  context: RunContext,
  links: ReadonlyMap<string, Link>,
): Promise<Map<string, Link>> {
  const addresses = [...links.values()].filter(({ key }) => key.entity === 'address');
  const rebuilt = addresses.filter(isRebuilt).map(({ odooId }) => odooId);
  const rows = rebuilt.length === 0 ? [] : await context.odoo.read(PARTNER_MODEL, rebuilt, ['parent_id']);
  const placed = new Set(rows.filter((row) => idOf(row['parent_id']) !== undefined).map(({ id }) => id));
  const halfDone = addresses.filter((link) =>
    isRebuilt(link) ? !placed.has(link.odooId) : link.hash === '',
  );
  const names = new Set(halfDone.map(({ key }) => formatKey(key)));
  return new Map([...links].filter(([name]) => !names.has(name)));
}

/**
 * Of a contact taken back from Odoo the e-mail address says whether it is still
 * ours: with another one it may be what ours was merged into, somebody's own.
 */
export function adoptOthers(
  mapped: readonly Mapped[],
  links: ReadonlyMap<string, Link>,
  views: ReadonlyMap<number, Readonly<Record<string, string>>>,
): Map<string, Link> {
  const others = mapped.flatMap(({ key, matchKey }): [string, Link][] => {
    const link = links.get(formatKey(key));
    const view = link && views.get(link.odooId);
    const isOther =
      link !== undefined &&
      view !== undefined &&
      isRebuilt(link) &&
      key.entity !== 'address' &&
      emailKey(view['email'] ?? '') !== matchKey;
    return isOther ? [[formatKey(key), { ...link, adopted: true }]] : [];
  });
  return new Map([...links, ...others]);
}
