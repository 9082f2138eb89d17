import { FatalError, RetryableError, SkippableError } from '../../src/core/errors';
import {
  faultOfTraceback,
  faultToError,
  isConflict,
  tidySentence,
  TransientError,
} from '../../src/odoo/errors';

const toError = (name: string, message: string) => faultToError({ name, message }, 'res.partner.write');

describe('the exception at the end of a traceback', () => {
  it('is the line after the last frame', () => {
    const traceback = [
      'Traceback (most recent call last):',
      '  File "/usr/lib/python3/dist-packages/odoo/http.py", line 2164, in _transactioning',
      '    return service_model.retrying(func, env=self.env)',
      '           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '  File "/usr/lib/python3/dist-packages/odoo/fields.py", line 1, in convert_to_cache',
      '    raise ValueError("Wrong value for %s: %r" % (self, value))',
      "ValueError: Wrong value for res.partner.type: 'bogus'",
      '',
    ].join('\n');
    expect(faultOfTraceback(traceback)).toEqual({
      name: 'builtins.ValueError',
      message: "Wrong value for res.partner.type: 'bogus'",
    });
  });

  it('keeps the first exception class of a message over several lines', () => {
    const traceback = [
      'Traceback (most recent call last):',
      '  File "/usr/lib/python3/dist-packages/odoo/sql_db.py", line 1, in execute',
      '    res = self._obj.execute(query, params)',
      'psycopg2.errors.NotNullViolation: null value in column "name"',
      'DETAIL:  Failing row contains (1, null).',
    ].join('\n');
    expect(faultOfTraceback(traceback)).toEqual({
      name: 'psycopg2.errors.NotNullViolation',
      message: 'null value in column "name"\nDETAIL:  Failing row contains (1, null).',
    });
  });

  it('survives a text that is no traceback', () => {
    expect(faultOfTraceback('')).toEqual({ name: 'builtins.Exception', message: '' });
    expect(faultOfTraceback('*** something ***')).toEqual({
      name: 'builtins.Exception',
      message: '*** something ***',
    });
  });
});

describe('choosing the family of an error', () => {
  it.each([
    [
      'odoo.exceptions.MissingError',
      'Record does not exist or has been deleted.\n(Record: res.partner(9,), User: 2)',
    ],
    ['odoo.exceptions.ValidationError', 'You cannot create recursive Partner hierarchies.'],
    ['odoo.exceptions.UserError', 'Some orders are not in a state requiring confirmation.'],
    ['builtins.ValueError', "Wrong value for res.partner.type: 'bogus'"],
    ['werkzeug.exceptions.NotFound', "the model 'no.model' does not exist"],
  ])('skips the record for %s, in the words of Odoo', (name, message) => {
    const error = toError(name, message);
    expect(error).toBeInstanceOf(SkippableError);
    expect(error).toMatchObject({ reason: 'odoo-refused' });
    expect(error.message).toBe(message);
  });

  it('names the class where the message alone says nothing', () => {
    expect(toError('builtins.KeyError', "'nope'").message).toBe("KeyError: 'nope'");
    expect(toError('builtins.ZeroDivisionError', '').message).toBe('ZeroDivisionError');
  });

  it('stops for a wrong login and says what to check', () => {
    for (const name of ['odoo.exceptions.AccessDenied', 'werkzeug.exceptions.Unauthorized']) {
      const error = toError(name, 'Access Denied');
      expect(error).toBeInstanceOf(FatalError);
      expect(error).toMatchObject({ hint: expect.stringContaining('ODOO_API_KEY') as string });
    }
  });

  it('stops for a missing right and names the call', () => {
    const error = toError(
      'odoo.exceptions.AccessError',
      "You are not allowed to modify 'Contact' (res.partner) records.",
    );
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe(
      "Odoo does not allow this user to call res.partner.write: You are not allowed to modify 'Contact' (res.partner) records.",
    );
    expect(error).toMatchObject({ hint: expect.stringContaining('wcodoo doctor') as string });
  });

  it.each([
    ['psycopg2.errors.SerializationFailure', 'could not serialize access due to concurrent update\n'],
    ['psycopg2.errors.DeadlockDetected', 'deadlock detected'],
    ['psycopg2.errors.LockNotAvailable', 'could not obtain lock on row'],
    ['psycopg2.extensions.TransactionRollbackError', 'could not serialize access due to concurrent update'],
  ])('may send again after %s', (name, message) => {
    const error = toError(name, message);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ notExecuted: true });
  });

  it('does not know what became of a write whose database went away', () => {
    const error = toError('psycopg2.OperationalError', 'server closed the connection unexpectedly');
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ notExecuted: false });
  });

  it('stops for a database that does not exist', () => {
    const error = toError(
      'psycopg2.OperationalError',
      'connection failed: FATAL:  database "nodb" does not exist',
    );
    expect(error).toBeInstanceOf(FatalError);
    expect(error).toMatchObject({ hint: expect.stringContaining('ODOO_DB') as string });
  });
});

describe('a sentence', () => {
  it('loses the quotes that Odoo 14 puts around it, and nothing else', () => {
    expect(tidySentence("'Contacts require a name'")).toBe('Contacts require a name');
    expect(tidySentence("'nope'")).toBe("'nope'");
    expect(tidySentence("'a' is not 'b'")).toBe("'a' is not 'b'");
  });

  it('loses the class that Odoo 14 puts before it in the messages of load', () => {
    const message =
      "Unknown error during import: <class 'odoo.exceptions.AccessError'>: Access to invalid companies.";
    expect(tidySentence(message)).toBe('Access to invalid companies.');
    expect(tidySentence("a <class 'x'> in the middle")).toBe("a <class 'x'> in the middle");
  });

  it('loses the line in which PostgreSQL repeats the personal data of the row', () => {
    const message =
      'violates check constraint "x"\nDETAIL:  Failing row contains (1, Ada Lovelace, ada@example.com).\n';
    expect(tidySentence(message)).toBe('violates check constraint "x"');
    const duplicate = 'duplicate key value\nDETAIL:  Key (module, name)=(a, b) already exists.\n';
    expect(tidySentence(duplicate)).toBe(duplicate.trim());
  });
});

describe('a conflict', () => {
  it('is told from other refusals', () => {
    expect(isConflict('could not serialize access due to concurrent update\n')).toBe(true);
    expect(isConflict('duplicate key value violates unique constraint')).toBe(false);
  });
});

test('neither a class nor a message of a hundred thousand characters makes a sentence of that length', () => {
  const long = 'x'.repeat(100_000);
  for (const fault of [
    { name: long, message: 'no' },
    { name: long, message: '' },
    { name: 'builtins.KeyError', message: long },
    { name: 'odoo.exceptions.UserError', message: `${long} ${long}` },
  ]) {
    expect(faultToError(fault, 'res.partner.write').message.length).toBeLessThanOrEqual(2_110);
  }
});
