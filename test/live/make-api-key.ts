/**
 * Makes an API key for a user as the browser does: through a web session.
 * Observed: Odoo 19 refuses `make_key` over RPC ("This method can only be
 * accessed over HTTP"), and without a key there is no JSON-2; through a web
 * session both 14 and 19 make one, once the password was confirmed.
 */
import { z } from 'zod';
import type { LiveServer } from './live-servers';

const ANSWER = z.object({
  result: z.unknown(),
  error: z.object({ data: z.object({ message: z.string() }) }).optional(),
});
const IDENTITY_CHECK = z.object({ res_model: z.literal('res.users.identitycheck'), res_id: z.number() });
const KEY_READY = z.object({ context: z.object({ default_key: z.string() }) });

/** @returns the key, or undefined where this server does not let the user make one */
export async function makeApiKey(
  server: LiveServer,
  login: string,
  password: string,
): Promise<string | undefined> {
  let cookie = '';

  async function post(path: string, params: unknown): Promise<unknown> {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', params }),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    const answer = ANSWER.parse(await response.json());
    if (answer.error !== undefined) {
      throw new Error(answer.error.data.message);
    }
    return answer.result;
  }
  const call = (
    model: string,
    method: string,
    args: readonly unknown[],
    context: Readonly<Record<string, string>> = {},
  ): Promise<unknown> =>
    post(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: { context } });

  try {
    await post('/web/session/authenticate', { db: server.database, login, password });
    const fields = (await call('res.users.apikeys.description', 'fields_get', [[], ['type']])) as object;
    const description = await call('res.users.apikeys.description', 'create', [
      // A day is enough; from 18 on a key must have an end.
      { name: 'wcodoo live', ...('duration' in fields ? { duration: '1' } : {}) },
    ]);
    const asked = IDENTITY_CHECK.parse(
      await call('res.users.apikeys.description', 'make_key', [[description]]),
    );
    const checkFields = (await call('res.users.identitycheck', 'fields_get', [[], ['type']])) as object;
    if ('password' in checkFields) {
      // Before the password travelled in the context it was a field.
      await call('res.users.identitycheck', 'write', [[asked.res_id], { password }]);
    }
    const ready = await call('res.users.identitycheck', 'run_check', [[asked.res_id]], { password });
    return KEY_READY.parse(ready).context.default_key;
  } catch (error) {
    process.stderr.write(`no API key for ${login} through ${server.url}: ${String(error)}\n`);
    return undefined;
  }
}
