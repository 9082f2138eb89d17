/** What every step of a run is handed: the ports, the clock, and what was asked for. */
import type { Emit } from './events';
import type { RecordKey } from './keys';
import type { Limits } from './limits';
import type { Clock, LimitName, OdooApi, State, WooApi } from './ports';
import type { CallStats } from '../lib/call-meter';

/** What the person asked this run to do. */
export interface RunRequest {
  /** Read records modified after this time (ISO, UTC) instead of after the watermark. */
  readonly since?: string | undefined;
  /** Leave records modified at or after this time (ISO, UTC) to a later run. */
  readonly until?: string | undefined;
  /** Read everything and compare it. */
  readonly full: boolean;
  /** At most this many records a flow. */
  readonly limit?: number | undefined;
  /**
   * Read these records and nothing else, whether they are owed or not: no flow is
   * swept and no checkpoint moves. Each must have a source of its own; one that
   * has not (a guest) comes with the record it comes from.
   */
  readonly only?: readonly RecordKey[] | undefined;
  /** Limits that a person lets pass, each with the run that it stopped. */
  readonly allowed?: Allowances | undefined;
}

/** The run that a limit stopped and whose plan a person allows, by the name of the limit. */
export type Allowances = Readonly<Partial<Record<LimitName, string>>>;

/** True for a run that was narrowed: it does not see everything that changed, so it moves no checkpoint. */
export function isNarrowed({ since, until, limit, only }: RunRequest): boolean {
  return [since, until, limit, only].some((value) => value !== undefined);
}

export interface RunContext {
  readonly runId: string;
  readonly store: string;
  readonly woo: WooApi;
  readonly odoo: OdooApi;
  readonly state: State;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly dryRun: boolean;
  readonly request: RunRequest;
  readonly limits: Limits;
  /** Fingerprint of the configuration; see `Debt.configHash`. */
  readonly configHash: string;
  /** Aborted when the run was asked to stop: finish the batch in flight, then end. */
  readonly signal: AbortSignal;
  /** A text of another system without the secrets of this one; for whatever is kept or told of a record. */
  readonly scrub: (text: string) => string;
  /** The calls of the run so far, by host. */
  readonly calls: () => readonly CallStats[];
  /** Look-ups that hold for the whole run, such as the list of countries. */
  readonly memory: RunMemory;
}

/** What is needed to read the shop alone, while Odoo is not there. */
export type ShopContext = Pick<RunContext, 'store' | 'woo' | 'memory'>;

/** Remembers the answer to a question for the length of a run. */
export class RunMemory {
  readonly #answers = new Map<string, unknown>();

  /** Answers from memory, else asks once; a failed question is asked again next time. */
  async recall<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(name) as Promise<T> | undefined;
    if (known !== undefined) {
      return known;
    }
    const asked = ask();
    this.#answers.set(name, asked);
    asked.catch(() => this.#answers.delete(name));
    return asked;
  }

  /** A mutable value that lives as long as the run. */
  keep<T>(name: string, create: () => T): T {
    if (!this.#answers.has(name)) {
      this.#answers.set(name, create());
    }
    return this.#answers.get(name) as T;
  }
}
