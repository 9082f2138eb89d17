/** Records on which the shop crashes on purpose, as when a plugin fails on one of them. */
import { asRecord, listOf, RestError } from './rest';
import type { RestQuery } from './rest';

export interface PoisonPlan {
  /** Ids of records that cannot be shown: a request for more than their id answers 500. */
  readonly orders?: readonly number[];
  readonly customers?: readonly number[];
  /** Products and variations. */
  readonly products?: readonly number[];
  /** Products and variations that cannot be saved: a request that saves one answers 500, those before it in a batch are saved. */
  readonly saves?: readonly number[];
}

/** PHP stopped in the middle of the request; what was saved by then stays saved. */
export class PhpCrash extends Error {
  /** Observed with `Accept: application/json`; whether a plugin's crash always looks so is not known. */
  answer(): RestError {
    return new RestError(
      500,
      'internal_server_error',
      '<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>',
      { status: 500 },
    );
  }
}

export class Poison {
  #plan: PoisonPlan = {};

  set(plan: PoisonPlan | undefined): void {
    this.#plan = plan ?? {};
  }

  /**
   * Lets PHP crash where an answer shows one of the records. Modelled on what
   * was seen of `_fields`: fields that are not asked for are not computed.
   * @param path of the route, `/wc/v3/orders/:id`
   * @throws PhpCrash
   */
  checkShown(path: string, query: RestQuery, body: unknown): void {
    const ids = this.#idsOf(path);
    const fields = listOf(query, '_fields');
    if (ids.length === 0 || (fields.length === 1 && fields[0] === 'id')) {
      return;
    }
    const rows: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (rows.some((row) => ids.includes(Number(asRecord(row)?.['id'])))) {
      throw new PhpCrash();
    }
  }

  /** @throws PhpCrash when this product or variation cannot be saved */
  checkSaved(id: number): void {
    if (this.#plan.saves?.includes(id) === true) {
      throw new PhpCrash();
    }
  }

  #idsOf(path: string): readonly number[] {
    const { orders = [], customers = [], products = [] } = this.#plan;
    const [, , , collection] = path.split('/');
    const lists: Readonly<Record<string, readonly number[]>> = {
      orders,
      customers,
      products,
      variations: products,
    };
    return lists[collection ?? ''] ?? [];
  }
}
