/** What the Odoo user may do: enough, and no more than needed. */
import type { Config } from '../config/load';
import { idOf, textOf } from '../odoo/schema';
import { FatalError, SkippableError } from '../core/errors';
import type { OdooApi } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import type { Findings } from './findings';

const TOPIC = 'Rights in Odoo';

type Operation = 'read' | 'create' | 'write';

/** What must be allowed on one model, and the group that gives it. */
interface Need {
  readonly model: string;
  readonly operations: readonly Operation[];
  /** What the records are, in words. */
  readonly what: string;
  readonly group: string;
}

const SALES = 'Sales: User: All Documents';
const CONTACTS = 'Contact Creation';
const PRODUCTS = 'Products: Create (Odoo 14: Sales: Administrator)';

/**
 * Observed on 14 and 19: a user of exactly these groups brings over customers
 * and orders, confirms them, and reads stock.
 */
export const LEAST_RIGHTS: readonly string[] = [SALES, CONTACTS];

const NEEDS: readonly Need[] = [
  { model: 'res.partner', operations: ['read', 'create', 'write'], what: 'contacts', group: CONTACTS },
  { model: 'sale.order', operations: ['read', 'create', 'write'], what: 'sales orders', group: SALES },
  {
    model: 'sale.order.line',
    operations: ['read', 'create', 'write'],
    what: 'lines of sales orders',
    group: SALES,
  },
  { model: 'account.tax', operations: ['read'], what: 'taxes', group: SALES },
  { model: 'product.pricelist', operations: ['read'], what: 'pricelists', group: SALES },
  { model: 'product.product', operations: ['read'], what: 'products', group: SALES },
  { model: 'stock.quant', operations: ['read'], what: 'quantities in stock', group: 'Inventory: User' },
  { model: 'stock.move', operations: ['read'], what: 'stock moves', group: 'Inventory: User' },
  { model: 'stock.warehouse', operations: ['read'], what: 'warehouses', group: 'Inventory: User' },
  { model: 'stock.location', operations: ['read'], what: 'stock locations', group: 'Inventory: User' },
  { model: 'crm.tag', operations: ['read', 'create'], what: 'tags of orders', group: SALES },
  { model: 'mail.message', operations: ['read', 'create'], what: 'messages', group: SALES },
  { model: 'res.company', operations: ['read'], what: 'companies', group: 'Internal User' },
  { model: 'res.country', operations: ['read'], what: 'countries', group: 'Internal User' },
  { model: 'res.country.state', operations: ['read'], what: 'states', group: 'Internal User' },
  { model: 'res.lang', operations: ['read'], what: 'languages', group: 'Internal User' },
];

/** Groups that allow far more than is needed. */
const TOO_MUCH: readonly (readonly [group: string, name: string])[] = [
  ['base.group_system', 'Settings'],
  ['base.group_erp_manager', 'Access Rights'],
];

export async function checkRights(odoo: OdooApi, config: Config, findings: Findings): Promise<void> {
  const orders = config.file['orders'] as OrderSettings;
  const needs =
    orders.missingProduct === 'create'
      ? [
          ...NEEDS,
          { model: 'product.product', operations: ['create'] as const, what: 'products', group: PRODUCTS },
        ]
      : NEEDS;
  const isAllowed = rightsOf(odoo);
  let granted = 0;
  for (const { model, operations, what, group } of needs) {
    await findings.attempt('odoo', TOPIC, async () => {
      const refused: string[] = [];
      for (const operation of operations) {
        if (!(await isAllowed(model, operation))) {
          refused.push(VERBS[operation]);
        }
      }
      if (refused.length > 0) {
        findings.problem(
          TOPIC,
          `the user may not ${refused.join(' or ')} ${what} (${model})`,
          `Give the user the group ${group} in Odoo: Settings > Users.`,
        );
        return;
      }
      granted += 1;
    });
  }
  if (granted === needs.length) {
    findings.ok(
      TOPIC,
      `the user may do everything wcodoo does; the least it needs is ${LEAST_RIGHTS.join(' and ')}`,
    );
  }
  await findings.attempt('odoo', TOPIC, () => checkGroups(odoo, findings));
  await findings.attempt('odoo', TOPIC, () => checkAddress(odoo, findings));
}

const VERBS: Readonly<Record<Operation, string>> = { read: 'read', create: 'create', write: 'change' };

/** `has_access` where it is known, else `check_access_rights` (observed: 19 has both and warns about the second, 14 only the second). */
function rightsOf(odoo: OdooApi): (model: string, operation: Operation) => Promise<boolean> {
  let knowsHasAccess: boolean | undefined;
  return async (model, operation) => {
    if (knowsHasAccess === undefined) {
      knowsHasAccess = await answers(() => odoo.call('res.users', 'has_access', [], { operation: 'read' }));
    }
    try {
      const answer = knowsHasAccess
        ? await odoo.call(model, 'has_access', [], { operation })
        : await odoo.call(model, 'check_access_rights', undefined, { operation, raise_exception: false });
      return answer === true;
    } catch (error) {
      if (error instanceof SkippableError) {
        throw new FatalError(`Odoo does not know ${model}: ${error.message}`, {
          hint: 'Install the apps Sales and Inventory in Odoo.',
          cause: error,
        });
      }
      throw error;
    }
  };
}

/** Observed on 14: a user without an e-mail address may not post the note on an order in quarantine. */
async function checkAddress(odoo: OdooApi, findings: Findings): Promise<void> {
  const [user] = await odoo.read('res.users', [odoo.server.uid], ['partner_id']);
  const [partner] = await odoo.read('res.partner', [idOf(user?.['partner_id']) ?? 0], ['email']);
  if (textOf(partner?.['email']) === '') {
    findings.warn(
      TOPIC,
      'the user has no e-mail address: Odoo 14 then refuses notes on orders that wait for a person',
      'Give the user an e-mail address in Odoo: Settings > Users.',
    );
  }
}

async function checkGroups(odoo: OdooApi, findings: Findings): Promise<void> {
  const excessive: string[] = [];
  for (const [group, name] of TOO_MUCH) {
    if ((await hasGroup(odoo, group)) === true) {
      excessive.push(name);
    }
  }
  if (excessive.length > 0) {
    findings.warn(
      TOPIC,
      `the user is an administrator (${excessive.join(', ')}): whoever gets the key can do everything in Odoo`,
      `Make a user of its own with no more than: ${LEAST_RIGHTS.join('; ')}.`,
    );
    return;
  }
  findings.ok(TOPIC, 'the user is no administrator');
  if ((await hasGroup(odoo, 'sales_team.group_sale_salesman_all_leads')) === false) {
    findings.problem(
      TOPIC,
      'the user sees only its own sales orders: those that a person takes over would be lost from sight',
      `Give the user the group ${SALES} in Odoo: Settings > Users.`,
    );
  }
}

/** A method of the record from 18 on, of the model before (observed on 19 and 14); undefined where neither answers. */
async function hasGroup(odoo: OdooApi, group: string): Promise<boolean | undefined> {
  for (const ids of [undefined, [odoo.server.uid]]) {
    try {
      return (await odoo.call('res.users', 'has_group', ids, { group_ext_id: group })) === true;
    } catch (error) {
      if (!(error instanceof SkippableError)) {
        throw error;
      }
    }
  }
  return undefined;
}

/** False when Odoo refuses the call itself. */
async function answers(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof SkippableError) {
      return false;
    }
    throw error;
  }
}
