/** Orders, from WooCommerce to sale orders in Odoo. */
import { defineEntity, defineFlow } from '../../core/entity';
import { feedOrders } from './feed-orders';
import { holdsOf } from './holds';
import { ORDER_MODEL } from './map-order';
import type { OrderPayload } from './order-payload';
import { planOrders } from './plan-orders';
import { FINAL_STEPS, orderPages } from './prepare-orders';
import { readOrders } from './read-orders';
import { OrderSettings } from './settings';
import { orderSteps } from './steps';
import { loadCutoff } from './surroundings';
import { orderVerifier } from './verify-orders';
import { writeOrders } from './write-orders';

export const orders = defineEntity({
  name: 'orders',
  settings: OrderSettings,
  missingSettings: ({ from }) =>
    from === undefined
      ? [
          'orders.from is not set: name the first order to bring over, a date such as 2026-01-31 or an order number such as "#1234"',
        ]
      : [],
  verifier: orderVerifier,
  wooToOdoo: (settings, shared) => {
    const pages = orderPages(settings);
    return defineFlow<OrderPayload>({
      name: 'orders',
      direction: 'wooToOdoo',
      dependsOn: ['customers'],
      entities: ['order'],
      finalSteps: FINAL_STEPS,
      resumeStep: 'created',
      givenUpStep: 'left',
      externalIdDomain: (store) => [['origin', '=like', `woo:${store}:%`]],
      odooModel: () => ORDER_MODEL,
      wooCollection: () => 'orders',
      read: (context, request) => readOrders(context, request, settings),
      before: async (context, records) =>
        feedOrders(context, (await pages.prepare(context, records)).orders, settings),
      plan: async (context, records) =>
        planOrders(context, await pages.prepare(context, records), settings, shared),
      write: writeOrders,
      steps: orderSteps,
      settle: async (context, records) => holdsOf(context, records, await loadCutoff(context, settings)),
    });
  },
});
