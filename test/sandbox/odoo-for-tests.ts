/** A sandbox Odoo and the plainest possible callers for its protocols: no client code of ours in between. */
import type { CatalogueItem } from '../../src/sandbox/catalogue';
import type { OdooServer, OdooServerOptions } from '../../src/sandbox/odoo-server';
import { createOdooServer } from '../../src/sandbox/odoo-server';
import { marked } from '../support/secrets';

export const DATABASE = 'odoo-test';
export const ADMIN = {
  login: 'admin',
  password: marked('admin-pw'),
  apiKey: marked('admin-key'),
  rights: 'admin',
} as const;
export const SALES = {
  login: 'sync',
  password: marked('sync-pw'),
  apiKey: marked('sync-key'),
  rights: 'sales',
} as const;
export const ADMIN_UID = 2;
export const SALES_UID = 3;

const ITEM = { parentName: null, option: null, taxClass: 'standard', inOdoo: true, inWoo: true } as const;
export const CATALOGUE: readonly CatalogueItem[] = [
  { ...ITEM, sku: 'MUG', name: 'Mug', listPriceExclTax: '45.00', wooStock: 10, odooStock: 10 },
  { ...ITEM, sku: 'CAP', name: 'Cap', listPriceExclTax: '60.00', wooStock: 0, odooStock: 0 },
  {
    ...ITEM,
    sku: 'TEE-S',
    name: 'Tee - S',
    parentName: 'Tee',
    option: 'S',
    listPriceExclTax: '20.00',
    wooStock: 3,
    odooStock: 3,
  },
  {
    ...ITEM,
    sku: 'TEE-L',
    name: 'Tee - L',
    parentName: 'Tee',
    option: 'L',
    listPriceExclTax: '23.00',
    wooStock: 4,
    odooStock: 4,
  },
];

const running: OdooServer[] = [];

export interface Sandbox {
  readonly server: OdooServer;
  readonly url: string;
}

export async function startOdoo(options: Partial<OdooServerOptions> = {}): Promise<Sandbox> {
  const server = createOdooServer({
    database: DATABASE,
    users: [ADMIN, SALES],
    catalogue: CATALOGUE,
    ...options,
  });
  running.push(server);
  return { server, url: (await server.listen()).url };
}

export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** The fields the tests look at, of whatever model. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly ref: string;
  readonly state: string;
  readonly street: string;
  readonly email_normalized: string | false;
  readonly write_date: string;
  readonly date_order: string;
  readonly amount_total: number;
  readonly price_unit: number;
  readonly lst_price: number;
  readonly product_uom_qty: number;
  readonly quantity: number;
  readonly qty_available: number;
  readonly free_qty: number;
  readonly order_line: number[];
  readonly tax_ids: number[];
  readonly picking_ids: number[];
  readonly currency_id: [number, string];
  readonly lot_stock_id: [number, string];
  readonly product_tmpl_id: [number, string];
  readonly xmlids: unknown[];
}

type Rpc<T> = (model: string, method: string, args?: unknown[], kwargs?: object) => Promise<T>;

/** A caller; its variants say what kind of answer is expected. */
export type Call = Rpc<unknown> & {
  readonly rows: Rpc<Row[]>;
  readonly ids: Rpc<number[]>;
  readonly id: Rpc<number>;
};

export interface RpcError {
  readonly code: number;
  readonly data: { readonly name: string; readonly message: string };
}

/** JSON-RPC as one user; throws the error object of the answer. */
export function jsonRpc(url: string, uid = ADMIN_UID, secret: string = ADMIN.apiKey): Call {
  const call = async (
    model: string,
    method: string,
    args: unknown[] = [],
    kwargs: object = {},
  ): Promise<unknown> => {
    const params = {
      service: 'object',
      method: 'execute_kw',
      args: [DATABASE, uid, secret, model, method, args, kwargs],
    };
    const response = await fetch(`${url}/jsonrpc`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'call', params }),
    });
    const body = (await response.json()) as { result?: unknown; error?: RpcError };
    if (body.error !== undefined) {
      throw Object.assign(new Error(body.error.data.message), { fault: body.error });
    }
    return body.result;
  };
  return Object.assign(call, {
    rows: call as Rpc<Row[]>,
    ids: call as Rpc<number[]>,
    id: call as Rpc<number>,
  });
}

export interface Json2Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export async function json2(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Json2Answer> {
  const response = await fetch(`${url}/json/2/${path}`, {
    method: 'POST',
    headers: {
      Authorization: `bearer ${ADMIN.apiKey}`,
      'Content-Type': 'application/json',
      'X-Odoo-Database': DATABASE,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get('Content-Type') ?? '',
    text: await response.text(),
  };
}

/** The exception class and sentence of a refused call. */
export async function faultOf(attempt: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    const { fault } = error as { fault?: RpcError };
    if (fault !== undefined) {
      return { name: fault.data.name, message: fault.data.message };
    }
    throw error;
  }
  throw new Error('the call was not refused');
}

export async function productId(call: Call, sku: string): Promise<number> {
  const [id] = await call.ids('product.product', 'search', [[['default_code', '=', sku]]]);
  return id!;
}

/** A draft order of one line; returns the ids of the order and the line. */
export async function draftOrder(
  call: Call,
  line: object,
  order: object = {},
): Promise<{ order: number; line: number }> {
  const partner = await call.id('res.partner', 'create', [{ name: 'Buyer' }]);
  const lines = [[0, 0, line]];
  const id = await call.id('sale.order', 'create', [{ partner_id: partner, order_line: lines, ...order }]);
  const [row] = await call.rows('sale.order', 'read', [[id], ['order_line']]);
  return { order: id, line: row!.order_line[0]! };
}
