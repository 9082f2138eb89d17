/** Compares the lines to be written with those Odoo has, by external id. */
import { hashOf } from '../../lib/hash';
import { Money, plainNumber, roundTo } from '../../lib/money';
import { partOf, type RecordKey } from '../../core/keys';
import type { LineView, OrderView } from './order-view';
import type { WriteLine } from './resolve-lines';

export interface LineDiff {
  /** Lines that Odoo lacks or holds otherwise. */
  readonly changed: readonly WriteLine[];
  /** Names of lines that stand on another product than Odoo has there. */
  readonly replaced: readonly string[];
  /** Lines the shop no longer has: set to quantity 0, since nothing is deleted. */
  readonly dropped: readonly WriteLine[];
  /** True when somebody put a line of goods beside ours. */
  readonly hasForeign: boolean;
  /** True when Odoo has just these lines, whoever wrote them and whatever they are called. */
  readonly sameContent: boolean;
  /** The lines to be written; one whose product is gone from the shop keeps the product it has in Odoo. */
  readonly lines: readonly WriteLine[];
}

/** External ids by line id, as `get_metadata` gives them. */
export type LineNames = ReadonlyMap<number, readonly string[]>;

export function compareLines(
  key: RecordKey,
  wanted: readonly WriteLine[],
  view: OrderView,
  names: LineNames,
): LineDiff {
  const present = new Map(
    view.lines.flatMap((line) => {
      const part = (names.get(line.id) ?? [])
        .map((name) => partOf(key, name))
        .find((name) => name !== undefined);
      return part === undefined ? [] : [[part, line] as const];
    }),
  );
  const lines = wanted.map((line) => {
    const isGone = line.source.kind === 'product' && line.source.product === null;
    const productId = isGone ? present.get(line.part)?.productId : undefined;
    return productId === undefined ? line : { ...line, productId };
  });
  const parts = new Set(lines.map(({ part }) => part));
  const ours = new Set([...present.values()].map(({ id }) => id));
  return {
    lines,
    hasForeign: view.lines.some((line) => line.quantity !== '0' && !ours.has(line.id)),
    sameContent: hashOf(sortedContent(lines)) === hashOf(sortedContent(view.lines)),
    changed: lines.filter((line) => !isEqual(line, present.get(line.part))),
    replaced: lines
      .filter((line) => (present.get(line.part)?.productId ?? line.productId) !== line.productId)
      .map(({ name }) => name),
    dropped: [...present]
      .filter(([part, line]) => !parts.has(part) && line.quantity !== '0')
      .map(([part, line]) => droppedLine(part, line)),
  };
}

/** What counts of lines, those of no quantity left out; order and names do not matter. */
function sortedContent(
  lines: readonly Pick<WriteLine | LineView, 'productId' | 'quantity' | 'unitPrice' | 'taxIds'>[],
): string[] {
  return lines
    .filter(({ quantity }) => quantity !== '0')
    .map(({ productId, quantity, unitPrice, taxIds }) =>
      JSON.stringify([
        productId ?? null,
        quantity,
        plainNumber(roundTo(new Money(unitPrice), 6)),
        [...taxIds].sort((left, right) => left - right),
      ]),
    )
    .sort();
}

function isEqual(line: WriteLine, present: LineView | undefined): boolean {
  return (
    present !== undefined &&
    present.productId === line.productId &&
    present.quantity === line.quantity &&
    present.unitPrice === plainNumber(roundTo(new Money(line.unitPrice), 6)) &&
    // No discount in percent is ever written: the shop's prices have theirs in them.
    present.discount === '0' &&
    foldSpace(present.name) === foldSpace(line.name) &&
    hashOf(present.taxIds) === hashOf([...line.taxIds].sort((left, right) => left - right))
  );
}

function foldSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Sent whole: a quantity alone would make Odoo compute the price anew. */
function droppedLine(part: string, { name, productId, unitPrice, taxIds }: LineView): WriteLine {
  return {
    part,
    source: {
      part,
      kind: 'product',
      product: null,
      sku: '',
      name,
      quantity: '0',
      net: '0',
      tax: '0',
      taxes: [],
    },
    name,
    quantity: '0',
    unitPrice,
    taxIds,
    productId,
  };
}
