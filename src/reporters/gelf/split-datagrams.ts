import { gzipSync } from 'node:zlib';

/** What an Ethernet frame takes beyond the headers; a larger datagram would be cut up by the network, and lost with any part. */
export const MAX_DATAGRAM = 1420;
const MAGIC = Buffer.from([0x1e, 0x0f]);
export const HEADER_LENGTH = 12;
/** By the specification; a reader throws longer ones away. */
const MAX_CHUNKS = 128;

/**
 * A message of GELF as datagrams: as it is where it fits into one, else
 * compressed, and cut into numbered chunks where it has to be.
 * @param id eight bytes that no other message of the last seconds has
 * @returns undefined for a message of more than 128 chunks
 */
export function splitDatagrams(message: Buffer, id: Buffer): Buffer[] | undefined {
  // Most lines fit: to compress each of a hundred thousand decisions would take seconds.
  if (message.length <= MAX_DATAGRAM) {
    return [message];
  }
  const compressed = gzipSync(message);
  if (compressed.length <= MAX_DATAGRAM) {
    return [compressed];
  }
  const room = MAX_DATAGRAM - HEADER_LENGTH;
  const count = Math.ceil(compressed.length / room);
  if (count > MAX_CHUNKS) {
    return undefined;
  }
  return Array.from({ length: count }, (_, index) =>
    Buffer.concat([
      MAGIC,
      id,
      Buffer.from([index, count]),
      compressed.subarray(index * room, (index + 1) * room),
    ]),
  );
}
