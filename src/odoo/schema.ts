/**
 * Readers for values as Odoo sends them. An empty value is `false` (observed on
 * 14 and 19, on every protocol); a many2one is `[id, name]`.
 */

/** Text of a char, text, date or selection field; empty text for `false`. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Number of an integer, float or monetary field; 0 for anything else, infinity included. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Id of a many2one, or undefined when it is empty. */
export function idOf(value: unknown): number | undefined {
  const id: unknown = Array.isArray(value) ? value[0] : value;
  return isId(id) ? id : undefined;
}

/** Ids of a one2many or many2many. */
export function idsOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter(isId) : [];
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** A time as Odoo stores it: `YYYY-MM-DD HH:MM:SS`, UTC. */
export function odooTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads `YYYY-MM-DD HH:MM:SS` as UTC. */
export function parseOdooTime(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}Z`);
}
