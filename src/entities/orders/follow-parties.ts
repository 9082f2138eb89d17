/** Makes sure that what new orders stand on is still in Odoo: people merge partners and replace products. */
import type { RunContext } from '../../core/context';
import { SkippableError } from '../../core/errors';
import { followLinks } from '../../core/follow-links';
import { formatKey } from '../../core/keys';
import type { Link } from '../../core/ports';
import { normalizeEmail, PARTNER_MODEL } from '../customers/map-partner';
import { productsOf } from './map-order';
import type { PreparedOrder } from './prepare-orders';

/**
 * A product or address that is gone is forgotten, so that it is looked for
 * again by SKU or written again. A customer who is gone is looked for by e-mail
 * address and never created again by itself.
 */
export async function followParties(context: RunContext, orders: readonly PreparedOrder[]): Promise<void> {
  const keys = orders.flatMap(({ order }) => [
    ...[order.customer, order.invoiceAddress, order.deliveryAddress].filter((key) => key !== null),
    ...productsOf(order.lines),
  ]);
  const links = await context.state.links.find(keys);
  const gone = await followLinks(context, links.values());
  const missing = missingParties(context);
  missing.clear();
  const found: Link[] = [];
  for (const link of gone.filter(isParty)) {
    const buyer = orders.find(({ order }) => formatKey(order.customer) === formatKey(link.key));
    const odooId = await findByEmail(context, buyer?.raw.billing.email ?? '');
    if (odooId === undefined) {
      missing.add(formatKey(link.key));
    } else {
      found.push({ ...link, odooId, adopted: true });
    }
  }
  await context.state.commit({
    links: found,
    removedLinks: gone.filter((link) => !isParty(link)).map(({ key }) => key),
  });
}

function isParty({ key }: Link): boolean {
  return key.entity === 'customer' || key.entity === 'guest';
}

async function findByEmail(context: RunContext, email: string): Promise<number | undefined> {
  if (normalizeEmail(email) === '') {
    return undefined;
  }
  const rows = await context.odoo.searchRead(
    PARTNER_MODEL,
    [
      ['email_normalized', '=', normalizeEmail(email)],
      ['parent_id', '=', false],
      ['active', 'in', [true, false]],
    ],
    ['id'],
  );
  return rows.length === 1 ? rows[0]?.id : undefined;
}

/** Formatted keys of customers of the present page whose partner is gone. */
function missingParties(context: RunContext): Set<string> {
  return context.memory.keep('missing-parties', () => new Set<string>());
}

/** @throws SkippableError `deleted-in-odoo` for a new order whose customer is gone from Odoo */
export function requireParty(context: RunContext, { order, link }: PreparedOrder): void {
  if (link === undefined && missingParties(context).has(formatKey(order.customer))) {
    throw new SkippableError(
      'deleted-in-odoo',
      `the partner of ${formatKey(order.customer)} was deleted in Odoo; it is not created again by itself`,
      { hint: "create a partner with the order's e-mail address, and the order goes on by itself" },
    );
  }
}
