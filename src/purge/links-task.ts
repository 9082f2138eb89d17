import { formatKey, type RecordKey } from '../core/keys';
import type { Link, Purge } from '../core/ports';
import { countOf } from '../lib/count-of';
import type { PurgePart, PurgeTask } from './purge-task';

/**
 * Removes links whose record is gone from both sides and that nothing else in
 * the state needs. Both sides are asked again right before it.
 * @param findOrphans asks both sides; see `findOrphanedLinks`
 */
export function linksTask(
  purge: Purge,
  store: string,
  findOrphans: (links: readonly Link[]) => Promise<readonly Link[]>,
): PurgeTask {
  let planned: readonly Link[] = [];
  return {
    async plan() {
      const found: Link[] = [];
      for await (const links of purge.idleLinks(store)) {
        found.push(...(await findOrphans(links)));
      }
      planned = found;
      return partOf(found.map(({ key }) => key));
    },
    async remove({ onRemoved }) {
      const keys = (await findOrphans(planned)).map(({ key }) => key);
      const count = await purge.removeIdleLinks(keys);
      onRemoved(count);
      return { ...partOf(keys), count };
    },
  };
}

function partOf(keys: readonly RecordKey[]): PurgePart {
  return {
    kind: 'links',
    count: keys.length,
    bytes: null,
    what: `${countOf(keys.length, 'link')} of records that are gone from both sides`,
    names: keys.map(formatKey),
  };
}
