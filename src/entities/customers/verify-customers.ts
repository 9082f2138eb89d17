/** Looks whether every customer of the shop is a partner in Odoo, and only one. */
import type { RunContext } from '../../core/context';
import { externalId, formatKey, parseExternalId, recordKey, type RecordKey } from '../../core/keys';
import type { Link, OdooRow, WooRow } from '../../core/ports';
import {
  inFlightSince,
  judgeFinding,
  type Finding,
  type VerifiedPage,
  type Verifier,
  type VerifyRequest,
} from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { groupBy } from '../../lib/group-by';
import { readWooTime } from '../../lib/woo-time';
import { textOf } from '../../odoo/schema';
import { CUSTOMER_FIELDS, describeProblem, WooCustomer } from '../../woo/schema';
import { sampleShop } from '../../core/sample-shop';
import { mapCustomer, PARTNER_MODEL } from './map-partner';
import type { CustomerSettings } from './settings';

/** What customers are called in Odoo is not compared: names and addresses there may be a person's own work. */
export function customerVerifier(settings: CustomerSettings): Verifier {
  return {
    name: 'customers',
    async *verify(context, request) {
      const since = await inFlightSince(context, 'customers', request);
      for await (const { rows, expected } of readRows(context, request, settings)) {
        yield { ...(await comparePage(context, rows, settings, since)), expected };
      }
    },
  };
}

interface RowPage {
  readonly rows: readonly WooRow[];
  readonly expected: number | undefined;
}

/** WooCommerce has no date filter for customers: `since` is looked at here. */
async function* readRows(
  context: RunContext,
  { since, sample }: VerifyRequest,
  { role }: CustomerSettings,
): AsyncGenerator<RowPage> {
  const query = { role, _fields: CUSTOMER_FIELDS };
  if (sample !== undefined) {
    const ids = await sampleShop(context, 'customers', { role }, sample);
    for (const include of chunk(ids, 100)) {
      const { rows } = await context.woo.list('customers', { ...query, include, per_page: 100 });
      yield { rows, expected: ids.length };
    }
    return;
  }
  for await (const page of context.woo.sweep('customers', query)) {
    yield {
      rows: page.rows.filter((row) => since === undefined || isModifiedSince(row, since)),
      expected: since === undefined ? page.total : undefined,
    };
  }
}

/** True for a row whose date cannot be read, too. */
function isModifiedSince(row: WooRow, since: string): boolean {
  const modified = readWooTime(row['date_modified_gmt'])?.toISOString();
  return modified === undefined || modified >= since;
}

/** A customer with what identifies it in Odoo. */
interface Known {
  readonly key: RecordKey;
  readonly businessKey: string;
  /** Lower case; empty for none. */
  readonly email: string;
  readonly isInFlight: boolean;
}

async function comparePage(
  context: RunContext,
  rows: readonly WooRow[],
  settings: CustomerSettings,
  since: string,
): Promise<VerifiedPage> {
  const keys = rows.map(({ id }) => recordKey(context.store, 'customer', id));
  const [links, debts] = await Promise.all([context.state.links.find(keys), context.state.debts.find(keys)]);
  const customers: Known[] = [];
  const unreadable: Finding[] = [];
  for (const row of rows) {
    const key = recordKey(context.store, 'customer', row.id);
    const isInFlight = readWooTime(row['date_modified_gmt']) !== undefined && isModifiedSince(row, since);
    const parsed = row.unreadable === undefined ? WooCustomer.safeParse(row) : undefined;
    if (parsed?.success === true) {
      const { businessKey, payload } = mapCustomer(key, parsed.data, settings);
      customers.push({ key, businessKey, email: payload.matchEmail, isInFlight });
    } else {
      const message =
        row.unreadable ??
        `WooCommerce sent a customer that cannot be read: ${parsed === undefined ? '' : describeProblem(parsed.error)}`;
      const customer = { key, businessKey: `customer ${row.id}`, isInFlight };
      unreadable.push(findingOf(customer, { kind: 'unreadable', message }));
    }
  }
  const partners = await readPartners(context, customers, links);
  const found: Finding[] = [];
  for (const customer of customers) {
    const link = links.get(formatKey(customer.key));
    found.push(...(await judgeCustomer(context, customer, { link, partners })));
  }
  const inFlight = new Set(customers.filter((one) => one.isInFlight).map(({ key }) => formatKey(key)));
  return {
    compared: rows.length,
    findings: [...unreadable, ...found].map((finding) => {
      const name = formatKey(finding.key);
      return judgeFinding(finding, { debt: debts.get(name), isInFlight: inFlight.has(name) });
    }),
  };
}

