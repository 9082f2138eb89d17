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

export async function checkStatuses(woo: WooApi, settings: OrderSettings, findings: Findings): Promise<void> {
  await findings.attempt('woo', TOPIC, async () => {
    const { body } = await woo.get('reports/orders/totals');
    const totals = Totals.safeParse(body);
    if (!totals.success) {
      findings.problem(
        TOPIC,
        'the shop does not list its order statuses (reports/orders/totals), which wcodoo needs to read orders',
        "Check the key's user: it needs the role Shop manager or Administrator.",
      );
      return;
    }
    const unknown = totals.data.filter(({ slug }) => settings.statuses[slug] === undefined);
    for (const { slug, total } of unknown) {
      findings.warn(
        TOPIC,
        `the status ${slug} (${count(total, 'order')}) is the shop's own: its orders ${MEANING[settings.otherStatuses]}`,
        `Say what it means: orders.statuses.${slug}: draft, confirmed, cancelled or ignore.`,
      );
    }
    findings.ok(
      TOPIC,
      `${totals.data.length - unknown.length} of ${totals.data.length} order statuses have a meaning in Odoo`,
    );
  });
}
