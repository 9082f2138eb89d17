/** What the failure of a call says about the server: it is out, it answered, or nothing. */
export type Diagnosis = 'out' | 'answered' | 'unknown';

export interface CircuitOptions {
  readonly now: () => Date;
  /** The error for a call that is not made; `waitMs` until the next one may be. */
  readonly refuse: (failures: number, waitMs: number) => Error;
}

/** Calls in a row that must fail before the server counts as out. */
const MAX_FAILURES = 3;
const COOL_DOWN_MS = 60_000;

/**
 * Keeps calls away from a server that is out, so that whatever still wants to
 * call it ends at once. After three calls in a row that found the server out,
 * nothing is sent for a minute; then one call is let through, and its end
 * decides. A call is one with all its tries, not one try; a refusal counts as
 * an answer.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #failures = 0;
  /** Until then nothing is sent. Undefined while the server counts as up. */
  #restsUntilMs: number | undefined;
  #isProbing = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  /**
   * @param diagnose what a failure of this call says of the server
   * @throws what `refuse` makes, at once, while the server counts as out; what `call` throws else
   */
  async run<T>(call: () => Promise<T>, diagnose: (error: unknown) => Diagnosis): Promise<T> {
    const isProbe = this.#enter();
    try {
      const result = await call();
      this.#recover();
      return result;
    } catch (error) {
      this.#learn(diagnose(error));
      throw error;
    } finally {
      if (isProbe) {
        this.#isProbing = false;
      }
    }
  }

  /** True for the one call that finds out whether the server is back. */
  #enter(): boolean {
    if (this.#restsUntilMs === undefined) {
      return false;
    }
    const waitMs = this.#restsUntilMs - this.#options.now().getTime();
    if (waitMs > 0 || this.#isProbing) {
      throw this.#options.refuse(this.#failures, Math.max(waitMs, 0));
    }
    this.#isProbing = true;
    return true;
  }

  #learn(diagnosis: Diagnosis): void {
    if (diagnosis === 'answered') {
      this.#recover();
    } else if (diagnosis === 'out') {
      this.#failures += 1;
      if (this.#failures >= MAX_FAILURES) {
        this.#restsUntilMs = this.#options.now().getTime() + COOL_DOWN_MS;
      }
    }
  }

  #recover(): void {
    this.#failures = 0;
    this.#restsUntilMs = undefined;
  }
}
