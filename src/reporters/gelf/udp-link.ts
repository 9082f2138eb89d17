import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { GelfAddress } from '../../lib/gelf-address';
import { codeOf, MAX_WAITING_BYTES, TOO_SLOW, type GelfLink, type GelfOutcome } from './gelf-link';
import { splitDatagrams } from './split-datagrams';

const ID_LENGTH = 8;

/**
 * GELF over UDP. The socket is connected, so that a machine which refuses the
 * port is noticed; a datagram that gets lost on its way is not.
 */
export class UdpLink implements GelfLink {
  readonly #address: GelfAddress;
  #socket: Socket | undefined;
  #isConnected = false;
  #isOver = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #underway = 0;
  #sent = 0;
  #lost = 0;
  #trouble: string | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(address: GelfAddress) {
    this.#address = address;
  }

  send(message: Buffer): void {
    if (this.#isOver || this.#waitingBytes + message.length > MAX_WAITING_BYTES) {
      this.#lose(1, TOO_SLOW);
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (this.#isConnected) {
      this.#flush();
    } else if (this.#waiting.length === 1) {
      void this.#connect();
    }
  }

  async close(atMostMs: number): Promise<GelfOutcome> {
    if (this.#waiting.length + this.#underway > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isOver = true;
    this.#lose(this.#waiting.length + this.#underway, 'no answer in time');
    this.#waiting = [];
    this.#closeSocket();
    return { sent: this.#sent, lost: this.#lost, trouble: this.#trouble };
  }

  async #connect(): Promise<void> {
    try {
      const { address, family } = await lookup(this.#address.host);
      if (this.#isOver) {
        return;
      }
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      this.#socket = socket;
      // Also where an earlier datagram was refused: told apart from none, and no more.
      socket.on('error', (error) => {
        if (this.#isConnected) {
          this.#trouble ??= codeOf(error);
        } else {
          this.#giveUp(error);
        }
      });
      // Not as the callback of `connect`, which is called with an error too: where there is no way to the network.
      socket.once('connect', () => {
        if (!this.#isOver) {
          this.#isConnected = true;
          this.#flush();
        }
      });
      socket.connect(this.#address.port, address);
    } catch (error) {
      this.#giveUp(error as Error);
    }
  }

  #giveUp(error: Error): void {
    this.#isOver = true;
    this.#lose(this.#waiting.length, codeOf(error));
    this.#waiting = [];
    this.#closeSocket();
    this.#whenIdle?.();
  }

  /** Left open, it would keep the program from ending. */
  #closeSocket(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #flush(): void {
    for (const message of this.#waiting.splice(0)) {
      const datagrams = splitDatagrams(message, randomBytes(ID_LENGTH));
      if (datagrams === undefined) {
        this.#waitingBytes -= message.length;
        this.#lose(1, 'a line was too long');
        continue;
      }
      this.#underway += 1;
      this.#sendAll(datagrams, (error) => {
        this.#underway -= 1;
        this.#waitingBytes -= message.length;
        if (error === undefined) {
          this.#sent += 1;
        } else {
          this.#lose(1, codeOf(error));
        }
        if (this.#underway === 0) {
          this.#whenIdle?.();
        }
      });
    }
  }

  #sendAll(datagrams: readonly Buffer[], done: (error: Error | undefined) => void): void {
    let open = datagrams.length;
    let failure: Error | undefined;
    for (const datagram of datagrams) {
      this.#socket?.send(datagram, (error) => {
        failure ??= error ?? undefined;
        open -= 1;
        if (open === 0) {
          done(failure);
        }
      });
    }
  }

  #lose(count: number, trouble: string): void {
    if (count > 0) {
      this.#lost += count;
      this.#trouble ??= trouble;
    }
  }
}
