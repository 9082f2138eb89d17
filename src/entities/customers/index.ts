/** Customers, guests and their addresses, from WooCommerce to partners in Odoo. */
import { defineEntity, defineFlow, type PlanFailure, type SourceRecord } from '../../core/entity';
import type { RunContext } from '../../core/context';
import { followLinks } from '../../core/follow-links';
import { formatKey, type RecordKey } from '../../core/keys';
import { needsView, planChanges, type Mapped } from '../../core/plan';
import type { Link, OdooRow } from '../../core/ports';
import { idOf, textOf } from '../../odoo/schema';
import { describeProblem, unreadableReason, WooCustomer } from '../../woo/schema';
import {
  addressRecords,
  mapAddress,
  mapCustomer,
  mapGuest,
  PARTNER_MODEL,
  SOFT_FIELDS,
  type AddressSource,
  type GuestSource,
  type PartnerPayload,
} from './map-partner';
import { matchPartners } from './match-partners';
import { loadPlaces, type Places } from './places';
import { readCustomers } from './read-customers';
import { adoptOthers, withoutHalfDone } from './rebuilt-partners';
import { CustomerSettings } from './settings';
import { customerVerifier } from './verify-customers';
import { writePartners } from './write-partners';

const VIEW_FIELDS = [
  'name',
  'company_name',
  'email',
  'phone',
  'street',
  'street2',
  'zip',
  'city',
  'country_id',
  'state_id',
  'vat',
];

export const customers = defineEntity({
  name: 'customers',
  settings: CustomerSettings,
  verifier: customerVerifier,
  wooToOdoo: (settings) =>
    defineFlow<PartnerPayload>({
      name: 'customers',
      direction: 'wooToOdoo',
      dependsOn: [],
      entities: ['customer', 'guest', 'address'],
      odooModel: () => PARTNER_MODEL,
      wooCollection: (entity) => (entity === 'customer' ? 'customers' : undefined),
      read: (context, request) => readCustomers(context, request, settings),
      plan: (context, records) => planPartners(context, records, settings),
      write: writePartners,
      after: (context, records) => Promise.resolve(profileAddresses(context, records)),
    }),
});

async function planPartners(
  context: RunContext,
  records: readonly SourceRecord[],
  settings: CustomerSettings,
): Promise<ReturnType<typeof planChanges<PartnerPayload>>> {
  const mapped: Mapped<PartnerPayload>[] = [];
  const failures: PlanFailure[] = [];
  const quiet: RecordKey[] = [];
  const orphans = await addressesWithoutPartner(context, records);
  for (const record of records) {
    // Deleted in the shop before it was ever written, or owed by the partner it belongs to.
    if (record.raw === null || orphans.has(record)) {
      quiet.push(record.key);
      continue;
    }
    const result = mapRecord(record, settings);
    if ('reason' in result) {
      failures.push(result);
    } else {
      mapped.push(result);
    }
  }
  const known = await withoutHalfDone(context, await findLinks(context, mapped));
  const matches = await matchPartners(
    context,
    mapped.filter(({ key }) => !known.has(formatKey(key))),
  );
  const views = await viewPartners(context, mapped, known);
  const plan = planChanges({ mapped, links: adoptOthers(mapped, known, views), matches, views });
  return {
    ...plan,
    failures: [...failures, ...plan.failures],
    unchanged: [...plan.unchanged, ...quiet],
  };
}

/** The links of partners; one that was merged into another in Odoo leads to the survivor. */
async function findLinks(context: RunContext, mapped: readonly Mapped[]): Promise<Map<string, Link>> {
  const keys = mapped.map(({ key }) => key);
  const links = await context.state.links.find(keys);
  const changed = mapped.flatMap((item) => {
    const link = links.get(formatKey(item.key));
    return link !== undefined && needsView(item, link) ? [link] : [];
  });
  if (changed.length === 0) {
    return links;
  }
  await followLinks(context, changed);
  return context.state.links.find(keys);
}

/** Addresses whose partner could not be applied: they come again with it. */
async function addressesWithoutPartner(
  context: RunContext,
  records: readonly SourceRecord[],
): Promise<Set<SourceRecord>> {
  const addresses = records.filter(({ key }) => key.entity === 'address');
  const parents = await context.state.links.find(addresses.map(({ raw }) => (raw as AddressSource).parent));
  return new Set(addresses.filter(({ raw }) => !parents.has(formatKey((raw as AddressSource).parent))));
}

