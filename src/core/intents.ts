/** Settles creates that were written down and whose answer never came. */
import type { RunContext } from './context';
import type { Flow } from './entity';
import { externalId } from './keys';
import type { Link } from './ports';

/**
 * Looks each open intent up on the other side by its key. What exists is
 * linked, with an empty hash, so that it is compared when its record is read
 * next; what does not exist was never written and is free to be sent again.
 */
export async function settleIntents(context: RunContext, flows: readonly Flow[]): Promise<number> {
  const open = await context.state.intents.list(context.store);
  const linked = await context.state.links.find(open.map(({ key }) => key));
  for (const intent of open) {
    const known = [...linked.values()].some(
      (link) => link.key.id === intent.key.id && link.key.entity === intent.key.entity,
    );
    const odooId = known ? undefined : await context.odoo.findExternalId(externalId(intent.key));
    const links: Link[] =
      odooId === undefined
        ? []
        : [
            {
              key: intent.key,
              odooModel: intent.odooModel,
              odooId,
              hash: '',
              fields: {},
              odooHash: null,
              step: flows.find(({ name }) => name === intent.flow)?.resumeStep ?? null,
              adopted: false,
              matchKey: null,
            },
          ];
    await context.state.commit({ links, closedIntents: [intent.key] });
  }
  return open.length;
}
