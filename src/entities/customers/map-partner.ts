/** Pure mapping from WooCommerce customers, guests and addresses to the fields of an Odoo partner. */
import { hashOf } from '../../lib/hash';
import { cleanText, sendable } from '../../lib/clean-text';
import type { SourceRecord } from '../../core/entity';
import { formatKey, recordKey, type RecordKey } from '../../core/keys';
import type { Mapped } from '../../core/plan';
import type { WooAddress, WooCustomer } from '../../woo/schema';
import type { CustomerSettings } from './settings';

export const PARTNER_MODEL = 'res.partner';

export type AddressType = 'invoice' | 'delivery';

/** What a partner is, beside its fields. */
export interface PartnerPayload {
  /** The partner an address belongs to. */
  readonly parent?: RecordKey | undefined;
  readonly type: 'contact' | AddressType;
  /** ISO code of the country, which a state is looked up in. */
  readonly country: string;
  /** Language proposed when the partner is created; empty lets Odoo decide. */
  readonly lang: string;
  /** Lower-case e-mail to match by; empty where matching by e-mail makes no sense. */
  readonly matchEmail: string;
}

export interface GuestSource {
  readonly email: string;
  readonly billing: WooAddress;
}

export interface AddressSource {
  readonly parent: RecordKey;
  readonly type: AddressType;
  readonly address: WooAddress;
}

/** Fields of a partner that Odoo may refuse without the record being lost for it. */
export const SOFT_FIELDS = ['vat', 'lang', 'state'] as const;

/** An e-mail address as Odoo's `email_normalized` stores it: lower case, trimmed. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** An e-mail address as it is written to Odoo: one line. */
function plainEmail(email: string): string {
  return sendable(email).replace(/\s+/g, ' ').trim();
}

/** The key that records with the same e-mail address share. */
export function emailKey(email: string): string | null {
  const normalized = normalizeEmail(email);
  return normalized === '' ? null : hashOf(normalized, 24);
}

export function mapCustomer(
  key: RecordKey,
  customer: WooCustomer,
  settings: CustomerSettings,
): Mapped<PartnerPayload> {
  const { billing } = customer;
  const person = personName(billing) || personName(customer);
  const company = cleanText(billing.company);
  const email = plainEmail(customer.email) || plainEmail(billing.email);
  return {
    key,
    businessKey: email || person || `customer ${customer.id}`,
    odooModel: PARTNER_MODEL,
    fields: {
      name: person || company || email || cleanText(customer.username) || `Customer ${customer.id}`,
      company,
      email,
      ...addressFields(billing),
      vat: vatOf(customer, settings),
    },
    payload: {
      type: 'contact',
      country: countryOf(billing),
      lang: languageOf(billing, settings),
      matchEmail: normalizeEmail(email),
    },
    requires: [],
    matchKey: emailKey(email),
  };
}

export function mapGuest(
  key: RecordKey,
  guest: GuestSource,
  settings: CustomerSettings,
  origin: RecordKey | undefined,
): Mapped<PartnerPayload> {
  const { billing } = guest;
  const company = cleanText(billing.company);
  const email = plainEmail(guest.email);
  return {
    key,
    businessKey: email || personName(billing) || formatKey(key),
    odooModel: PARTNER_MODEL,
    fields: {
      name: personName(billing) || company || email || 'Guest',
      company,
      email,
      ...addressFields(billing),
      vat: '',
    },
    payload: {
      type: 'contact',
      country: countryOf(billing),
      lang: languageOf(billing, settings),
      matchEmail: normalizeEmail(email),
    },
    requires: [],
    matchKey: emailKey(email),
    updates: false,
    origin,
  };
}

/** An address is keyed by its content, so that an old order keeps it when the customer moves. */
export function mapAddress(
  key: RecordKey,
  source: AddressSource,
  origin: RecordKey | undefined,
): Mapped<PartnerPayload> {
  const { address } = source;
  const company = cleanText(address.company);
  const person = personName(address);
  return {
    key,
    businessKey: [person || company, cleanText(address.city)].filter(Boolean).join(', '),
    odooModel: PARTNER_MODEL,
    fields: {
      name: [company, person].filter(Boolean).join(', ') || cleanText(address.city) || 'Address',
      ...addressFields(address),
    },
    payload: {
      parent: source.parent,
      type: source.type,
      country: countryOf(address),
      lang: '',
      matchEmail: '',
    },
    requires: [source.parent],
    matchKey: null,
    origin,
  };
}

/**
 * Addresses of an order or customer as source records. The delivery address is
 * left out when it is empty or equals the invoice address.
 */
export function addressRecords(
  store: string,
  parent: RecordKey,
  billing: WooAddress,
  shipping: WooAddress,
  origin?: RecordKey,
): { invoice: SourceRecord | undefined; delivery: SourceRecord | undefined } {
  const invoice = hasContent(billing)
    ? addressRecord(store, { parent, type: 'invoice', address: billing }, origin)
    : undefined;
  const separate = hasContent(shipping) && !sameAddress(billing, shipping);
  const delivery = separate
    ? addressRecord(store, { parent, type: 'delivery', address: shipping }, origin)
    : undefined;
  return { invoice, delivery };
}

function addressRecord(store: string, source: AddressSource, origin?: RecordKey): SourceRecord {
  const content = {
    ...addressFields(source.address),
    name: personName(source.address),
    company: cleanText(source.address.company),
  };
  const id = hashOf({ parent: formatKey(source.parent), type: source.type, content }, 20);
  return { key: recordKey(store, 'address', id), raw: source, ...(origin === undefined ? {} : { origin }) };
}

function personName(person: { first_name: string; last_name: string }): string {
  return cleanText(`${person.first_name} ${person.last_name}`);
}

function addressFields(address: WooAddress): Record<string, string> {
  return {
    phone: cleanText(address.phone),
    street: cleanText(address.address_1),
    street2: cleanText(address.address_2),
    zip: cleanText(address.postcode),
    city: cleanText(address.city),
    country: countryOf(address),
    state: stateOf(address),
  };
}

/** A state with its country, `US-CA`: the same code means another state elsewhere. */
function stateOf(address: WooAddress): string {
  const state = cleanText(address.state);
  return state === '' ? '' : `${countryOf(address)}-${state}`;
}

function countryOf(address: WooAddress): string {
  return address.country.trim().toUpperCase();
}

/** True when an address says where to go, not only who. */
function hasContent(address: WooAddress): boolean {
  return [address.address_1, address.address_2, address.city, address.postcode].some(
    (text) => text.trim() !== '',
  );
}

function sameAddress(billing: WooAddress, shipping: WooAddress): boolean {
  const left = { ...addressFields(billing), phone: '' };
  const right = { ...addressFields(shipping), phone: '' };
  return (
    hashOf(left) === hashOf(right) &&
    personName(billing) === personName(shipping) &&
    cleanText(billing.company) === cleanText(shipping.company)
  );
}

function vatOf(customer: WooCustomer, settings: CustomerSettings): string {
  for (const name of settings.vatMeta) {
    const value = customer.meta_data.find(({ key }) => key === name)?.value;
    if (typeof value === 'string' && value.trim() !== '') {
      return sendable(value)
        .replace(/[\s.-]/g, '')
        .toUpperCase();
    }
  }
  return '';
}

function languageOf(billing: WooAddress, settings: CustomerSettings): string {
  return settings.languages[countryOf(billing)] ?? settings.language ?? '';
}
