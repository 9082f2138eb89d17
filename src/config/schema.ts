/** The schema of the configuration file: its sections, those of the entities among them. */
import { z } from 'zod';
import { entities } from '../entities';
import { CanarySettings } from '../entities/products/canaries';
import { Duration } from '../lib/duration';
import { Share } from '../lib/share';
import { MetricsSection } from './sections/metrics';
import { AlertsSection, SentrySection } from './sections/alerts';
import { LogSection } from './sections/log';

const OdooSection = z.strictObject({
  language: z
    .string()
    .min(2)
    .default('en_US')
    .describe('Language in which Odoo answers, for example `fr_FR`; it must be installed.'),
  company: z
    .number()
    .int()
    .positive()
    .optional()
    .describe("Id of the company to work in; the user's own when left out."),
  timeout: Duration.default('120s').describe('How long a call may take; confirming orders in bulk is slow.'),
  batchSize: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(100)
    .describe('Records of one write at most; fewer go into one while the server fails on so many.'),
  pace: z
    .enum(['auto', 'normal', 'gentle'])
    .default('auto')
    .describe(
      '`gentle` is one call a second and one at a time, as Odoo Online asks for; `auto` is gentle where the address ends in `.odoo.com`.',
    ),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(8)
    .optional()
    .describe('Calls at the same time; 2 when left out, 1 at a gentle pace.'),
  interval: Duration.optional()
    .meta({ examples: ['1s'] })
    .describe('Least time between two calls; none when left out, `1s` at a gentle pace.'),
  keyExpiresOn: z.iso
    .date('must be a day such as 2027-01-31')
    .optional()
    .meta({ examples: ['2027-01-31'] })
    .describe('Day on which the API key ends (UTC), to be warned before; nothing is read from Odoo for it.'),
});

const WooSection = z.strictObject({
  timeout: Duration.default('60s').describe('How long a request may take.'),
  concurrency: z.number().int().min(1).max(8).default(2).describe('Requests at the same time.'),
});

const AuditSection = z.strictObject({
  delimiter: z.enum([',', ';', '\t']).default(',').describe('Separator of the CSV; `;` for a French Excel.'),
  bom: z
    .boolean()
    .default(true)
    .describe('Begin the CSV with a byte order mark, so that Excel reads accents.'),
  maskPersonalData: z.boolean().default(false).describe('Mask names, e-mail addresses and phone numbers.'),
});

const LimitsSection = z.strictObject({
  archived: z.number().int().min(0).default(10).describe('Records that one run may archive.'),
  changedShare: Share.default('50%').describe(
    "Share of a flow's records that one run may change. Not looked at before the first complete run.",
  ),
  priceJump: Share.default('50%').describe('A price that moves by more than this is a jump.'),
  priceJumps: z.number().int().min(0).default(10).describe('Prices that may jump in one run.'),
  stockToZero: Share.default('20%').describe('Share of the products whose stock one run may set to zero.'),
  listingShrink: Share.default('50%').describe(
    'Share by which a complete listing (of orders, customers, products in stock) may be shorter than the last one.',
  ),
  fromRecords: z
    .number()
    .int()
    .min(0)
    .default(10)
    .describe('Shares are looked at only when more records than this are concerned.'),
  canaries: CanarySettings.prefault({}).describe('Products that must be there before a run begins.'),
});

/** Sections of the entities, by name. */
function entitySections(): Record<string, z.ZodType> {
  return Object.fromEntries(entities.map(({ name, settings }) => [name, settings.prefault({}) as z.ZodType]));
}

/** The configuration file, `wcodoo.yaml`. */
export const ConfigFile = z
  .strictObject({
    store: z
      .string()
      .regex(/^[a-z0-9]{1,20}$/, 'must be 1 to 20 of a-z and 0-9')
      .default('shop')
      .describe(
        'Short name of the shop. It is part of every external id in Odoo and cannot be changed later.',
      ),
    odoo: OdooSection.prefault({}),
    woo: WooSection.prefault({}),
    audit: AuditSection.prefault({}),
    limits: LimitsSection.prefault({}),
    metrics: MetricsSection.prefault({}),
    alerts: AlertsSection.prefault({}),
    sentry: SentrySection.prefault({}),
    log: LogSection.prefault({}),
  })
  .extend(entitySections());

export type ConfigFile = {
  readonly store: string;
  readonly odoo: z.infer<typeof OdooSection>;
  readonly woo: z.infer<typeof WooSection>;
  readonly audit: z.infer<typeof AuditSection>;
  readonly limits: z.infer<typeof LimitsSection>;
  readonly metrics: MetricsSection;
  readonly alerts: z.infer<typeof AlertsSection>;
  readonly sentry: z.infer<typeof SentrySection>;
  readonly log: LogSection;
} & Readonly<Record<string, unknown>>;
