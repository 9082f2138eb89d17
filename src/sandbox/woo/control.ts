/** The control endpoint `/sandbox/*`: the shop handle over HTTP, for the demo, whose shop runs in another process. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { FaultPlan } from './faults';
import type { PoisonPlan } from './poison';
import { renderCustomer } from './render-customer';
import { renderOrder, renderRefund } from './render-order';
import { renderProduct } from './render-product';
import { asRecord, asText, RestError } from './rest';
import type { NewOrder } from './order-input';
import type { ShopHandle } from './shop-handle';

export interface ControlTarget {
  readonly handle: ShopHandle;
  /** Address below which the REST routes live. */
  readonly api: () => string;
  readonly stats: () => { readonly writes: number; readonly requests: number };
  readonly setFaults: (plan: FaultPlan | undefined) => void;
  readonly setPoison: (plan: PoisonPlan | undefined) => void;
}

type Fields = Readonly<Record<string, unknown>>;

/** Builds the routes; they answer only when asked with `X-Sandbox: 1`, which no web page of another origin can send. */
export function controlRouter({ handle, api, stats, setFaults, setPoison }: ControlTarget): Router {
  const router = Router();
  const { shop } = handle;

  router.use((request, response, next) => {
    if (request.get('X-Sandbox') === '1') {
      next();
      return;
    }
    response.status(403).json({ code: 'sandbox_forbidden', message: 'Send the header X-Sandbox: 1.' });
  });
  router.get('/stats', (_request, response) => {
    response.json({ ...stats(), orders: shop.orders.size, customers: shop.customers.size });
  });
  router.put('/faults', (request, response) => {
    const plan = fieldsOf(request);
    setFaults(plan['rate'] === undefined ? undefined : (plan as unknown as FaultPlan));
    response.json({});
  });
  router.put('/poison', (request, response) => {
    setPoison(fieldsOf(request));
    response.json({});
  });
  router.post('/orders', (request, response) => {
    const order = handle.addOrder(fieldsOf(request) as unknown as NewOrder);
    response.status(201).json(renderOrder(order, api()));
  });
  router.put('/orders/:id', (request, response) => {
    response.json(renderOrder(handle.editOrder(idOf(request), fieldsOf(request)), api()));
  });
  router.delete('/orders/:id', (request, response) => {
    if (request.query['force'] === '1') {
      handle.deleteOrder(idOf(request));
      response.json({});
      return;
    }
    response.json(renderOrder(handle.trashOrder(idOf(request)), api()));
  });
  router.post('/orders/:id/refunds', (request, response) => {
    const refund = handle.refundOrder(idOf(request), fieldsOf(request));
    const order = shop.orders.get(refund.orderId);
    response.status(201).json(order === undefined ? {} : renderRefund(refund, order, api(), true));
  });
  router.post('/customers', (request, response) => {
    response.status(201).json(renderCustomer(handle.addCustomer(fieldsOf(request)), api()));
  });
  router.put('/customers/:id', (request, response) => {
    response.json(renderCustomer(handle.editCustomer(idOf(request), fieldsOf(request)), api()));
  });
  router.delete('/customers/:id', (request, response) => {
    handle.deleteCustomer(idOf(request));
    response.json({});
  });
  router.get('/products/:sku', (request, response) => {
    const product = handle.product(request.params.sku);
    if (product === undefined) {
      throw new RestError(404, 'woocommerce_rest_product_invalid_id', 'No product has this SKU.');
    }
    response.json(renderProduct(product, shop, api()));
  });
  router.put('/products/:sku/stock', (request, response) => {
    const quantity = Number(asText(fieldsOf(request)['quantity']));
    response.json(renderProduct(handle.setStock(request.params.sku, quantity), shop, api()));
  });
  return router;
}

/** Answers what a control route threw; anything else than a refusal goes on to Express. */
export function sendControlError(error: unknown, response: Response): boolean {
  if (!(error instanceof RestError)) {
    return false;
  }
  response.status(error.status).json(error.body());
  return true;
}

function fieldsOf(request: Request): Fields {
  return asRecord(request.body as unknown) ?? {};
}

function idOf(request: Request): number {
  return Number(request.params['id']);
}
