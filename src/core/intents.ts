/** Settles creates that were written down and whose answer never came. */
import type { RunContext } from './context';
import type { Flow } from './entity';
import { SkippableError } from './errors';
import { externalId, formatKey } from './keys';
import type { Intent, Link } from './ports';

/**
 * Looks each open intent up on the other side by its key. What exists is
 * linked, with an empty hash, so that it is compared when its record is read
 * next; what does not exist was never written and is free to be sent again. An
 * intent whose record cannot be looked up stays open, and is said.
 * @returns how many were settled
 * @throws RetryableError when the other side cannot be asked; the intents stay open
 */
export async function settleIntents(context: RunContext, flows: readonly Flow[]): Promise<number> {
  const open = await context.state.intents.list(context.store);
  const linked = await context.state.links.find(open.map(({ key }) => key));
  const answers = await Promise.all(
    open.map(async (intent): Promise<Settled | undefined> => {
      if (linked.has(formatKey(intent.key))) {
        return { intent, odooId: undefined };
      }
      return lookUp(context, intent);
    }),
  );
  const settled = answers.filter((answer) => answer !== undefined);
  if (settled.length > 0) {
    await context.state.commit({
      links: settled.flatMap(({ intent, odooId }) =>
        odooId === undefined ? [] : [linkOf(intent, odooId, flows)],
      ),
      closedIntents: settled.map(({ intent }) => intent.key),
    });
  }
  return settled.length;
}

interface Settled {
  readonly intent: Intent;
  /** Undefined when Odoo does not have the record, or when it is linked already. */
  readonly odooId: number | undefined;
}

async function lookUp(context: RunContext, intent: Intent): Promise<Settled | undefined> {
  try {
    return { intent, odooId: await context.odoo.findExternalId(externalId(intent.key)) };
  } catch (error) {
    if (!(error instanceof SkippableError)) {
      throw error;
    }
    const message = `${formatKey(intent.key)} was being written when a run ended, and cannot be looked up: ${error.message}`;
    context.emit({ type: 'notice', level: 'warn', message });
    return undefined;
  }
}

/** An empty hash: the record is compared when it is read next. Its fields say what was written, so that a person's edit shows. */
function linkOf({ key, odooModel, flow, link }: Intent, odooId: number, flows: readonly Flow[]): Link {
  const step = flows.find(({ name }) => name === flow)?.resumeStep ?? null;
  const planned = link ?? { key, odooModel, fields: {}, step, adopted: false, matchKey: null };
  return { ...planned, odooId, hash: '', odooHash: null };
}
