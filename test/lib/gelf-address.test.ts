import { formatGelfAddress, parseGelfAddress } from '../../src/lib/gelf-address';

test.each([
  ['udp://graylog.example:12201', { protocol: 'udp', host: 'graylog.example', port: 12_201 }],
  ['tcp://10.0.0.7', { protocol: 'tcp', host: '10.0.0.7', port: 12_201 }],
  ['TCP://[fd00::7]:514/', { protocol: 'tcp', host: 'fd00::7', port: 514 }],
])('%s is an address', (text, address) => {
  expect(parseGelfAddress(text)).toEqual(address);
});

test.each([
  '',
  'graylog.example:12201',
  'http://graylog.example',
  'udp://user:word@graylog.example',
  'udp://h:0',
  'udp://h:70000',
  'udp://h/path',
])('%s is none', (text) => {
  expect(parseGelfAddress(text)).toBeUndefined();
});

test('an address is written as it was read', () => {
  for (const text of ['udp://graylog.example:12201', 'tcp://[fd00::7]:514']) {
    expect(formatGelfAddress(parseGelfAddress(text)!)).toBe(text);
  }
});
