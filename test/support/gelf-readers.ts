/** Readers of GELF on loopback, as Graylog is one: they put together what the program sends. */
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type GelfMessage = Readonly<Record<string, string | number>>;

export interface GelfReader {
  readonly port: number;
  /** Whole messages so far, in the order in which they came. */
  readonly messages: GelfMessage[];
  /** Lengths of the datagrams that came. */
  readonly lengths: number[];
  /** Resolves once there are so many messages. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

interface Inbox extends Pick<GelfReader, 'messages' | 'until'> {
  readonly take: (text: string) => void;
}

function createInbox(): Inbox {
  const messages: GelfMessage[] = [];
  const waiting = new Set<() => void>();
  return {
    messages,
    take(text) {
      messages.push(JSON.parse(text) as GelfMessage);
      waiting.forEach((look) => {
        look();
      });
    },
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (messages.length >= count) {
            waiting.delete(look);
            resolve();
          }
        };
        waiting.add(look);
        look();
      }),
  };
}

const HEADER_LENGTH = 12;

/** Reads datagrams: plain, compressed, and in chunks that may come in any order. */
export async function readGelfOverUdp(): Promise<GelfReader> {
  const inbox = createInbox();
  const lengths: number[] = [];
  const chunks = new Map<string, Map<number, Buffer>>();
  const socket = createSocket('udp4');

  function takeWhole(message: Buffer): void {
    const isCompressed = message[0] === 0x1f && message[1] === 0x8b;
    inbox.take((isCompressed ? gunzipSync(message) : message).toString('utf8'));
  }

  socket.on('message', (datagram) => {
    lengths.push(datagram.length);
    if (datagram[0] !== 0x1e || datagram[1] !== 0x0f) {
      takeWhole(datagram);
      return;
    }
    const id = datagram.toString('hex', 2, 10);
    const [index = 0, count = 0] = [datagram[10], datagram[11]];
    const parts = chunks.get(id) ?? new Map<number, Buffer>();
    chunks.set(id, parts.set(index, datagram.subarray(HEADER_LENGTH)));
    if (parts.size === count) {
      takeWhole(Buffer.concat(Array.from({ length: count }, (_, at) => parts.get(at) ?? Buffer.of())));
    }
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    messages: inbox.messages,
    lengths,
    until: inbox.until,
    close: () =>
      new Promise((resolve) => {
        socket.close(resolve);
      }),
  };
}

/**
 * Reads messages that end with a null byte.
 * @param onConnection may do something else with a connection, which is then not read (true)
 */
export async function readGelfOverTcp(
  onConnection: (socket: Socket, number: number) => boolean = () => false,
): Promise<GelfReader> {
  const inbox = createInbox();
  const open = new Set<Socket>();
  let number = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    number += 1;
    if (onConnection(socket, number)) {
      return;
    }
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() ?? '';
      parts.forEach(inbox.take);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    messages: inbox.messages,
    lengths: [],
    until: inbox.until,
    close: () =>
      new Promise((resolve) => {
        open.forEach((socket) => socket.destroy());
        server.close(() => {
          resolve();
        });
      }),
  };
}
