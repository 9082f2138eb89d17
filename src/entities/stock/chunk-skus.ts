/** SKUs of one request. */
const SKUS_PER_REQUEST = 100;
/** Of an address: servers refuse one of 8,000 bytes, and the signature needs some of them. */
const BYTES_PER_REQUEST = 6000;

/**
 * SKUs in pieces that one address can hold. One with a comma cannot be asked
 * for; one that fills an address alone is no SKU (WooCommerce looks them up in
 * a column of 100 characters), and asking for it would end the whole flow.
 */
export function chunkSkus(skus: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let piece: string[] = [];
  let bytes = 0;
  for (const sku of skus) {
    const size = encodedSize(sku);
    if (sku.includes(',') || size > BYTES_PER_REQUEST) {
      continue;
    }
    if (piece.length >= SKUS_PER_REQUEST || bytes + size > BYTES_PER_REQUEST) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(sku);
    bytes += size;
  }
  return piece.length === 0 ? pieces : [...pieces, piece];
}

/** Bytes that a SKU may take in an address: `%C3` for each byte beyond plain letters, and `%2C` between two. */
function encodedSize(sku: string): number {
  const plain = sku.match(/[\w.~-]/g)?.length ?? 0;
  return plain + 3 * (Buffer.byteLength(sku) - plain) + 3;
}
