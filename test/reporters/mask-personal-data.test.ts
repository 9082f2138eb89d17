import fc from 'fast-check';
import { maskEmails, maskName, maskPersonalData, maskPhone } from '../../src/reporters/mask-personal-data';
import { rowOf } from './samples';

test.each([
  ['jean@example.fr', 'j***@e***.fr'],
  ['Jean.Dupont+shop@mail.example.co.uk', 'J***@m***.uk'],
  ['root@localhost', 'r***@l***'],
  ['élise@exemple.fr', 'é***@e***.fr'],
  ['sent to <a@b.fr>, (c@d.com); ok', 'sent to <a***@b***.fr>, (c***@d***.com); ok'],
  ["Write to o'brien@x.ie.", 'Write to o***@x***.ie.'],
  ['no address here', 'no address here'],
])('the e-mail addresses of a text are masked: %#', (text, masked) => {
  expect(maskEmails(text)).toBe(masked);
});

test('a long text without an address is passed over in time', () => {
  expect(maskEmails('a'.repeat(1_000_000))).toHaveLength(1_000_000);
  expect(maskEmails(`${'a'.repeat(1_000_000)}@b.fr`).endsWith('***@b***.fr')).toBe(true);
});

test('names become initials, phone numbers their last two digits', () => {
  expect(maskName('Jean-Luc Dupont, Paris')).toBe('J. D., P.');
  expect(maskName('')).toBe('');
  expect(maskPhone('+33 6 12 34 56 78')).toBe('***78');
  expect(maskPhone('12')).toBe('***');
  expect(maskPhone('')).toBe('');
});

test.each([
  ['customer', 'jean@example.fr', 'j***@e***.fr'],
  ['customer', 'Jean Dupont', 'J. D.'],
  ['customer', 'customer 12', 'customer 12'],
  ['guest', 'shop/guest/0a1b', 'shop/guest/0a1b'],
  ['address', 'Jean Dupont, Paris', 'J. D., P.'],
  ['order', '#329', '#329'],
  ['product', 'BLUE-SHIRT-XL', 'BLUE-SHIRT-XL'],
  ['product', 'Blue shirt', 'Blue shirt'],
])('the key of a %s is masked where it names a person: %#', (entity, businessKey, masked) => {
  expect(maskPersonalData(rowOf({ entity, businessKey })).businessKey).toBe(masked);
});

test.each([
  ['customer', 'name', 'Jean Dupont', 'J. D.'],
  ['customer', 'email', 'jean@example.fr', 'j***@e***.fr'],
  ['customer', 'email', 'Jean Dupont <jean@example.fr>', 'j***@e***.fr'],
  ['customer', 'email', 'jean at example.fr', '***'],
  ['customer', 'email', '', ''],
  ['customer', 'phone', '0612345678', '***78'],
  ['customer', 'street', '1 rue de la Paix', '***'],
  ['customer', 'street', '', ''],
  ['customer', 'country', 'FR', 'FR'],
  ['customer', 'lang', 'fr_FR', 'fr_FR'],
  ['customer', 'anything_new', 'who knows', '***'],
  ['order', 'amount_total', '12.00', '12.00'],
  ['order', 'name', 'S00042', 'S00042'],
  ['order', 'customer_name', 'Jean Dupont', 'J. D.'],
  ['order', 'customer_note', 'ring twice', '***'],
  ['order', 'anything', 'paid by jean@example.fr', 'paid by j***@e***.fr'],
  ['order', 'customer', 'shop/customer/12', 'shop/customer/12'],
  ['product', 'name', 'Blue shirt', 'Blue shirt'],
])('of a %s the field %s is masked where it is personal: %#', (entity, field, value, masked) => {
  const row = maskPersonalData(rowOf({ entity, changes: [{ field, before: '', after: value }] }));
  expect(row.changes).toEqual([{ field, before: '', after: masked }]);
});

test('what a sentence of Odoo repeats of the person is masked as it is elsewhere in the row', () => {
  const row = rowOf({
    entity: 'customer',
    businessKey: 'Jean Dupont',
    changes: [
      { field: 'name', before: '', after: 'Jean Dupont' },
      { field: 'vat', before: 'FR83404833048', after: 'FR83404833049' },
      { field: 'street', before: '', after: '1 rue de la Paix' },
      { field: 'country', before: '', after: 'FR' },
      { field: 'state', before: '', after: 'FR' },
      { field: 'zip', before: '', after: '75' },
    ],
    message:
      'The VAT number [FR83404833049] for partner [Jean Dupont] of FR, 1 rue de la Paix, does not seem valid (75)',
  });
  expect(maskPersonalData(row).message).toBe(
    'The VAT number [***] for partner [J. D.] of FR, ***, does not seem valid (75)',
  );
});

test('e-mail addresses in messages are masked, the rest of the row is untouched', () => {
  const row = rowOf({ message: 'jean@example.fr is used twice' });
  expect(maskPersonalData(row)).toEqual({ ...row, message: 'j***@e***.fr is used twice' });
});

test('no e-mail address survives in any text around it', () => {
  fc.assert(
    fc.property(fc.emailAddress(), fc.string(), fc.string(), (email, before, after) => {
      const row = rowOf({ entity: 'order', message: `${before} ${email} ${after}` });
      expect(maskPersonalData(row).message).not.toContain(email);
    }),
  );
});
