/** The quantity a shop shows. Pure. */
import { Money } from '../../lib/money';
import type { StockSettings } from './settings';

export interface StockFacts {
  /** Quantity in Odoo, as chosen by the settings. */
  readonly odooQuantity: number;
  /** Units the shop has sold and Odoo has not reserved. */
  readonly held: number;
}

/** Odoo's quantity less what the shop has sold already and the buffer, as whole units, never under the floor. */
export function computeQuantity(
  facts: StockFacts,
  settings: Pick<StockSettings, 'buffer' | 'rounding' | 'floor'>,
): number {
  const left = new Money(facts.odooQuantity).toDecimalPlaces(6).minus(facts.held).minus(settings.buffer);
  const whole = settings.rounding === 'down' ? left.floor() : left.round();
  return Math.max(whole.toNumber(), settings.floor);
}
