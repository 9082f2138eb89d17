/** A row of the audit as cells for people and their spreadsheets; shared by the file of a run and the export. */
import type { AuditRow, FieldChange } from '../core/ports';
import { csvLine } from '../lib/csv-line';
import { shorten } from '../lib/shorten';
import { auditObject } from './audit-object';
import { maskPersonalData } from './mask-personal-data';
import { removeControls } from './printable';

export interface AuditLineOptions {
  readonly delimiter: string;
  /** Begin with a byte order mark, which Excel needs to read UTF-8. */
  readonly bom: boolean;
  readonly maskPersonalData: boolean;
  /** False leaves out the apostrophes that keep a spreadsheet from calculating or changing a cell; true by default. */
  readonly guard?: boolean | undefined;
  /** Amounts in the changes as `12,30`. */
  readonly decimalComma?: boolean | undefined;
}

/** The columns in their order; stable, and described in docs/audit.md. */
export const AUDIT_COLUMNS = [
  'run_id',
  'time_utc',
  'store',
  'flow',
  'direction',
  'action',
  'status',
  'entity',
  'woo_id',
  'odoo_id',
  'business_key',
  'changes',
  'reason',
  'message',
  'attempt',
  'duration_ms',
] as const;

export type AuditColumn = (typeof AUDIT_COLUMNS)[number];

/** What a spreadsheet reads as a formula, after white space too, in ASCII and in full-width characters. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\n]/u;
/** Excel takes no longer cells. */
const MAX_CELL = 32_767;
const NEGATIVE_NUMBER = /^-\d+([.,]\d+)?$/;

/** Cells that name something: a number in them is no amount, and must stay as it is written. */
const NAMING_COLUMNS: ReadonlySet<AuditColumn> = new Set(['store', 'woo_id', 'odoo_id', 'business_key']);
/** Shown in full by Excel and LibreOffice, with the same digits. */
const PLAIN_NUMBER = /^(0|[1-9]\d{0,10})$/;
/** English and French: the languages in which the shops' people work. */
const MONTH = [
  'jan(uary|v|vier)?',
  'feb(ruary)?',
  'f[ée]v(r|rier)?',
  'mar(ch|s)?',
  'apr(il)?',
  'avr(il)?',
  'may|mai',
  'june?|juin',
  'july?|juil(let)?',
  'aug(ust)?|ao[ûu]t',
  'sept?(ember|embre)?',
  'oct(ober|obre)?',
  'nov(ember|embre)?',
  'd[ée]c(ember|embre)?',
].join('|');
/** What Excel or LibreOffice makes a number, a date, a time, a share, an amount of money or a truth value of. */
const CHANGED = new RegExp(
  [
    String.raw`[-+(]?[€$£]?\s?\d[\d.,\s]*(e[-+]?\d+)?\s?[%€$£)]?`,
    String.raw`\d{1,4}([-/.\s]\d{1,4}){1,2}`,
    String.raw`\d{1,4}(:\d{1,2}){1,2}([.,]\d+)?(\s?[ap]m?)?`,
    String.raw`\d{1,4}[-/.\s]?(${MONTH})([-/.\s]?\d{1,4})?`,
    String.raw`(${MONTH})[-/.\s]?\d{1,4}`,
    'true|false|vrai|faux',
  ]
    .map((pattern) => `^(${pattern})$`)
    .join('|'),
  'iu',
);

/** Fields whose values are amounts or quantities; a version, a code or a telephone number may look like one. */
const AMOUNT_FIELD = /total|tax|price|amount|quantity|qty|discount|cost/i;
const DECIMAL = /^(-?\d+)\.(\d+)$/;

/** What a CSV file of the audit begins with: the byte order mark, if any, and the line of its columns. */
export function auditHead({ bom, delimiter }: AuditLineOptions): string {
  return `${bom ? '\ufeff' : ''}${csvLine(AUDIT_COLUMNS, delimiter)}`;
}

/** One row as a line of CSV, its line feed included. */
export function auditLine(given: AuditRow, options: AuditLineOptions): string {
  const row = options.maskPersonalData ? maskPersonalData(given) : given;
  const fields = auditObject(row);
  const cells: Record<AuditColumn, string> = {
    ...fields,
    changes: formatChanges(row.changes, options.decimalComma === true),
    attempt: String(fields.attempt),
    duration_ms: String(fields.duration_ms),
  };
  const isGuarded = options.guard !== false;
  return csvLine(
    AUDIT_COLUMNS.map((column) => safeCell(cells[column], NAMING_COLUMNS.has(column), isGuarded)),
    options.delimiter,
  );
}

/** `total: 12.30 → 14.00; tax: 2.05 → 2.33`; with a comma in amounts where that is asked for. */
export function formatChanges(changes: readonly FieldChange[], decimalComma = false): string {
  return changes
    .map(({ field, before, after }) => {
      const show = decimalComma && AMOUNT_FIELD.test(field) ? withComma : (value: string): string => value;
      return `${field}: ${show(before)} → ${show(after)}`;
    })
    .join('; ');
}

function withComma(value: string): string {
  return value.replace(DECIMAL, '$1,$2');
}

/**
 * The text without control characters, where it needs one behind an apostrophe, and no longer than a cell may be.
 * @param isNaming the text is a name: a number in it is no amount, and stays as it is written
 */
export function safeCell(text: string, isNaming: boolean, isGuarded = true): string {
  const clean = removeControls(text);
  const needsGuard = isGuarded && (isCalculated(clean) || (isNaming && isChanged(clean.trim())));
  return shorten(needsGuard ? `'${clean}` : clean, MAX_CELL);
}

function isCalculated(text: string): boolean {
  return FORMULA.test(text) && !NEGATIVE_NUMBER.test(text);
}

function isChanged(text: string): boolean {
  return !PLAIN_NUMBER.test(text) && CHANGED.test(text);
}
