/** The registry: every entity, one line each. */
import type { Entity } from '../core/entity';
import { customers } from './customers';
import { orders } from './orders';
import { products } from './products';
import { stock } from './stock';

export const entities: readonly Entity[] = [customers, products, orders, stock];
