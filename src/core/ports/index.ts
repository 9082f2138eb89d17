/**
 * What the core needs from the world outside the process. Adapters implement
 * these interfaces; core and entities know nothing else of them.
 */
export type * from './alerts';
export type * from './audit';
export type * from './clock';
export type * from './history';
export type * from './limits';
export type * from './odoo';
export type * from './overview';
export type * from './purge';
export type * from './state';
export type * from './woo';
