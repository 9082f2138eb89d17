import { RetryableError } from '../core/errors';
import type { WooRow } from '../core/ports';
import { isObject, isRecordId } from './errors';

/** True for an object with the id of a stored record. */
export function isRow(value: unknown): value is WooRow {
  return isObject(value) && isRecordId(value['id']);
}

/**
 * The rows of a collection. Nothing is passed over: one entry without an id
 * makes the whole answer malformed.
 * @param name for the message, for example `orders`
 * @throws RetryableError when the body is no list of rows
 */
export function readRows(body: unknown, name: string): readonly WooRow[] {
  if (!Array.isArray(body)) {
    throw new RetryableError(`The answer of WooCommerce is malformed: ${name} is not a list`);
  }
  const rows: readonly unknown[] = body;
  if (!rows.every(isRow)) {
    throw new RetryableError(`The answer of WooCommerce is malformed: an entry of ${name} has no id`);
  }
  return rows;
}
