/** Follows links whose record is gone from Odoo to the one that took its place. */
import { countOf } from '../lib/count-of';
import type { RunContext } from './context';
import { externalId, formatKey } from './keys';
import type { Link } from './ports';

/**
 * Looks at the records behind links once a run. Where one is gone its external
 * id is asked for: a merge in Odoo leaves it on the survivor, which is
 * somebody's own record from then on and never overwritten.
 * One that a record rule hides from us is left as it is.
 * @returns the links whose record is gone and was not replaced
 */
export async function followLinks(context: RunContext, links: Iterable<Link>): Promise<Link[]> {
  const checked = context.memory.keep('followed-links', () => new Set<string>());
  const open = [...links].filter(({ key, odooId }) => odooId > 0 && !checked.has(formatKey(key)));
  const moved: Link[] = [];
  const gone: Link[] = [];
  for (const model of new Set(open.map(({ odooModel }) => odooModel))) {
    const ofModel = open.filter(({ odooModel }) => odooModel === model);
    const rows = await context.odoo.read(
      model,
      ofModel.map(({ odooId }) => odooId),
      ['id'],
    );
    const present = new Set(rows.map(({ id }) => id));
    const absent = ofModel.map(({ odooId }) => odooId).filter((id) => !present.has(id));
    // Hidden from us is not gone: nothing takes its place.
    const hidden =
      absent.length === 0 ? new Map<number, string>() : await context.odoo.findHidden(model, absent);
    for (const link of ofModel) {
      if (present.has(link.odooId) || hidden.has(link.odooId)) {
        checked.add(formatKey(link.key));
        continue;
      }
      const odooId = await context.odoo.findExternalId(externalId(link.key));
      if (odooId === undefined) {
        gone.push(link);
      } else {
        moved.push({ ...link, odooId, adopted: true });
      }
    }
  }
  if (moved.length > 0) {
    await context.state.commit({ links: moved });
    context.emit({
      type: 'notice',
      level: 'info',
      message: `${countOf(moved.length, 'record was', 'records were')} merged into others in Odoo: ${moved.map(({ key, odooId }) => `${formatKey(key)} is ${odooId} now`).join(', ')}`,
    });
  }
  return gone;
}
