/**
 * Adapters that write only while the run lock is held. A process that was
 * suspended for minutes wakes up in the middle of a run that another one has
 * taken over: what it was about to send must not be sent.
 */
import type { OdooApi, RunLock, WooApi } from './ports';

type Lock = Pick<RunLock, 'assertHeld'>;

/** @throws LockHeldError from every method that writes, once the lock is lost */
export function fenceOdoo(odoo: OdooApi, lock: Lock): OdooApi {
  return {
    ...odoo,
    get requests() {
      return odoo.requests;
    },
    async call(...args) {
      await lock.assertHeld();
      return odoo.call(...args);
    },
    async load(...args) {
      await lock.assertHeld();
      return odoo.load(...args);
    },
    async write(...args) {
      await lock.assertHeld();
      return odoo.write(...args);
    },
    async act(...args) {
      await lock.assertHeld();
      return odoo.act(...args);
    },
  };
}

/** @throws LockHeldError from `batch`, once the lock is lost */
export function fenceWoo(woo: WooApi, lock: Lock): WooApi {
  return {
    ...woo,
    get requests() {
      return woo.requests;
    },
    async batch(...args) {
      await lock.assertHeld();
      return woo.batch(...args);
    },
  };
}
