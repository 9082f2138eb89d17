/** What the Odoo adapter needs to be told. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, OdooProtocol } from '../core/ports';
import type { ObservedCall } from '../lib/call-meter';
import { Scrubber } from '../lib/scrubber';
import type { Secret } from '../lib/secret';

export interface OdooOptions {
  /** Address of the server, without a path: `https://erp.example.com`. */
  readonly url: string;
  readonly database: string;
  /** Login of the user; JSON-2 takes it from the API key and ignores this one. */
  readonly username: string;
  /** Used where there is no API key. */
  readonly password?: Secret | undefined;
  /** Replaces the password everywhere; JSON-2 takes nothing else. */
  readonly apiKey?: Secret | undefined;
  /** `auto`: JSON-2 with an API key from Odoo 19 on, else JSON-RPC, else XML-RPC. */
  readonly protocol: OdooProtocol | 'auto';
  /** Language of names and messages, for example `en_US`. */
  readonly language: string;
  /** Company every call works in; the user's own when undefined. */
  readonly companyId?: number | undefined;
  /** How long one answer may take; default 120 000. Well above 30 s: Odoo itself retries conflicts for 6-21 s. */
  readonly timeoutMs?: number | undefined;
  /** Records of one `load` or action at most; default 100. */
  readonly loadBatchSize?: number | undefined;
  /** Ids of one `read` at most; default 500. */
  readonly readChunkSize?: number | undefined;
  /** Requests at a time; default 2. */
  readonly concurrency?: number | undefined;
  /** Least time between the starts of two requests; default 0. For hosted servers that limit the rate. */
  readonly minIntervalMs?: number | undefined;
  /** Tries after the first one; default 4. */
  readonly retries?: number | undefined;
  readonly userAgent?: string | undefined;
  /** For tests: the clock. */
  readonly clock?: Clock | undefined;
  /** Aborted when the run was asked to stop: no wait for another try and no further try is begun, a request under way is let finish. */
  readonly signal?: AbortSignal | undefined;
  /** Asked right before each request that writes, tries and parts of a batch included; what it throws ends the call unsent. */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  /** Told of each request once it was answered or given up. */
  readonly onCall?: ((call: ObservedCall) => void) | undefined;
  /** For tests: waits between calls and tries; rejects when the signal is aborted. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** For tests: a number in [0, 1) that jitters the waits. */
  readonly random?: (() => number) | undefined;
}

/** The same with every default filled in. */
export interface OdooSettings {
  /** Without a trailing slash. */
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: Secret | undefined;
  readonly apiKey: Secret | undefined;
  readonly protocol: OdooProtocol | 'auto';
  readonly language: string;
  readonly companyId: number | undefined;
  readonly timeoutMs: number;
  readonly loadBatchSize: number;
  readonly readChunkSize: number;
  readonly concurrency: number;
  readonly minIntervalMs: number;
  readonly retries: number;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly beforeWrite: () => Promise<void>;
  readonly onCall: (call: ObservedCall) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random: () => number;
  /** A text of the server without the secrets above. */
  readonly scrub: (text: string) => string;
}

/** Fills in the defaults. */
export function fillOptions(options: OdooOptions): OdooSettings {
  const scrubber = new Scrubber();
  scrubber.add(...[options.apiKey, options.password].filter((secret) => secret !== undefined));
  return {
    url: options.url.replace(/\/+$/, ''),
    database: options.database,
    username: options.username,
    password: options.password,
    apiKey: options.apiKey,
    protocol: options.protocol,
    language: options.language,
    companyId: options.companyId,
    timeoutMs: options.timeoutMs ?? 120_000,
    loadBatchSize: options.loadBatchSize ?? 100,
    readChunkSize: options.readChunkSize ?? 500,
    concurrency: options.concurrency ?? 2,
    minIntervalMs: options.minIntervalMs ?? 0,
    retries: options.retries ?? 4,
    userAgent: options.userAgent ?? 'wcodoo',
    clock: options.clock ?? { now: () => new Date() },
    signal: options.signal,
    beforeWrite: options.beforeWrite ?? (() => Promise.resolve()),
    onCall: options.onCall ?? (() => undefined),
    sleep: options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal })),
    random: options.random ?? Math.random,
    scrub: scrubber.text,
  };
}
