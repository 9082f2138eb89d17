/** Where a reader of GELF listens. */
export interface GelfAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

/** The port that Graylog proposes for its GELF inputs. */
const DEFAULT_PORT = 12_201;

/** Reads `udp://graylog.example:12201`; undefined for what is no such address. */
export function parseGelfAddress(text: string): GelfAddress | undefined {
  const [, protocol, six, other, port] =
    /^(udp|tcp):\/\/(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const host = six ?? other;
  const number = Number(port ?? DEFAULT_PORT);
  if (protocol === undefined || host === undefined || number < 1 || number > 65_535) {
    return undefined;
  }
  return { protocol: protocol.toLowerCase() === 'tcp' ? 'tcp' : 'udp', host, port: number };
}

/** The address as a person writes it. */
export function formatGelfAddress({ protocol, host, port }: GelfAddress): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
