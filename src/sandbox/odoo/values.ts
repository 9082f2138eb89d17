/** Values as rows hold them and as calls carry them. */

/** Parsed JSON or XML-RPC. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = Readonly<Record<string, Json | undefined>>;

/** One stored value: `false` is empty, a many2one is an id, a many2many a list of ids. */
export type Value = string | number | boolean | readonly number[];

/** A stored record. Rows are replaced, never changed in place. */
export interface Row {
  readonly id: number;
  readonly [field: string]: Value;
}

/** Values on their way into a row; one2many commands are still JSON. */
export type Values = Readonly<Record<string, Json | undefined>>;

const NO_IDS: readonly number[] = [];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The text of a value; empty for an empty value. */
export function textOf(value: Json | Value | undefined): string {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' ? String(value) : '';
}

/** The number of a value; 0 for an empty value. */
export function numberOf(value: Json | Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** The ids of an x2many value. */
export function idsOf(value: Json | Value | undefined): readonly number[] {
  return Array.isArray(value) ? (value as readonly number[]) : NO_IDS;
}

/** True for false, null, undefined, the empty string and the empty list. */
export function isEmpty(value: Json | Value | undefined): boolean {
  return (
    value === false ||
    value === null ||
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
export function formatDatetime(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** Rounds half away from zero, forgiving the binary representation, as Odoo's `float_round` does. */
export function roundHalfUp(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) {
    return 0;
  }
  const factor = 10 ** digits;
  const scaled = value * factor;
  const epsilon = 2 ** (Math.log2(Math.abs(scaled)) - 52);
  const rounded = Math.round(Math.abs(scaled) + epsilon) * Math.sign(scaled);
  const result = Math.abs(scaled) < 0.5 - epsilon ? 0 : rounded / factor;
  return result === 0 ? 0 : result;
}
