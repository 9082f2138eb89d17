/** What each reason code means and what a person can do, as docs/operations.md says it too; a test compares them. */

export interface ReasonText {
  readonly meaning: string;
  /** Empty where there is nothing to do. */
  readonly advice: string;
}

/** By reason code. The codes are stable; a new one is added here and in docs/operations.md. */
export const REASONS: Readonly<Record<string, ReasonText>> = {
  'missing-product': {
    meaning: 'Odoo has no product with the internal reference of an order line',
    advice: 'create it in Odoo, or give both the same SKU; or choose another `orders.missingProduct`',
  },
  'missing-service-product': {
    meaning: 'the product for shipping, fees or lines without a product is missing',
    advice:
      'create a service with that internal reference (`WC-SHIPPING`, `WC-FEE`, `WC-PRODUCT` or what you configured)',
  },
  'ambiguous-sku': {
    meaning: 'several products in Odoo have the same internal reference',
    advice: 'give each its own',
  },
  'ambiguous-email': {
    meaning: "several partners in Odoo have the customer's e-mail address",
    advice: 'merge them in Odoo, or change one',
  },
  'tax-not-mapped': {
    meaning: 'a tax rate of the shop has no row in `orders.taxes`',
    advice: 'add the row; `wcodoo doctor` proposes it',
  },
  'tax-not-found': {
    meaning: '`orders.taxes` names a tax that Odoo does not have, or in the wrong column',
    advice: 'correct the id, or swap `included` and `excluded`',
  },
  'pricelist-not-mapped': {
    meaning: "no pricelist for the order's currency, or one of another currency",
    advice: 'correct `orders.pricelists`',
  },
  'total-mismatch': {
    meaning: "Odoo's total is not the shop's; the order stays a draft (quarantine)",
    advice:
      'compare both figures; mostly a tax in `orders.taxes` is wrong. Correct the table and retry, or correct or confirm the draft in Odoo: wcodoo then leaves it as it is',
  },
  'tax-mismatch': {
    meaning: 'totals are equal, the tax differs by more than one cent for each taxed line (quarantine)',
    advice:
      'compare both figures; mostly a tax in `orders.taxes` is wrong. Correct the table and retry, or correct or confirm the draft in Odoo: wcodoo then leaves it as it is',
  },
  'tax-differs': {
    meaning:
      'totals are equal, the tax differs by at most one cent for each taxed line; the order went through',
    advice: 'nothing. WooCommerce rounds before it spreads discounts, Odoo after',
  },
  'changed-in-odoo': {
    meaning:
      "a contact's field changed on both sides, or a person changed an order and its total now differs",
    advice: 'make both sides equal by hand; the next look settles it',
  },
  'confirmed-in-odoo': {
    meaning:
      'the shop changed something that can no longer change on a confirmed order (address, product, …)',
    advice: 'change it in Odoo by hand',
  },
  'cancelled-in-odoo': {
    meaning: 'a person cancelled the order in Odoo, the shop did not',
    advice: 'cancel it in the shop, or reopen it in Odoo',
  },
  'already-delivered': {
    meaning: 'the shop cancelled or refunded an order that Odoo has delivered or invoiced',
    advice: 'handle the return or the credit note in Odoo',
  },
  'already-invoiced': {
    meaning: 'the shop cancelled or refunded an order that Odoo has delivered or invoiced',
    advice: 'handle the return or the credit note in Odoo',
  },
  'deleted-in-odoo': {
    meaning: 'the linked record no longer exists in Odoo; it is never created again by itself',
    advice: 'restore it from a backup of Odoo, or leave the debt as it is',
  },
  'hidden-in-odoo': {
    meaning: 'the linked record exists, and a record rule of Odoo hides it from the user of wcodoo',
    advice: 'give the user the right it needs: Sales / All Documents, or the company of the record',
  },
  'odoo-refused': {
    meaning: "Odoo refused the record; the message is Odoo's own sentence",
    advice: 'mend what it names: a right, a required field, a constraint of another module',
  },
  'woo-refused': {
    meaning: 'WooCommerce refused the record; the message is its own',
    advice: `mend what it names; after "the shop answers, but not to this write" look into the shop's log of fatal errors, or into that of a firewall`,
  },
  'no-outcome': {
    meaning: 'a write said nothing of the record',
    advice: 'nothing: it is looked at again; report it when it stays',
  },
  'invalid-record': {
    meaning: 'WooCommerce sent something that is no order, customer, …',
    advice: 'look at the record in the shop; often a plugin fills a field with something else',
  },
  unreadable: {
    meaning:
      "the shop lists the record and answers an error when it shows it, while it answers otherwise; the message has the shop's words",
    advice:
      'open the record in the shop and look into WooCommerce > Status > Logs (`fatal-errors`): mostly a plugin crashes on it. Units that such an order took from stock may be offered again where not even its lines can be read',
  },
  'waiting-for': {
    meaning: 'another record must come first; the message names it',
    advice: 'look at that one',
  },
  'not-in-plan': {
    meaning: 'it changed while the plan was checked, and is over a limit as it is now',
    advice: 'nothing: the next run plans it anew',
  },
  matched: {
    meaning:
      'linked to a record that Odoo had: same e-mail address or SKU. A partner so linked is never overwritten',
    advice: '',
  },
  'known-by-external-id': {
    meaning:
      'linked to a record that wcodoo had written before (its state had been lost, or a run was killed)',
    advice: '',
  },
  'already-equal': { meaning: 'changed in the shop, and Odoo says the same already', advice: '' },
  resumed: { meaning: 'an order taken up again where an earlier run left it', advice: '' },
  'answer-lost': {
    meaning: 'the answer to the write did not come; the record was looked up and completed in the same run',
    advice: '',
  },
  'settled-in-odoo': {
    meaning:
      'a person confirmed or corrected a held draft, which is left as it is; or an order is deleted in Odoo and cancelled in the shop',
    advice: '',
  },
  'soft-field-dropped': {
    meaning:
      'written without a VAT number, language, state or country that Odoo does not take; the message says which',
    advice: '',
  },
  'before-first-order': {
    meaning: 'orders before `orders.from` are left out; the message says how many',
    advice: '',
  },
  'over-limit': { meaning: 'planned and not made: a limit stopped the flow; see Limits', advice: '' },
  'dropped-by-person': {
    meaning: 'a debt that a person gave up with `wcodoo debts drop`; the message has the old reason',
    advice: '',
  },
  'purged-by-person': {
    meaning: 'what `wcodoo purge` has removed, a row for each kind of thing; its direction means nothing',
    advice: '',
  },
  'status-ignored': { meaning: "the order's status is set to `ignore`, or it is in the trash", advice: '' },
  'stock-not-managed': {
    meaning: "the shop does not count this product's stock; said in a `--full` run",
    advice: '',
  },
  'stock-managed-by-parent': {
    meaning: "the shop counts the variable product's stock, not the variation's; said in a `--full` run",
    advice: '',
  },
};
