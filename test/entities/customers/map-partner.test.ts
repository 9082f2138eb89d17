import fc from 'fast-check';
import { recordKey } from '../../../src/core/keys';
import {
  addressRecords,
  emailKey,
  mapAddress,
  mapCustomer,
  mapGuest,
  type AddressSource,
} from '../../../src/entities/customers/map-partner';
import { CustomerSettings } from '../../../src/entities/customers/settings';
import { sendable } from '../../../src/lib/clean-text';
import { WooAddress, WooCustomer } from '../../../src/woo/schema';

const SETTINGS = CustomerSettings.parse({ languages: { FR: 'fr_FR' }, language: 'en_US' });
const KEY = recordKey('shop', 'customer', 7);

const PARIS = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  address_1: '1 rue de la Paix',
  city: 'Paris',
  postcode: '75002',
  country: 'fr',
};

function address(values: Record<string, unknown> = {}): WooAddress {
  return WooAddress.parse({ ...PARIS, ...values });
}

function customer(values: Record<string, unknown> = {}): ReturnType<typeof mapCustomer> {
  const raw = {
    id: 7,
    email: 'Ada@Exemple.fr',
    first_name: 'A',
    last_name: 'L',
    username: 'ada',
    billing: PARIS,
    shipping: {},
    ...values,
  };
  return mapCustomer(KEY, WooCustomer.parse(raw), SETTINGS);
}

test.each([
  [{}, 'Ada Lovelace'],
  [{ billing: {} }, 'A L'],
  [{ billing: { company: 'Bols &amp; Cie' }, first_name: '', last_name: '' }, 'Bols & Cie'],
  [{ billing: {}, first_name: '', last_name: '' }, 'Ada@Exemple.fr'],
  [{ billing: {}, first_name: '', last_name: '', email: '' }, 'ada'],
  [{ billing: {}, first_name: '', last_name: '', email: '', username: '' }, 'Customer 7'],
])('%j is named %s', (values, name) => {
  expect(customer(values).fields['name']).toBe(name);
});

test('the e-mail address keeps its letters, and matches without regard to them', () => {
  const mapped = customer();
  expect(mapped.fields['email']).toBe('Ada@Exemple.fr');
  expect(mapped.payload.matchEmail).toBe('ada@exemple.fr');
  expect(mapped.matchKey).toBe(emailKey(' ADA@exemple.FR '));
  expect(customer({ email: '' }).matchKey).toBeNull();
});

test('the country is its code, and chooses the language', () => {
  expect(customer().fields['country']).toBe('FR');
  expect(customer().payload.lang).toBe('fr_FR');
  expect(customer({ billing: { ...PARIS, country: 'BE' } }).payload.lang).toBe('en_US');
});

test.each([
  [[{ key: '_billing_vat', value: 'fr 12.345-678 901' }], 'FR12345678901'],
  [
    [
      { key: 'billing_vat', value: 'BE0' },
      { key: '_billing_vat', value: '' },
    ],
    'BE0',
  ],
  [[{ key: '_billing_vat', value: 12 }], ''],
  [[{ key: 'something', value: 'FR1' }], ''],
])('the VAT number of %j is %p', (meta, vat) => {
  expect(customer({ meta_data: meta }).fields['vat']).toBe(vat);
});

test('what a guest made is never updated from a later order of that guest', () => {
  const mapped = mapGuest(
    recordKey('shop', 'guest', 'ab'),
    { email: 'a@b.fr', billing: address() },
    SETTINGS,
    undefined,
  );
  expect(mapped).toMatchObject({ updates: false, fields: { name: 'Ada Lovelace', vat: '' } });
});

describe('the addresses of an order', () => {
  const records = (billing: object, shipping: object): ReturnType<typeof addressRecords> =>
    addressRecords('shop', KEY, WooAddress.parse(billing), WooAddress.parse(shipping));

  test('an equal delivery address, its e-mail and telephone aside, is left out', () => {
    expect(records({ ...PARIS, email: 'a@b.fr', phone: '1' }, PARIS).delivery).toBeUndefined();
    expect(records(PARIS, {}).delivery).toBeUndefined();
    expect(records(PARIS, { first_name: 'Ada' }).delivery).toBeUndefined();
    expect(records({ first_name: 'Ada' }, {}).invoice).toBeUndefined();
  });

  test.each(['first_name', 'company', 'address_2', 'postcode', 'city', 'state', 'country'])(
    'another %s is a delivery address of its own',
    (field) => {
      expect(records(PARIS, { ...PARIS, [field]: 'Autre' }).delivery).toBeDefined();
    },
  );

  test('an address is known by what it says: equal content has one key, other content another', () => {
    const field = fc.constantFrom(
      'first_name',
      'last_name',
      'company',
      'address_1',
      'address_2',
      'city',
      'postcode',
      'phone',
      'state',
    );
    fc.assert(
      fc.property(field, fc.stringMatching(/^[a-z]{1,8}$/), (name, value) => {
        const first = records(PARIS, {}).invoice?.key;
        expect(records({ ...PARIS, email: value }, {}).invoice?.key).toEqual(first);
        expect(records({ ...PARIS, [name]: value }, {}).invoice?.key).not.toEqual(first);
      }),
    );
  });

  test('it waits for its partner and carries neither e-mail nor VAT number', () => {
    const record = records({ ...PARIS, company: 'Bols', email: 'a@b.fr' }, {}).invoice;
    const mapped = mapAddress(record!.key, record!.raw as AddressSource, undefined);
    expect(mapped.requires).toEqual([KEY]);
    expect(mapped.fields).toMatchObject({ name: 'Bols, Ada Lovelace', city: 'Paris' });
    expect(Object.keys(mapped.fields)).not.toEqual(expect.arrayContaining(['email', 'vat']));
    expect(mapped.payload.matchEmail).toBe('');
  });
});

test('whatever text a shop has, the mapped fields are what Odoo will hold: they are compared with it later', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const person = fc.record({ first_name: text, last_name: text, company: text, city: text, email: text });
  fc.assert(
    fc.property(person, text, (billing, vat) => {
      const meta = [{ key: 'vat_number', value: vat }];
      const { fields } = customer({ email: billing.email, billing, meta_data: meta });
      const guest = mapGuest(KEY, { email: billing.email, billing: address(billing) }, SETTINGS, undefined);
      for (const value of [...Object.values(fields), ...Object.values(guest.fields)]) {
        expect(value).toBe(sendable(value));
      }
    }),
  );
});
