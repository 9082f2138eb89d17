/** Which orders are brought over, and what their statuses mean. */
import { OrderTarget, type OrderSettings } from '../entities/orders/settings';
import type { ShopStatus } from '../doctor/shop-statuses';
import { formatTable } from '../reporters/format-table';
import { printable } from '../reporters/printable';
import type { ShopFacts } from './ask-shop';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

const STORE = ['store'] as const;
const FROM = ['orders', 'from'] as const;
const MISSING_PRODUCT = ['orders', 'missingProduct'] as const;

/** `today` is the date suggested for the first order, `2026-01-31`. */
export async function chooseOrders(
  draft: Draft,
  prompts: Prompts,
  shop: ShopFacts | undefined,
  today: string,
): Promise<void> {
  prompts.say('\n== Orders ==\n');
  await chooseStore(draft, prompts);
  await chooseFrom(draft, prompts, today);
  await chooseMissingProduct(draft, prompts);
  if (shop?.statuses !== undefined) {
    await chooseStatuses(draft, prompts, shop.statuses);
  }
}

async function chooseStore(draft: Draft, prompts: Prompts): Promise<void> {
  prompts.say(
    '\nShort name of the shop, 1 to 20 of a-z and 0-9. It becomes part of every external id in Odoo and cannot be changed later\n',
  );
  const store = await prompts.line('store', {
    fallback: draft.file().store,
    check: (answer) => draft.problemWith(STORE, answer),
  });
  draft.set(STORE, store === '' ? undefined : store);
}

async function chooseFrom(draft: Draft, prompts: Prompts, today: string): Promise<void> {
  prompts.say(
    '\nThe first order to bring over: a date in the timezone of the shop, or an order number such as #1234. Older ones are left out\n',
  );
  const { from = today } = draft.file()['orders'] as OrderSettings;
  const answer = await prompts.line('orders.from', {
    fallback: from,
    check: (text) => draft.problemWith(FROM, text),
  });
  draft.set(FROM, answer === '' ? undefined : answer);
}

async function chooseMissingProduct(draft: Draft, prompts: Prompts): Promise<void> {
  prompts.say('\nA line of an order whose product Odoo does not have\n');
  const choices: [Choice<OrderSettings['missingProduct']>, ...Choice<OrderSettings['missingProduct']>[]] = [
    { value: 'quarantine', label: 'quarantine: the order waits until Odoo has the product' },
    { value: 'create', label: 'create: the product is created (needs the right to create products)' },
    { value: 'fallback', label: 'fallback: the line stands on the product WC-PRODUCT' },
  ];
  const { missingProduct } = draft.file()['orders'] as OrderSettings;
  const set = choices.findIndex(({ value }) => value === missingProduct);
  draft.set(MISSING_PRODUCT, await prompts.choose('orders.missingProduct', choices, set));
}

const MEANINGS: readonly [Choice<OrderTarget>, ...Choice<OrderTarget>[]] = [
  { value: 'draft', label: 'draft: a quotation' },
  { value: 'confirmed', label: 'confirmed: a sales order' },
  { value: 'cancelled', label: 'cancelled' },
  { value: 'ignore', label: 'ignore: left out' },
];

/** Each status that only this shop has is asked for; the others have a meaning that may be changed. */
async function chooseStatuses(
  draft: Draft,
  prompts: Prompts,
  statuses: readonly ShopStatus[],
): Promise<void> {
  const settings = draft.file()['orders'] as OrderSettings;
  for (const { slug, total } of statuses.filter((status) => settings.statuses[status.slug] === undefined)) {
    prompts.say(`\nThe shop's own status ${printable(slug)} (orders: ${total}) means in Odoo\n`);
    const fallback = MEANINGS.findIndex(({ value }) => value === settings.otherStatuses);
    const meaning = await prompts.choose(`orders.statuses.${printable(slug)}`, MEANINGS, fallback);
    if (meaning !== settings.otherStatuses) {
      draft.set(['orders', 'statuses', slug], meaning);
    }
  }
  for (;;) {
    prompts.say(`\n${describeStatuses(draft, statuses)}`);
    const answer = await prompts.line('change one, for example on-hold=confirmed (Enter goes on)', {
      check: (text) => problemWithChange(text, statuses),
    });
    if (answer === '') {
      return;
    }
    const [slug = '', meaning] = answer.split('=');
    draft.set(['orders', 'statuses', slug], meaning);
  }
}

/** What is wrong with `status=meaning`. */
function problemWithChange(text: string, statuses: readonly ShopStatus[]): string | undefined {
  const [slug, meaning] = text.split('=');
  if (!statuses.some((status) => status.slug === slug)) {
    return 'must begin with a status of the shop';
  }
  return OrderTarget.safeParse(meaning).success
    ? undefined
    : `must end with ${OrderTarget.options.join(', ')}`;
}

function describeStatuses(draft: Draft, statuses: readonly ShopStatus[]): string {
  const settings = draft.file()['orders'] as OrderSettings;
  const rows = statuses.map(({ slug, total }) => [
    printable(slug),
    settings.statuses[slug] ?? settings.otherStatuses,
    String(total),
  ]);
  const lines = formatTable(['status', 'in Odoo', 'orders'], rows, 'text');
  return lines.map((line) => `  ${line}\n`).join('');
}
