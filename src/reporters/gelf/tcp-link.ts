import { connect, type Socket } from 'node:net';
import type { GelfAddress } from '../../lib/gelf-address';
import { codeOf, MAX_WAITING_BYTES, TOO_SLOW, type GelfLink, type GelfOutcome } from './gelf-link';

/** Ends each message; therefore nothing is compressed. */
const END_OF_MESSAGE = Buffer.from([0]);
const CONNECT_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** While the run ends: a connection that just broke is worth one more. */
const LAST_ATTEMPTS = 2;

/**
 * GELF over TCP, each message ended by a null byte. What could not be handed to
 * the system when a connection broke goes over the next one.
 */
export class TcpLink implements GelfLink {
  readonly #address: GelfAddress;
  #socket: Socket | undefined;
  #isConnected = false;
  #pause: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #waiting: Buffer[] = [];
  /** Written to the socket, and not yet taken by the system. */
  #underway: Buffer[] = [];
  #heldBytes = 0;
  #sent = 0;
  #lost = 0;
  #trouble: string | undefined;
  #attemptsLeft = Infinity;
  #whenOver: (() => void) | undefined;

  constructor(address: GelfAddress) {
    this.#address = address;
  }

  send(message: Buffer): void {
    if (this.#heldBytes + message.length > MAX_WAITING_BYTES) {
      this.#lost += 1;
      this.#trouble ??= TOO_SLOW;
      return;
    }
    this.#waiting.push(message);
    this.#heldBytes += message.length;
    this.#goOn();
  }

  async close(atMostMs: number): Promise<GelfOutcome> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, atMostMs);
      this.#whenOver = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#attemptsLeft = LAST_ATTEMPTS;
      this.#cutPauseShort();
      this.#goOn();
    });
    this.#attemptsLeft = 0;
    const left = this.#waiting.length + this.#underway.length;
    if (left > 0) {
      this.#lost += left;
      this.#trouble ??= 'no answer in time';
      this.#socket?.destroy();
    }
    return { sent: this.#sent, lost: this.#lost, trouble: this.#trouble };
  }

  #goOn(): void {
    if (this.#waiting.length + this.#underway.length === 0) {
      this.#endIfAsked();
      return;
    }
    if (this.#socket === undefined) {
      this.#connectIfAllowed();
      return;
    }
    while (this.#isConnected && !this.#socket.writableNeedDrain) {
      const message = this.#waiting.shift();
      if (message === undefined) {
        return;
      }
      this.#underway.push(message);
      this.#socket.write(Buffer.concat([message, END_OF_MESSAGE]), (error) => {
        if (error === null || error === undefined) {
          this.#underway.shift();
          this.#heldBytes -= message.length;
          this.#sent += 1;
          this.#pauseMs = FIRST_PAUSE_MS;
          this.#goOn();
        }
      });
    }
  }

  #connectIfAllowed(): void {
    if (this.#pause !== undefined) {
      return;
    }
    if (this.#attemptsLeft <= 0) {
      this.#whenOver?.();
      return;
    }
    this.#attemptsLeft -= 1;
    const { host, port } = this.#address;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    const slow = setTimeout(() => {
      socket.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' }));
    }, CONNECT_TIMEOUT_MS);
    slow.unref();
    socket.on('connect', () => {
      clearTimeout(slow);
      this.#isConnected = true;
      this.#goOn();
    });
    socket.on('drain', () => {
      this.#goOn();
    });
    socket.on('error', (error) => {
      this.#trouble ??= codeOf(error);
    });
    socket.on('close', () => {
      clearTimeout(slow);
      this.#takeBack();
    });
    // Nothing is expected from there; unread, it would keep the end of the connection from being seen.
    socket.resume();
  }

  /** After the end of a connection: what it did not take waits for the next one. */
  #takeBack(): void {
    this.#socket = undefined;
    this.#isConnected = false;
    this.#waiting = [...this.#underway, ...this.#waiting];
    this.#underway = [];
    if (this.#whenOver === undefined) {
      this.#pause = setTimeout(() => {
        this.#pause = undefined;
        this.#goOn();
      }, this.#pauseMs);
      this.#pause.unref();
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      return;
    }
    this.#goOn();
  }

  #cutPauseShort(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** Everything is handed over: the other side may take its time to read it. */
  #endIfAsked(): void {
    if (this.#whenOver === undefined) {
      return;
    }
    this.#socket?.end();
    this.#socket?.unref();
    this.#whenOver();
  }
}
