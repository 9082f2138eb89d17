/**
 * What differs between Odoo versions. The only place that compares version
 * numbers. The values of 14 and 19 were observed on real servers; those of 15
 * to 18 come from reading Odoo's sources and OpenUpgrade's field analyses.
 */
import { FatalError } from '../core/errors';
import type { OdooCapabilities } from '../core/ports';
import { NotOdooError } from './errors';
import type { ServerVersion } from './transport';

const OLDEST = 14;
/** The first version that speaks JSON-2. */
const JSON2_SINCE = 19;

/** Odoo 14, observed. */
const ODOO_14: OdooCapabilities = {
  lineTaxes: 'tax_id',
  lineUnit: 'product_uom',
  taxIncluded: 'price_include',
  roundsPriceUnit: true,
  htmlNotes: false,
  warehouseContext: 'warehouse',
  storable: { type: 'product' },
  storableDomain: [['type', '=', 'product']],
  pricelistRequired: true,
};

/** Odoo 15 and 16, from reading: notes became HTML, `detailed_type` came. */
const ODOO_15: OdooCapabilities = {
  ...ODOO_14,
  htmlNotes: true,
  storable: { detailed_type: 'product' },
  storableDomain: [['detailed_type', '=', 'product']],
};

/** Odoo 17, from reading: an order may do without a pricelist. */
const ODOO_17: OdooCapabilities = { ...ODOO_15, pricelistRequired: false };

/** Odoo 18, from reading: `is_storable`, `price_include_override`, the context key `warehouse_id`. */
const ODOO_18: OdooCapabilities = {
  ...ODOO_17,
  taxIncluded: 'price_include_override',
  warehouseContext: 'warehouse_id',
  storable: { type: 'consu', is_storable: true },
  storableDomain: [['is_storable', '=', true]],
};

/** Odoo 19, observed. */
const ODOO_19: OdooCapabilities = {
  ...ODOO_18,
  lineTaxes: 'tax_ids',
  lineUnit: 'product_uom_id',
  roundsPriceUnit: false,
};

const CAPABILITIES: ReadonlyMap<number, OdooCapabilities> = new Map([
  [14, ODOO_14],
  [15, ODOO_15],
  [16, ODOO_15],
  [17, ODOO_17],
  [18, ODOO_18],
  [19, ODOO_19],
]);

/**
 * What a version can do; one newer than the newest known is taken for that.
 * @throws FatalError for a version that is not supported
 */
export function capabilitiesOf(server: ServerVersion): OdooCapabilities {
  if (server.major < OLDEST) {
    throw new FatalError(`Odoo ${server.version} is not supported`, { hint: `Use Odoo ${OLDEST} or later.` });
  }
  return CAPABILITIES.get(server.major) ?? ODOO_19;
}

/** True where `/json/2` exists. */
export function speaksJson2(server: ServerVersion): boolean {
  return server.major >= JSON2_SINCE;
}

/** Reads `14.0`, `19.0+e` or `saas~18.3`. @throws NotOdooError when it is no version */
export function readVersion(version: string): ServerVersion {
  const [, major] = /^(?:saas[~-])?(\d+)(?:\.|$)/.exec(version) ?? [];
  if (major === undefined) {
    throw new NotOdooError(`the server names an unknown version: ${JSON.stringify(version.slice(0, 40))}`);
  }
  return { version, major: Number(major) };
}
