/** Reads the body of an answer that should have been JSON or XML, and checks what it holds. */
import type { z } from 'zod';
import { FatalError } from '../core/errors';
import { nameFirewall } from '../lib/firewall';
import { NotOdooError, UnreadableError } from './errors';
import type { HttpAnswer } from './http';

/** What to check when something else than Odoo's API answers. */
export const WRONG_PLACE_HINT = 'Check ODOO_URL and ODOO_DB, and that a proxy in front lets the API through.';

/**
 * Parses JSON.
 * @throws NotOdooError when a 4xx answer is no JSON: the request never reached Odoo's API
 * @throws UnreadableError when any other answer is no JSON or is cut off
 */
export function parseJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    throw unreadable(answer, 'JSON');
  }
}

/** The error for an answer in the wrong form. Nothing of the body is repeated but the title of a page. */
export function unreadable(answer: HttpAnswer, expected: 'JSON' | 'XML'): Error {
  const what = isPage(answer.text)
    ? `HTML (${nameSender(answer)}) instead of ${expected}${titleOf(answer.text)}`
    : answer.text.trim() === ''
      ? `nothing instead of ${expected}`
      : `broken ${expected} (cut off?)`;
  const message = `Odoo answered ${what}, HTTP ${answer.status}`;
  if (answer.status >= 400 && answer.status < 500) {
    return new NotOdooError(message, {
      hint: WRONG_PLACE_HINT,
    });
  }
  return new UnreadableError(message, { trouble: 'unreadable', notExecuted: false });
}

function isPage(text: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(text);
}

function nameSender(answer: HttpAnswer): string {
  const firewall = nameFirewall(answer);
  return firewall === undefined ? 'a login page or a proxy?' : `a firewall: ${firewall}`;
}

/** Characters of a page in which its title is looked for. */
const MAX_HEAD = 20_000;

function titleOf(html: string): string {
  const [, title] = /<title[^>]*>([^<]{1,100})/i.exec(html.slice(0, MAX_HEAD)) ?? [];
  const text = title?.replace(/\s+/g, ' ').trim() ?? '';
  return text === '' ? '' : ` ("${text}")`;
}

/**
 * Checks the shape of a result.
 * @param what the call, for the message
 * @throws FatalError when it is not what Odoo documents
 */
export function checkShape<T>(schema: z.ZodType<T>, result: unknown, what: string): T {
  const parsed = schema.safeParse(result);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined ? '' : ` (${issue.path.map(String).join('.')}: ${issue.message})`;
    throw new FatalError(`Odoo answered ${what} in an unexpected form${place}`);
  }
  return parsed.data;
}
