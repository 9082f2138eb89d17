/** Calls of Odoo's methods with context and retries; what the rest of the adapter stands on. */
import type { OdooContext } from '../core/ports';
import type { OdooHttp } from './http';
import type { OdooSettings } from './options';
import type { Retrier } from './retry';
import { isReading, targetOf } from './transport';
import type { OdooCall, OdooTransport } from './transport';

/** A server that has been probed and logged in to. */
export interface OdooConnection {
  readonly http: OdooHttp;
  readonly transport: OdooTransport;
  readonly retry: Retrier;
  readonly settings: OdooSettings;
}

export interface CallOptions {
  /** Named arguments, without `context`. */
  readonly args?: Readonly<Record<string, unknown>>;
  readonly context?: OdooContext | undefined;
  /** See `Attempt.records`; for reading only. */
  readonly records?: number;
}

export interface OdooCalls {
  /** @throws OdooRefusal, OdooAccessError, OdooTrouble, TooLargeError, FirewallError, FatalError */
  call(
    model: string,
    method: string,
    ids: readonly number[] | undefined,
    options?: CallOptions,
  ): Promise<unknown>;
  /** The same, with a reader of the answer that may ask for another try by a TransientError. */
  callAndRead<T>(
    model: string,
    method: string,
    options: CallOptions,
    readAnswer: (answer: unknown) => T,
  ): Promise<T>;
  /** Makes a light call; what it throws says that the server as a whole does not answer. */
  ping(): Promise<void>;
}

export function createCalls({ transport, retry, settings }: OdooConnection): OdooCalls {
  const baseContext: OdooContext = {
    lang: settings.language,
    tz: 'UTC',
    ...(settings.companyId === undefined ? {} : { allowed_company_ids: [settings.companyId] }),
  };

  async function execute<T>(
    call: Pick<OdooCall, 'model' | 'method' | 'ids'>,
    { args = {}, context = {}, records }: CallOptions,
    readAnswer: (answer: unknown) => T,
  ): Promise<T> {
    const request: OdooCall = { ...call, args, context: { ...baseContext, ...context } };
    return retry(async () => readAnswer(await transport.execute(request)), {
      target: targetOf(request),
      writing: !isReading(call.method),
      records,
    });
  }

  return {
    call: (model, method, ids, options = {}) => execute({ model, method, ids }, options, (answer) => answer),
    callAndRead: (model, method, options, readAnswer) =>
      execute({ model, method, ids: undefined }, options, readAnswer),
    ping: async () => {
      await execute({ model: 'res.users', method: 'context_get', ids: undefined }, {}, () => undefined);
    },
  };
}
