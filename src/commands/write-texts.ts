import type { Writable } from 'node:stream';

/** Small texts are gathered to pieces of this many characters: a write costs more than what it carries. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Writes texts to a stream, no faster than it takes them, and leaves it open.
 * @returns false when nobody reads the stream any more (`| head`); the texts behind are not asked for then
 * @throws Error of the texts, and of the stream where it is another than a closed pipe
 */
export async function writeTexts(stream: Writable, texts: AsyncIterable<string>): Promise<boolean> {
  const listener = new Listener(stream);
  try {
    let piece = '';
    for await (const text of texts) {
      piece += text;
      if (piece.length >= PIECE_LENGTH) {
        if (!(await listener.write(piece))) {
          return false;
        }
        piece = '';
      }
    }
    return await listener.write(piece);
  } finally {
    listener.stop();
  }
}

/** Hears of a stream's failure whenever it comes, also between two writes. */
class Listener {
  #isClosed: boolean;
  #error: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(private readonly stream: Writable) {
    this.#isClosed = stream.destroyed;
    stream.on('error', this.#onError).on('close', this.#onClose).on('drain', this.#onDrain);
  }

  async write(text: string): Promise<boolean> {
    if (this.#isOpen() && text !== '' && !this.stream.write(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (!this.#isOpen() || !this.stream.writableNeedDrain) {
          resolve();
        }
      });
    }
    return this.#isOpen();
  }

  stop(): void {
    this.stream.off('error', this.#onError).off('close', this.#onClose).off('drain', this.#onDrain);
  }

  #isOpen(): boolean {
    if (this.#error !== undefined) {
      throw this.#error;
    }
    return !this.#isClosed;
  }

  readonly #onDrain = (): void => {
    this.#wake();
  };

  readonly #onClose = (): void => {
    this.#isClosed = true;
    this.#wake();
  };

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    this.#isClosed = true;
    if (error.code !== 'EPIPE') {
      this.#error = error;
    }
    this.#wake();
  };
}