interface Partners {
  readonly ids: ReadonlySet<number>;
  /** Active top-level partners by e-mail address in lower case. */
  readonly byEmail: ReadonlyMap<string, readonly OdooRow[]>;
  readonly externalIds: ReadonlyMap<number, readonly string[]>;
}

/** The partners with the customers' e-mail addresses, and those that links lead to. */
async function readPartners(
  { odoo }: RunContext,
  customers: readonly Known[],
  links: ReadonlyMap<string, Link>,
): Promise<Partners> {
  const emails = [...new Set(customers.map(({ email }) => email))].filter((email) => email !== '');
  const byEmail =
    emails.length === 0
      ? []
      : await odoo.searchRead(
          PARTNER_MODEL,
          [
            ['email_normalized', 'in', emails],
            ['parent_id', '=', false],
            ['active', 'in', [true, false]],
          ],
          ['email_normalized', 'active'],
        );
  const known = new Set(byEmail.map(({ id }) => id));
  const linked = [...links.values()].map(({ odooId }) => odooId).filter((id) => id > 0 && !known.has(id));
  const others = linked.length === 0 ? [] : await odoo.read(PARTNER_MODEL, linked, ['active']);
  const active = groupBy(
    byEmail.filter((row) => row['active'] === true),
    (row) => textOf(row['email_normalized']),
  );
  const several = [...active.values()].filter(({ length }) => length > 1).flat();
  return {
    ids: new Set([...byEmail, ...others].map(({ id }) => id)),
    byEmail: groupBy(byEmail, (row) => textOf(row['email_normalized'])),
    externalIds:
      several.length === 0
        ? new Map<number, string[]>()
        : await odoo.externalIds(
            PARTNER_MODEL,
            several.map(({ id }) => id),
          ),
  };
}

async function judgeCustomer(
  context: RunContext,
  customer: Known,
  { link, partners }: { readonly link: Link | undefined; readonly partners: Partners },
): Promise<Finding[]> {
  const same = partners.byEmail.get(customer.email) ?? [];
  const active = same.filter((row) => row['active'] === true);
  if (active.length > 1) {
    return doubled(context, customer, active, { link, partners });
  }
  if (same.length > 0 || partners.ids.has(link?.odooId ?? 0)) {
    return [];
  }
  // Merged into another partner, whose address is another one; asked for one by one, and only here.
  const isElsewhere =
    link !== undefined && (await context.odoo.findExternalId(externalId(customer.key))) !== undefined;
  return isElsewhere
    ? []
    : [
        findingOf(customer, {
          kind: 'missing',
          odooId: link === undefined ? '' : String(link.odooId),
          message:
            link === undefined
              ? 'no partner in Odoo has this e-mail address; `wcodoo sync customers --full` brings the customer over'
              : `the partner ${link.odooId} was deleted in Odoo, and no other has this e-mail address; create one there, and the next order goes on by itself`,
        }),
      ];
}

/** A person may keep a second contact with the same address: it is doubled where two are ours, or where none is known to be. */
function doubled(
  { store }: RunContext,
  customer: Known,
  active: readonly OdooRow[],
  { link, partners }: { readonly link: Link | undefined; readonly partners: Partners },
): Finding[] {
  const ours = active.filter(({ id }) =>
    (partners.externalIds.get(id) ?? []).some((name) => parseExternalId(name)?.store === store),
  );
  const isKnown = active.some(({ id }) => id === link?.odooId) || ours.length === 1;
  const ids = active.map(({ id }) => id).join(', ');
  return ours.length > 1 || !isKnown
    ? [
        findingOf(customer, {
          kind: 'doubled',
          odooId: ids,
          field: 'email',
          message: `several partners in Odoo have this e-mail address (ids ${ids}); merge them there`,
        }),
      ]
    : [];
}

function findingOf(
  { key, businessKey }: Pick<Known, 'key' | 'businessKey'>,
  finding: Pick<Finding, 'kind' | 'message'> & Partial<Finding>,
): Finding {
  return { key, businessKey, odooId: '', field: '', wooValue: '', odooValue: '', ...finding };
}
