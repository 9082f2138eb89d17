/** How people name records on the command line. */
import { formatKey, parseKey, type RecordKey } from './keys';

/** The key of a text such as `order/1234` or `shop/order/1234`; undefined when it is none of this store. */
export function parseRecordName(store: string, text: string): RecordKey | undefined {
  const key = parseKey(text) ?? parseKey(`${store}/${text}`);
  return key?.store === store ? key : undefined;
}

/** True where a text names a record: by its key, with the store or without, or by its business key, with `#` or without. */
export function isNamed(
  { key, businessKey }: { readonly key: RecordKey; readonly businessKey: string },
  text: string,
): boolean {
  const named = parseRecordName(key.store, text);
  return (
    businessKey === text ||
    businessKey === `#${text}` ||
    (named !== undefined && formatKey(named) === formatKey(key))
  );
}
