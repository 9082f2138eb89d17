/** Who may log in. */
import type { KnownUser } from './environment';
import { OdooFault, missingError } from './errors';

export class UserDirectory {
  constructor(private readonly users: readonly KnownUser[]) {}

  /** The user of an API key, for JSON-2: a password does not do. */
  byApiKey(apiKey: string): KnownUser | undefined {
    return this.users.find((user) => user.apiKey === apiKey);
  }

  /** The user of a login with its password or API key. */
  byLogin(login: string, secret: string): KnownUser | undefined {
    return this.users.find((user) => user.login === login && matches(user, secret));
  }

  /**
   * The user of a call over XML-RPC or JSON-RPC.
   * @throws OdooFault for an unknown id or a wrong secret
   */
  authorize(uid: number, secret: string): KnownUser {
    const user = this.users.find((known) => known.uid === uid);
    if (user === undefined) {
      throw missingError('res.users', uid, uid);
    }
    if (!matches(user, secret)) {
      throw new OdooFault('odoo.exceptions.AccessDenied', 'Access Denied');
    }
    return user;
  }
}

function matches(user: KnownUser, secret: string): boolean {
  return secret !== '' && (user.password === secret || user.apiKey === secret);
}
