/** Makes personal data of an audit row unreadable while a person who knows the customer still recognises it. */
import { parseKey } from '../core/keys';
import type { AuditRow, FieldChange } from '../core/ports';

/** Entities whose records are people: every field of them is personal unless listed below. */
const PERSON_ENTITIES: ReadonlySet<string> = new Set(['customer', 'guest', 'address']);
const IMPERSONAL_FIELDS: ReadonlySet<string> = new Set([
  'active',
  'country',
  'is_company',
  'lang',
  'odooId',
  'parent',
  'pricelist',
  'state',
  'type',
]);

/** Bounded before the `@`: else a long text without one takes the square of its length. */
const EMAIL = /[^\s@<>()[\]",;:]{1,254}@[^\s@<>()[\]"',;:=|.]+(?:\.[^\s@<>()[\]"',;:=|.]+)*/gu;
const EMAIL_FIELD = /e-?mail/i;
const PHONE_FIELD = /phone|mobile|fax/i;
const NAME_FIELD =
  /^(first|last|display|contact|customer|partner|company|billing|shipping)?[_.]?(name|company|customer|partner)$/i;
const OTHER_PERSONAL_FIELD =
  /street|address|city|zip|postcode|vat|tax_?number|birth|note|comment|user_?name|\bip\b/i;

/** What `customer 12` and `guest 7` look like: the key of a person without name or e-mail address. */
const ANONYMOUS = /^\w+ \d+$/;

/** Shorter values would be found inside of other words. */
const LEAST_LENGTH_IN_MESSAGE = 3;

/** What of an audit row may be personal. */
type MaskedFields = Pick<AuditRow, 'entity' | 'businessKey' | 'changes' | 'message'>;

/** True for an entity whose records are people. */
export function isPerson(entity: string): boolean {
  return PERSON_ENTITIES.has(entity);
}

/**
 * The row with e-mail addresses, phone numbers, names and addresses masked in
 * its key and changes. In its message, which may be a sentence of the other
 * system, e-mail addresses and whatever was masked elsewhere in the row.
 */
export function maskPersonalData<T extends MaskedFields>(row: T): T {
  const ofPerson = isPerson(row.entity);
  const businessKey = ofPerson ? maskPersonKey(row.businessKey) : maskEmails(row.businessKey);
  const changes = row.changes.map((change) => maskChange(change, ofPerson));
  const masked = new Map([
    [row.businessKey, businessKey],
    ...row.changes.flatMap(({ before, after }, index): [string, string][] => [
      [before, changes[index]?.before ?? ''],
      [after, changes[index]?.after ?? ''],
    ]),
  ]);
  return { ...row, businessKey, message: maskEmails(maskKnown(row.message, masked)), changes };
}

/** The longest value first: a name may hold another one. */
function maskKnown(text: string, masked: ReadonlyMap<string, string>): string {
  return [...masked]
    .filter(([value, shown]) => value !== shown && value.length >= LEAST_LENGTH_IN_MESSAGE)
    .sort(([left], [right]) => right.length - left.length)
    .reduce((result, [value, shown]) => result.replaceAll(value, () => shown), text);
}

/** `jean@example.fr` becomes `j***@e***.fr`. */
export function maskEmails(text: string): string {
  if (!text.includes('@')) {
    return text;
  }
  return text.replace(EMAIL, (email) => {
    const [local = '', domain = ''] = email.split('@');
    const end = domain.includes('.') ? domain.slice(domain.lastIndexOf('.')) : '';
    return `${firstOf(local)}***@${firstOf(domain)}***${end}`;
  });
}

/** Of `Jean Dupont <jean@example.fr>` only the address is left, masked; of anything else nothing. */
function maskEmailField(text: string): string {
  const emails = text.match(EMAIL) ?? [];
  return text === '' || emails.length > 0 ? emails.map(maskEmails).join(', ') : '***';
}

/** `Jean-Luc Dupont, Paris` becomes `J. D., P.`. */
export function maskName(text: string): string {
  return text.replace(/[^\s,]+/gu, (word) => `${firstOf(word)}.`);
}

/** `+33 6 12 34 56 78` becomes `***78`. */
export function maskPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  return text === '' ? '' : `***${digits.length > 4 ? digits.slice(-2) : ''}`;
}

function maskPersonKey(text: string): string {
  if (text.includes('@')) {
    return maskEmails(text);
  }
  return ANONYMOUS.test(text) || parseKey(text) !== undefined ? text : maskName(text);
}

function maskChange({ field, before, after }: FieldChange, ofPerson: boolean): FieldChange {
  const mask = maskOf(field, ofPerson);
  return { field, before: mask(before), after: mask(after) };
}

function maskOf(field: string, ofPerson: boolean): (text: string) => string {
  if (EMAIL_FIELD.test(field)) {
    return maskEmailField;
  }
  if (PHONE_FIELD.test(field)) {
    return maskPhone;
  }
  // The name of a product or of an order is nobody's.
  if (NAME_FIELD.test(field) && (ofPerson || field.toLowerCase() !== 'name')) {
    return maskPersonKey;
  }
  if (OTHER_PERSONAL_FIELD.test(field) || (ofPerson && !IMPERSONAL_FIELDS.has(field))) {
    return (text) => (text === '' ? '' : '***');
  }
  return maskEmails;
}

function firstOf(text: string): string {
  return Array.from(text)[0] ?? '';
}
