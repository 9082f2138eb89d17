/** What a request to WooCommerce or Odoo asks for, whatever protocol it came over. */
import { isReading } from '../../src/odoo/transport';

export type Side = 'woo' | 'odoo';

export interface CallSubject {
  readonly side: Side;
  /** `sale.order.load`, or `POST products/batch`; never a query, which carries a signature. */
  readonly target: string;
  /** True when it may change something on that side. */
  readonly isWriting: boolean;
}

export interface RawCall {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly body: string;
}

/** Reads a request. One of Odoo's that names no model (a login, a version) counts as reading. */
export function describeCall(side: Side, call: RawCall): CallSubject {
  const path = call.url.split('?')[0] ?? '';
  if (side === 'woo') {
    return {
      side,
      target: `${call.method} ${path.replace(/^.*\/wc\/v3\//, '')}`,
      isWriting: call.method !== 'GET',
    };
  }
  const [model, method] = modelAndMethod(path, call.body);
  return model === undefined || method === undefined
    ? { side, target: `${call.method} ${path}`, isWriting: false }
    : { side, target: `${model}.${method}`, isWriting: !isReading(method) };
}

function modelAndMethod(path: string, body: string): readonly (string | undefined)[] {
  if (path.startsWith('/json/2/')) {
    return path.slice('/json/2/'.length).split('/').map(decodeURIComponent);
  }
  // Both name them as the fourth and fifth argument of `execute_kw`.
  return (path === '/jsonrpc' ? jsonArguments(body) : xmlArguments(body)).slice(3, 5);
}

function jsonArguments(body: string): (string | undefined)[] {
  const { params } = JSON.parse(body) as { params: { service: string; args: unknown[] } };
  return params.service === 'object'
    ? params.args.map((value) => (typeof value === 'string' ? value : undefined))
    : [];
}

function xmlArguments(body: string): string[] {
  const found = body.matchAll(/<param>\s*<value>\s*<(?:string|int)>([^<]*)</g);
  return body.includes('execute_kw') ? [...found].map(([, text]) => text ?? '') : [];
}
