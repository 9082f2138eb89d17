/** Orders that Odoo has by our external id, although the shop has them no longer. */
import type { RunContext } from '../../core/context';
import { externalIdPrefix, parseExternalId, recordKey } from '../../core/keys';
import type { VerifiedPage } from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { textOf } from '../../odoo/schema';
import { ORDER_MODEL } from './map-order';
import { loadStatuses } from './read-orders';

/**
 * Looks at every order with an external id of the store; the shop is asked only
 * for those that its own list did not have. One that is cancelled in Odoo is
 * over, and no finding.
 * @param seen ids that the shop listed
 */
export async function* findOrphans(
  context: RunContext,
  seen: ReadonlySet<number>,
): AsyncGenerator<VerifiedPage> {
  const { odoo, store } = context;
  const prefix = `${externalIdPrefix(store)}order_`;
  const domain = [['origin', '=like', `woo:${store}:%`]] as const;
  for await (const page of odoo.sweepExternalIds(ORDER_MODEL, prefix, domain)) {
    const unseen = page.flatMap(({ id: odooId, externalId }) => {
      const wooId = Number(parseExternalId(externalId)?.id);
      return Number.isSafeInteger(wooId) && !seen.has(wooId) ? [{ wooId, odooId }] : [];
    });
    for (const part of chunk(unseen, 100)) {
      yield await judgeUnseen(context, part);
    }
  }
}

interface Unseen {
  readonly wooId: number;
  readonly odooId: number;
}

async function judgeUnseen(context: RunContext, unseen: readonly Unseen[]): Promise<VerifiedPage> {
  const { rows: inShop } = await context.woo.list('orders', {
    include: unseen.map(({ wooId }) => wooId),
    status: await loadStatuses(context),
    per_page: 100,
    _fields: ['id'],
  });
  const present = new Set(inShop.map(({ id }) => id));
  const gone = unseen.filter(({ wooId }) => !present.has(wooId));
  const rows =
    gone.length === 0
      ? []
      : await context.odoo.read(
          ORDER_MODEL,
          gone.map(({ odooId }) => odooId),
          ['state', 'client_order_ref'],
        );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const alive = gone.flatMap((one) => {
    const row = byId.get(one.odooId);
    return row === undefined || textOf(row['state']) === 'cancel' ? [] : [{ ...one, row }];
  });
  return {
    compared: gone.length,
    findings: alive.map(({ wooId, odooId, row }) => ({
      kind: 'orphan',
      key: recordKey(context.store, 'order', wooId),
      odooId: String(odooId),
      businessKey: textOf(row['client_order_ref']),
      field: '',
      wooValue: '',
      odooValue: textOf(row['state']),
      message:
        'the shop has this order no longer, not even in the trash; cancel it in Odoo if it is not to be sent',
    })),
  };
}
