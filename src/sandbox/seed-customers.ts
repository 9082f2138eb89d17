/** The people of the embedded shop: accents, emoji, companies, several countries, gaps. */
import { pickFrom } from './random';
import type { Random } from './random';
import type { Address, MetaEntry, ShopCustomer } from './woo/shop-model';

/** An address with nothing in it, as WooCommerce shows one that was never given. */
export const EMPTY_ADDRESS: Address = {
  first_name: '',
  last_name: '',
  company: '',
  address_1: '',
  address_2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
  phone: '',
};

const FIRST_NAMES: readonly string[] = [
  'Zoé',
  'François',
  'Søren',
  'Łukasz',
  'Anaïs',
  'محمد',
  'O’Brien',
  'Marie-Ève',
  'Jürgen',
  'Ольга',
  '太郎',
  'Inès 🌻',
  'Chloé',
  'Noël',
];

const LAST_NAMES: readonly string[] = [
  'Lefèvre',
  'D’Angelo',
  'Saint-Exupéry',
  'Dupont & Fils',
  'Garçon',
  'Nguyễn',
  'Müller',
  'Van den Berghe',
  'Иванова',
  'Peña',
  'Smith',
  'Le Goff',
];

interface Place {
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly postcode: string;
  readonly street: string;
}

const FRANCE: readonly Place[] = [
  { country: 'FR', state: '', city: 'Saint-Étienne', postcode: '42000', street: 'rue de l’Église' },
  { country: 'FR', state: '', city: 'Paris', postcode: '75011', street: 'boulevard Voltaire' },
  { country: 'FR', state: '', city: 'Lyon', postcode: '69002', street: 'place Bellecour' },
  { country: 'FR', state: '', city: 'Besançon', postcode: '25000', street: 'Grande Rue' },
];

const ABROAD: readonly Place[] = [
  { country: 'BE', state: '', city: 'Liège', postcode: '4000', street: 'rue Léopold' },
  { country: 'DE', state: 'DE-BY', city: 'München', postcode: '80331', street: 'Kaufingerstraße' },
  { country: 'US', state: 'CA', city: 'San Francisco', postcode: '94103', street: 'Market Street' },
  { country: 'US', state: 'NY', city: 'New York', postcode: '10001', street: '5th Avenue' },
];

/** Builds the administrator (id 1) and `count` customers from id 2 on. */
export function seedCustomers(random: Random, count: number, now: number): ShopCustomer[] {
  const customers: ShopCustomer[] = [administrator(now)];
  for (let number = 1; number <= count; number += 1) {
    customers.push(customer(random, number, now));
  }
  return customers;
}

/** An address of a person somewhere: abroad one time in eleven. */
export function randomAddress(random: Random, firstName: string, lastName: string, email: string): Address {
  const place = random() < 0.09 ? pickFrom(random, ABROAD) : pickFrom(random, FRANCE);
  const number = 1 + Math.floor(random() * 180);
  return {
    first_name: firstName,
    last_name: lastName,
    company: '',
    address_1: `${number} ${place.street}`,
    address_2: random() < 0.1 ? 'Bâtiment B, 3ᵉ étage' : '',
    city: place.city,
    state: place.state,
    postcode: place.postcode,
    country: place.country,
    email,
    phone: random() < 0.9 ? `+33 6 ${String(Math.floor(random() * 1e8)).padStart(8, '0')}` : '',
  };
}

/** The shipping form of a billing address: WooCommerce keeps no e-mail address there. */
export function withoutEmail(address: Address): Address {
  const shipping: Record<string, string | undefined> = { ...address };
  delete shipping['email'];
  return { ...EMPTY_ADDRESS, ...shipping };
}

function administrator(now: number): ShopCustomer {
  return {
    id: 1,
    email: 'admin@shop.example',
    firstName: '',
    lastName: '',
    role: 'administrator',
    username: 'admin',
    billing: { ...EMPTY_ADDRESS, email: '' },
    shipping: EMPTY_ADDRESS,
    createdAt: now - 400 * 86_400,
    modifiedAt: null,
    meta: [],
  };
}

function customer(random: Random, number: number, now: number): ShopCustomer {
  const padded = String(number).padStart(3, '0');
  const email = `client${padded}@exemple.fr`;
  const firstName = pickFrom(random, FIRST_NAMES);
  const lastName = pickFrom(random, LAST_NAMES);
  const createdAt = now - Math.floor((130 + random() * 200) * 86_400);
  const base = { id: number + 1, email, firstName, lastName, role: 'customer', username: `client${padded}` };
  if (number % 17 === 0) {
    const blank = { ...EMPTY_ADDRESS, email: '' };
    return { ...base, billing: blank, shipping: EMPTY_ADDRESS, createdAt, modifiedAt: createdAt, meta: [] };
  }
  const billingEmail = number % 19 === 0 ? `Client${padded}@EXEMPLE.fr` : email;
  const home = randomAddress(random, firstName, lastName, billingEmail);
  const company = number % 6 === 0 ? `Société n°${number} ${number % 12 === 0 ? '& Cie' : 'SARL'}` : '';
  const billing = { ...home, company };
  const elsewhere = { ...billing, company: '', address_1: `${number} bis, avenue Foch`, city: 'Lyon' };
  const shipping = withoutEmail(number % 5 === 0 ? elsewhere : billing);
  return {
    ...base,
    billing,
    shipping: number % 4 === 0 ? EMPTY_ADDRESS : shipping,
    createdAt,
    modifiedAt: createdAt,
    meta: company === '' ? [] : [vatNumber(number, billing.country)],
  };
}

/** Plugins keep the VAT number under one of two names. */
function vatNumber(number: number, country: string): MetaEntry {
  const key = number % 18 === 0 ? 'billing_vat' : '_billing_vat';
  return { id: 100_000_000 + number, key, value: vatOf(number, country) };
}

function vatOf(number: number, country: string): string {
  if (country === 'BE') {
    const body = 40_000_000 + number;
    return `BE0${body}${String(97 - (body % 97)).padStart(2, '0')}`;
  }
  if (country === 'FR') {
    const siren = 404_833_000 + number;
    return `FR${String((12 + 3 * (siren % 97)) % 97).padStart(2, '0')}${siren}`;
  }
  return `${country}${100_000_000 + number}`;
}
