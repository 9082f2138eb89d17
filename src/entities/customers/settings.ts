import { z } from 'zod';
import { Duration } from '../../lib/duration';

export const CustomerSettings = z.strictObject({
  role: z
    .string()
    .min(1)
    .default('customer')
    .describe('WordPress role whose users are read as customers; `all` reads every user.'),
  fullEvery: Duration.default('7d').describe(
    'How often the whole list of customers is compared. In between, new customers are found by id and changed ones through their orders, because WooCommerce offers no date filter for customers.',
  ),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?(@\w+)?$/, 'must be an Odoo language such as fr_FR')
    .optional()
    .describe('Language of new partners in Odoo, for example `fr_FR`; Odoo decides when it is left out.'),
  languages: z
    .record(z.string().regex(/^[A-Z]{2}$/, 'must be a country code such as FR'), z.string())
    .default({})
    .describe('Language by country of the billing address, for example `FR: fr_FR`; wins over `language`.'),
  vatMeta: z
    .array(z.string().min(1))
    .default([
      '_billing_vat',
      'billing_vat',
      '_billing_vat_number',
      'vat_number',
      '_vat_number',
      'billing_eu_vat_number',
    ])
    .describe('Names of customer meta data that may hold a VAT number; the first that is set is used.'),
});
export type CustomerSettings = z.infer<typeof CustomerSettings>;
