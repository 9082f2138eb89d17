/** The variables of the environment: secrets, addresses and paths. */
import { z } from 'zod';
import { LOG_LEVELS } from '../lib/log-level';
import { Secret } from '../lib/secret';
import { LOG_FORMATS } from './sections/log';

export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
  /** Shown in `.env.example`. */
  readonly example: string;
}

/** Secrets, addresses and paths, in the order of `.env.example`. */
export const ENVIRONMENT = [
  {
    name: 'WOO_URL',
    description: 'Address of the shop, with its subdirectory if it has one',
    required: true,
    secret: false,
    example: 'https://shop.example',
  },
  {
    name: 'WOO_CONSUMER_KEY',
    description: 'WooCommerce → Settings → Advanced → REST API: a key with read and write access',
    required: true,
    secret: true,
    example: 'ck_…',
  },
  {
    name: 'WOO_CONSUMER_SECRET',
    description: 'The secret shown with that key',
    required: true,
    secret: true,
    example: 'cs_…',
  },
  {
    name: 'ODOO_URL',
    description: 'Address of Odoo',
    required: true,
    secret: false,
    example: 'https://odoo.example',
  },
  {
    name: 'ODOO_DB',
    description: 'Name of the Odoo database',
    required: true,
    secret: false,
    example: 'production',
  },
  {
    name: 'ODOO_USERNAME',
    description: 'Login of the Odoo user that wcodoo works as',
    required: true,
    secret: false,
    example: 'wcodoo@shop.example',
  },
  {
    name: 'ODOO_API_KEY',
    description: 'An API key of that user (Odoo 19: needed for JSON-2); or set ODOO_PASSWORD',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'ODOO_PASSWORD',
    description: 'The password of that user, where there is no API key',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'ODOO_PROTOCOL',
    description: 'auto, json2, jsonrpc or xmlrpc',
    required: false,
    secret: false,
    example: 'auto',
  },
  {
    name: 'SMTP_URL',
    description: 'Mail server for alerts: smtps://user:password@mail.example:465 (docs/alerts.md)',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'ALERT_WEBHOOK_URL',
    description: 'Incoming webhook of Slack, Teams or Mattermost for alerts',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'HEALTHCHECK_URL',
    description: 'Address that is called when a run starts, succeeds or fails, as of healthchecks.io',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'SENTRY_DSN',
    description: 'DSN of a Sentry project that gets bugs and fatal errors',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'WCODOO_CONFIG',
    description: 'Path of the configuration file',
    required: false,
    secret: false,
    example: 'config/wcodoo.yaml',
  },
  {
    name: 'WCODOO_HOME',
    description: 'Folder of the state and the audit; default ~/.wcodoo',
    required: false,
    secret: false,
    example: '',
  },
  {
    name: 'PUSHGATEWAY_URL',
    description: 'Address of a Prometheus Pushgateway that gets the metrics after each sync',
    required: false,
    secret: false,
    example: '',
  },
  {
    name: 'PUSHGATEWAY_USERNAME',
    description: 'Login of the Pushgateway, where it asks for one',
    required: false,
    secret: false,
    example: '',
  },
  {
    name: 'PUSHGATEWAY_PASSWORD',
    description: 'Password of that login',
    required: false,
    secret: true,
    example: '',
  },
  {
    name: 'WCODOO_LOG_FORMAT',
    description: 'auto, text, pretty, json or ecs; wins over `log.format`',
    required: false,
    secret: false,
    example: '',
  },
  {
    name: 'WCODOO_LOG_LEVEL',
    description: 'debug, info, warn or error; wins over `log.level`',
    required: false,
    secret: false,
    example: '',
  },
] as const satisfies readonly EnvironmentVariable[];

export type VariableName = (typeof ENVIRONMENT)[number]['name'];

type SecretName = Extract<(typeof ENVIRONMENT)[number], { readonly secret: true }>['name'];

/** An http or https address and nothing more; `place` says where credentials belong instead. */
function address(example: string, place: string): z.ZodType<string, string> {
  return z
    .url({ protocol: /^https?$/, error: `must be an address such as ${example}` })
    .superRefine((text, context) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url !== undefined && url.username + url.password !== '') {
        context.addIssue(`must not hold a user name or a password; ${place}`);
      } else if (url !== undefined && url.search + url.hash !== '') {
        context.addIssue('must end before the first ? or #');
      }
    });
}

function toSecret(text: string): Secret {
  return new Secret(text);
}

/** An address that is a secret as a whole; what is wrong with it is said without it. */
function secretAddress(protocol: RegExp, example: string): z.ZodType<Secret | undefined> {
  return z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocol.test(new URL(text).protocol) && new URL(text).hostname !== '',
      `must be an address such as ${example}`,
    )
    .transform(toSecret)
    .optional();
}

/** The variables as the program has them: no secret among them is plain text. */
export const Environment = z.object({
  WOO_URL: address(
    'https://shop.example',
    'the key of the shop belongs into WOO_CONSUMER_KEY and WOO_CONSUMER_SECRET',
  ),
  WOO_CONSUMER_KEY: z
    .string()
    .regex(/^ck_\S+$/, 'must begin with ck_')
    .transform(toSecret),
  WOO_CONSUMER_SECRET: z
    .string()
    .regex(/^cs_\S+$/, 'must begin with cs_')
    .transform(toSecret),
  ODOO_URL: address(
    'https://odoo.example',
    'the login belongs into ODOO_USERNAME and ODOO_API_KEY or ODOO_PASSWORD',
  ),
  ODOO_DB: z.string().min(1),
  ODOO_USERNAME: z.string().min(1),
  ODOO_API_KEY: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'holds a character that no key has')
    .transform(toSecret)
    .optional(),
  ODOO_PASSWORD: z.string().min(1).transform(toSecret).optional(),
  ODOO_PROTOCOL: z.enum(['auto', 'json2', 'jsonrpc', 'xmlrpc']).default('auto'),
  SMTP_URL: secretAddress(/^smtps?:$/, 'smtps://user:password@mail.example:465'),
  ALERT_WEBHOOK_URL: secretAddress(/^https?:$/, 'https://hooks.slack.com/services/…'),
  HEALTHCHECK_URL: secretAddress(/^https?:$/, 'https://hc-ping.com/…'),
  SENTRY_DSN: secretAddress(/^https?:$/, 'https://key@sentry.example/1').refine(
    (dsn) => dsn === undefined || /^https?:\/\/\w+@[^/]+\/(.*\/)?\d+$/.test(dsn.reveal()),
    'must be an address such as https://key@sentry.example/1',
  ),
  WCODOO_CONFIG: z.string().min(1).optional(),
  WCODOO_HOME: z.string().min(1).optional(),
  PUSHGATEWAY_URL: address(
    'https://push.example:9091',
    'the login belongs into PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD',
  ).optional(),
  PUSHGATEWAY_USERNAME: z.string().min(1).optional(),
  PUSHGATEWAY_PASSWORD: z.string().min(1).transform(toSecret).optional(),
  WCODOO_LOG_FORMAT: z.enum(LOG_FORMATS).optional(),
  WCODOO_LOG_LEVEL: z.enum(LOG_LEVELS).optional(),
} satisfies Record<Exclude<VariableName, SecretName>, z.ZodType> &
  Record<SecretName, z.ZodType<Secret | undefined>>);
export type Environment = z.infer<typeof Environment>;
