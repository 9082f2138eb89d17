/** Which values of the environment are secrets. */
import { Secret } from '../lib/secret';
import { ENVIRONMENT } from './environment';

/** Addresses; they are refused when they hold a password, which is a secret all the same. */
const ADDRESSES = [
  'WOO_URL',
  'ODOO_URL',
  'SMTP_URL',
  'ALERT_WEBHOOK_URL',
  'HEALTHCHECK_URL',
  'PUSHGATEWAY_URL',
];

/** Addresses that open a door by themselves: errors of the network name parts of them. */
const SECRET_ADDRESSES = ['ALERT_WEBHOOK_URL', 'HEALTHCHECK_URL', 'SENTRY_DSN'];

/** Every secret among the variables, checked or as they were read: a refused key is no less secret. */
export function secretsIn(variables: Readonly<Record<string, string | Secret | undefined>>): Secret[] {
  const textOf = (name: string): string => {
    const value = variables[name] ?? '';
    return value instanceof Secret ? value.reveal() : value;
  };
  const texts = [
    ...ENVIRONMENT.filter((variable) => variable.secret).map(({ name }) => textOf(name)),
    ...ADDRESSES.flatMap((name) => passwordsIn(textOf(name))),
    ...SECRET_ADDRESSES.flatMap((name) => tokensIn(textOf(name))),
  ];
  return [...new Set(texts)].filter((text) => text !== '').map((text) => new Secret(text));
}

/** The password of an address, as it stands there and as it is meant. */
function passwordsIn(address: string): string[] {
  const [, password = ''] = /^\w+:\/\/[^/?#:@]*:([^/?#]*)@/.exec(address) ?? [];
  return [password, decode(password)];
}

/** Shorter parts of an address are words: `/services`, `/ping`. */
const LEAST_TOKEN_LENGTH = 12;

/** What of an address is no word: its user name, its path, and the long parts of the path. */
function tokensIn(address: string): string[] {
  if (!URL.canParse(address)) {
    return [];
  }
  const { username, pathname, search } = new URL(address);
  return [username, `${pathname}${search}`, ...pathname.split('/')].filter(
    (part) => part.length >= LEAST_TOKEN_LENGTH,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
