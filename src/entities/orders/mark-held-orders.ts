/** Shows in Odoo which drafts the money gate holds back, and why. */
import type { RunContext } from '../../core/context';
import { FatalError, messageOf, SkippableError } from '../../core/errors';
import { externalId, recordKey } from '../../core/keys';
import { ORDER_MODEL } from './map-order';

export interface HeldOrder {
  readonly odooId: number;
  /** Both figures, as one sentence. */
  readonly message: string;
}

const TAG_NAME = 'wcodoo: check total';

/**
 * Puts a tag on the drafts and a note into each one's history; repeating it
 * changes nothing. What Odoo refuses here is said in a notice: the quarantine
 * stands all the same.
 */
export async function markHeldOrders(context: RunContext, held: readonly HeldOrder[]): Promise<void> {
  if (held.length === 0) {
    return;
  }
  await unlessRefused(context, 'the tag', async () => {
    const tagId = await context.memory.recall('held-tag', () => findTag(context));
    await context.odoo.write(
      ORDER_MODEL,
      held.map(({ odooId }) => odooId),
      { tag_ids: [[4, tagId]] },
    );
  });
  for (const { odooId, message } of held) {
    await unlessRefused(context, `the note on order id ${odooId}`, () => postOnce(context, odooId, message));
  }
}

/** Observed on Odoo 14: a user without an e-mail address may not post notes. */
async function unlessRefused(context: RunContext, what: string, mark: () => Promise<void>): Promise<void> {
  try {
    await mark();
  } catch (error) {
    if (!(error instanceof SkippableError || error instanceof FatalError)) {
      throw error;
    }
    const message = `an order in quarantine could not be marked in Odoo: ${what}: ${messageOf(error)}`;
    context.emit({ type: 'notice', level: 'warn', message });
  }
}

async function findTag(context: RunContext): Promise<number> {
  const [tag] = await context.odoo.searchRead('crm.tag', [['name', '=', TAG_NAME]], ['id'], { limit: 1 });
  if (tag !== undefined) {
    return tag.id;
  }
  const [created] = await context.odoo.load(
    'crm.tag',
    ['id', 'name'],
    [[[externalId(recordKey(context.store, 'tag', 'check')), TAG_NAME]]],
  );
  if (created?.ok !== true) {
    throw new SkippableError('odoo-refused', created?.message ?? 'the tag could not be created');
  }
  return created.id;
}

/** The figures are the mark by which an earlier note is known. */
async function postOnce(context: RunContext, odooId: number, message: string): Promise<void> {
  const body = `wcodoo: ${message}`;
  const [figures = body] = body.split(';');
  const known = await context.odoo.searchCount('mail.message', [
    ['model', '=', ORDER_MODEL],
    ['res_id', '=', odooId],
    ['body', 'ilike', figures],
  ]);
  if (known === 0) {
    await context.odoo.call(ORDER_MODEL, 'message_post', [odooId], { body });
  }
}
