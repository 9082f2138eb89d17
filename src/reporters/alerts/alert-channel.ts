import type { AlertMessage } from './alert-message';

/** A way to reach people. */
export interface AlertChannel {
  /** `mail` or `webhook`; what was told is remembered under it. */
  readonly name: string;
  /** For people: `e-mail to a***@s***.example`, `webhook (slack)`. */
  readonly title: string;
  /**
   * Sends a message, within a bound.
   * @throws DeliveryError when it did not arrive
   */
  send(message: AlertMessage): Promise<void>;
}
