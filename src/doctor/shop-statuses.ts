/** Statuses of orders: the shop's own ones are easily forgotten in the table. */
import { z } from 'zod';
import type { WooApi } from '../core/ports';
import type { OrderSettings, OrderTarget } from '../entities/orders/settings';
import { count, type Findings } from './findings';

const TOPIC = 'Orders of the shop';
const Totals = z.array(z.object({ slug: z.string(), total: z.coerce.number().catch(0) }));

const MEANING: Readonly<Record<OrderTarget, string>> = {
  draft: 'become quotations',
  confirmed: 'become confirmed orders',
  cancelled: 'are cancelled in Odoo',
  ignore: 'are left out',
};

/** A status of the shop; `total` is the number of its orders. */
export type ShopStatus = z.infer<typeof Totals>[number];

/** Every status, those of plugins too; undefined when the shop does not list them. */
export async function readStatuses(woo: WooApi): Promise<ShopStatus[] | undefined> {
  const { body } = await woo.get('reports/orders/totals');
  return Totals.safeParse(body).data;
}

export async function checkStatuses(woo: WooApi, settings: OrderSettings, findings: Findings): Promise<void> {
  await findings.attempt('woo', TOPIC, async () => {
    const totals = await readStatuses(woo);
    if (totals === undefined) {
      findings.problem(
        TOPIC,
        'the shop does not list its order statuses (reports/orders/totals), which wcodoo needs to read orders',
        "Check the key's user: it needs the role Shop manager or Administrator.",
      );
      return;
    }
    const unknown = totals.filter(({ slug }) => settings.statuses[slug] === undefined);
    for (const { slug, total } of unknown) {
      findings.warn(
        TOPIC,
        `the status ${slug} (${count(total, 'order')}) is the shop's own: its orders ${MEANING[settings.otherStatuses]}`,
        `Say what it means: orders.statuses.${slug}: draft, confirmed, cancelled or ignore.`,
      );
    }
    findings.ok(
      TOPIC,
      `${totals.length - unknown.length} of ${totals.length} order statuses have a meaning in Odoo`,
    );
  });
}
