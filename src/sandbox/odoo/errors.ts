/**
 * What an Odoo server answers when it refuses: an exception class and its
 * sentence. Each protocol shows the same failure in its own shape.
 */

/** Exception classes as JSON-RPC and JSON-2 name them. */
export type FaultName =
  | 'odoo.exceptions.AccessDenied'
  | 'odoo.exceptions.AccessError'
  | 'odoo.exceptions.MissingError'
  | 'odoo.exceptions.UserError'
  | 'odoo.exceptions.ValidationError'
  | 'builtins.AttributeError'
  | 'builtins.KeyError'
  | 'builtins.TypeError'
  | 'builtins.ValueError'
  | 'psycopg2.OperationalError'
  | 'psycopg2.errors.InvalidTextRepresentation'
  | 'psycopg2.errors.NumericValueOutOfRange'
  | 'psycopg2.errors.SerializationFailure'
  | 'psycopg2.errors.UniqueViolation'
  | 'psycopg2.errors.CheckViolation'
  | 'xml.parsers.expat.ExpatError'
  | 'werkzeug.exceptions.BadRequest'
  | 'werkzeug.exceptions.NotFound'
  | 'werkzeug.exceptions.Unauthorized'
  | 'werkzeug.exceptions.UnprocessableEntity';

/** A failure of one call; the call's transaction is rolled back. */
export class OdooFault extends Error {
  readonly faultName: FaultName;
  /** Set when the database refused, not Odoo's own code: `load` shows such failures differently. */
  readonly constraint: Constraint | undefined;

  constructor(faultName: FaultName, message: string, constraint?: Constraint) {
    super(message);
    this.name = 'OdooFault';
    this.faultName = faultName;
    this.constraint = constraint;
  }
}

/** A constraint of the database that was broken. */
export interface Constraint {
  /** Its sentence as `load` shows it. */
  readonly message: string;
  /** The one field it is about, with its model. */
  readonly field?: string;
  readonly model?: string;
}

/** A sentence for the person at the keyboard. */
export function userError(message: string): OdooFault {
  return new OdooFault('odoo.exceptions.UserError', message);
}

export function validationError(message: string): OdooFault {
  return new OdooFault('odoo.exceptions.ValidationError', message);
}

/** A ValidationError that stands for a constraint of the database. */
export function constraintError(message: string, constraint: Constraint): OdooFault {
  return new OdooFault('odoo.exceptions.ValidationError', message, constraint);
}

/** A record that another one still refers to cannot be deleted. */
export function stillUsedError(
  major: number,
  user: {
    readonly model: string;
    readonly label: string;
    readonly field: string;
    readonly fieldLabel: string;
  },
): OdooFault {
  const { model, label, field, fieldLabel } = user;
  const message =
    major === 14
      ? 'another model requires the record being deleted. If possible, archive it instead.\n\n' +
        `Model: ${label} (${model}), Constraint: ${model.replaceAll('.', '_')}_${field}_fkey`
      : 'Another model is using the record you are trying to delete.\n\n' +
        `The troublemaker is: '${label}' (${model})\n` +
        `Thanks to the following constraint: '${fieldLabel}' (${field})\n` +
        'How about archiving the record instead?';
  return constraintError(`The operation cannot be completed: ${message}`, { message });
}
export function accessError(message: string): OdooFault {
  return new OdooFault('odoo.exceptions.AccessError', message);
}

export function valueError(message: string): OdooFault {
  return new OdooFault('builtins.ValueError', message);
}

export function missingError(model: string, id: number | string, uid: number): OdooFault {
  return new OdooFault(
    'odoo.exceptions.MissingError',
    `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: ${uid})`,
  );
}

/** True for the failures Python code raises on purpose: `load` shows their sentence as it is. */
export function isUserFacing(fault: OdooFault): boolean {
  return fault.faultName.startsWith('odoo.exceptions.');
}
