import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { HEADER_LENGTH, MAX_DATAGRAM, splitDatagrams } from '../../../src/reporters/gelf/split-datagrams';

const ID = Buffer.from('01020304aabbccdd', 'hex');

test('a short message is sent as it is, a longer one compressed', () => {
  const short = Buffer.from('{"version":"1.1"}');
  expect(splitDatagrams(short, ID)).toEqual([short]);
  const long = Buffer.alloc(20_000, 'x');
  const [datagram, ...more] = splitDatagrams(long, ID) ?? [];
  expect(more).toEqual([]);
  expect(gunzipSync(datagram ?? Buffer.of())).toEqual(long);
});

test('what does not fit even so goes in numbered chunks with one id', () => {
  const message = randomBytes(5_000);
  const datagrams = splitDatagrams(message, ID) ?? [];
  expect(datagrams.map((datagram) => datagram.toString('hex', 0, HEADER_LENGTH))).toEqual(
    ['00', '01', '02', '03'].map((index) => `1e0f01020304aabbccdd${index}04`),
  );
  expect(Math.max(...datagrams.map(({ length }) => length))).toBe(MAX_DATAGRAM);
  const whole = Buffer.concat(datagrams.map((datagram) => datagram.subarray(HEADER_LENGTH)));
  expect(gunzipSync(whole)).toEqual(message);
});

test('a message of more than 128 chunks is not sent', () => {
  const room = MAX_DATAGRAM - HEADER_LENGTH;
  expect(splitDatagrams(randomBytes(127 * room), ID)).toHaveLength(128);
  expect(splitDatagrams(randomBytes(129 * room), ID)).toBeUndefined();
});
