/** Which values of the environment are secrets. */
import { Secret } from '../lib/secret';
import { ENVIRONMENT } from './schema';

/** Addresses; they are refused when they hold a password, which is a secret all the same. */
const ADDRESSES = ['WOO_URL', 'ODOO_URL', 'PUSHGATEWAY_URL'];

/** Every secret among the variables, checked or as they were read: a refused key is no less secret. */
export function secretsIn(variables: Readonly<Record<string, string | Secret | undefined>>): Secret[] {
  const textOf = (name: string): string => {
    const value = variables[name] ?? '';
    return value instanceof Secret ? value.reveal() : value;
  };
  const texts = [
    ...ENVIRONMENT.filter((variable) => variable.secret).map(({ name }) => textOf(name)),
    ...ADDRESSES.flatMap((name) => passwordsIn(textOf(name))),
  ];
  return [...new Set(texts)].filter((text) => text !== '').map((text) => new Secret(text));
}

/** The password of an address, as it stands there and as it is meant. */
function passwordsIn(address: string): string[] {
  const [, password = ''] = /^\w+:\/\/[^/?#:@]*:([^/?#]*)@/.exec(address) ?? [];
  return [password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
