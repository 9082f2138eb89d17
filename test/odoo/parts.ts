/** Parts of writes as the adapter makes them, for a server that always answers a ping. */
import { BatchSize } from '../../src/lib/batch-size';
import { WriteParts } from '../../src/odoo/write-parts';

export function partsOf(
  size: number | BatchSize,
  ping: () => Promise<void> = () => Promise.resolve(),
): WriteParts {
  return new WriteParts({
    size: typeof size === 'number' ? new BatchSize(size) : size,
    ping,
    written: { isSeen: false },
  });
}