function mapRecord(record: SourceRecord, settings: CustomerSettings): Mapped<PartnerPayload> | PlanFailure {
  const { key, raw, origin } = record;
  switch (key.entity) {
    case 'guest':
      return mapGuest(key, raw as GuestSource, settings, origin);
    case 'address':
      return mapAddress(key, raw as AddressSource, origin);
    default: {
      const unreadable = unreadableReason(raw);
      if (unreadable !== undefined) {
        return failureOf(key, 'unreadable', unreadable);
      }
      const parsed = WooCustomer.safeParse(raw);
      return parsed.success
        ? mapCustomer(key, parsed.data, settings)
        : failureOf(
            key,
            'invalid-record',
            `WooCommerce sent a customer that cannot be read: ${describeProblem(parsed.error)}`,
          );
    }
  }
}

function failureOf(key: RecordKey, reason: string, message: string): PlanFailure {
  return { key, businessKey: `customer ${key.id}`, reason, message, quarantine: false };
}

async function viewPartners(
  context: RunContext,
  mapped: readonly Mapped<PartnerPayload>[],
  links: ReadonlyMap<string, Link>,
): Promise<Map<number, Readonly<Record<string, string>>>> {
  const changed = mapped.flatMap((item) => {
    const link = links.get(formatKey(item.key));
    return link !== undefined && needsView(item, link) ? [{ item, odooId: link.odooId }] : [];
  });
  if (changed.length === 0) {
    return new Map();
  }
  const places = await loadPlaces(context);
  const rows = await context.odoo.read(
    PARTNER_MODEL,
    changed.map(({ odooId }) => odooId),
    VIEW_FIELDS,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    changed.flatMap(({ item, odooId }) => {
      const row = byId.get(odooId);
      if (row === undefined) {
        return [];
      }
      const view = viewOf(row, item, places);
      const isNew = links.get(formatKey(item.key))?.hash === '';
      return [[odooId, isNew ? withSoftFields(view, item) : view] as const];
    }),
  );
}

function viewOf(row: OdooRow, mapped: Mapped, places: Places): Record<string, string> {
  const country = places.countryCode(idOf(row['country_id']));
  const stateId = idOf(row['state_id']);
  const wanted = mapped.fields['state'] ?? '';
  const sameState = stateId !== undefined && places.stateId(country, wanted) === stateId;
  return {
    name: textOf(row['name']),
    company: textOf(row['company_name']),
    email: textOf(row['email']),
    phone: textOf(row['phone']),
    street: textOf(row['street']),
    street2: textOf(row['street2']),
    zip: textOf(row['zip']),
    city: textOf(row['city']),
    country,
    state: stateId === undefined ? '' : sameState ? wanted : `${country}-${places.stateCode(stateId)}`,
    vat: textOf(row['vat']),
  };
}

/**
 * The record of a create whose answer was lost: a soft field that is empty was
 * refused or unknown to Odoo, not emptied by a person.
 */
function withSoftFields(
  view: Readonly<Record<string, string>>,
  { fields }: Mapped,
): Readonly<Record<string, string>> {
  const refused = SOFT_FIELDS.filter((name) => view[name] === '');
  return { ...view, ...Object.fromEntries(refused.map((name) => [name, fields[name] ?? ''])) };
}

/** The addresses of customers' own profiles. */
function profileAddresses(
  context: RunContext,
  records: readonly SourceRecord[],
): { flow: string; records: SourceRecord[] }[] {
  const addresses = records.flatMap((record): SourceRecord[] => {
    if (record.key.entity !== 'customer') {
      return [];
    }
    const parsed = WooCustomer.safeParse(record.raw);
    if (!parsed.success) {
      return [];
    }
    const { billing, shipping } = parsed.data;
    const { invoice, delivery } = addressRecords(context.store, record.key, billing, shipping, record.key);
    return [invoice, delivery].filter((address) => address !== undefined);
  });
  return addresses.length === 0 ? [] : [{ flow: 'customers', records: addresses }];
}
