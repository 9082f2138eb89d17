/** docs/configuration.md: every variable and every setting in a table. */
import { parseDurationMs } from '../lib/duration';
import { Share } from '../lib/share';
import { ENVIRONMENT } from './environment';

/** The parts of a JSON schema that are shown. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

const INTRODUCTION = `# Configuration

This page is generated from \`src/config/schema.ts\`; \`npm run generate\` writes it anew.

Secrets, addresses and paths are variables of the environment, most easily kept in a file \`.env\`. What is synchronised, and how, is in \`config/wcodoo.yaml\`. Order: defaults, then the file, then the environment, then flags. \`wcodoo init\` writes a first version of both files, and \`wcodoo doctor\` checks them against the shop and Odoo. A mistake stops the program before anything is read (exit 2), and every mistake is named at once.

## Environment
`;

/**
 * @param schema the JSON schema of the file as it is written, with defaults
 * @param defaults what an empty file amounts to; shows defaults that a schema cannot
 */
export function documentSettings(schema: object, defaults: unknown): string {
  const { properties = {} } = schema as Schema;
  const variables = ENVIRONMENT.map(({ name, required, description }) => [
    code(name),
    required ? 'yes' : '',
    description,
  ]);
  const top = Object.entries(properties).filter(([, part]) => part.properties === undefined);
  const sections = Object.entries(properties).filter(([, part]) => isSection(part));
  const blocks = [
    INTRODUCTION,
    table(['variable', 'required', 'description'], variables),
    '## The file\n',
    table(
      SETTING_HEADER,
      top.flatMap(([name, part]) => rowsOf(name, part, at(defaults, name))),
    ),
    ...sections.flatMap(([name, { properties: settings = {} }]) => [
      `### ${code(name)}\n`,
      table(
        SETTING_HEADER,
        Object.entries(settings).flatMap(([key, part]) => rowsOf(key, part, at(at(defaults, name), key))),
      ),
    ]),
  ];
  return blocks.join('\n');
}

const SETTING_HEADER = ['setting', 'type', 'default', 'description'];

/** An entity without settings of its own has an empty section, which is not shown. */
function isSection(part: Schema): boolean {
  return Object.keys(part.properties ?? {}).length > 0;
}

/** The row of a setting, then those of what is inside it. */
function rowsOf(name: string, schema: Schema, value: unknown): string[][] {
  // What is inside a section has defaults of its own.
  const shown = schema.properties === undefined ? formatDefault(value) : '';
  const own = [code(name), typeOf(schema, value), shown, schema.description ?? ''];
  const inside = schema.items?.properties ?? schema.properties ?? {};
  const prefix = schema.items === undefined ? `${name}.` : `${name}[].`;
  return [own, ...Object.entries(inside).flatMap(([key, part]) => rowsOf(prefix + key, part, part.default))];
}

function typeOf(schema: Schema, value: unknown): string {
  if (schema.enum !== undefined) {
    return schema.enum.map((choice) => code(choice === '\t' ? '\\t' : String(choice))).join(', ');
  }
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.map((part) => typeOf(part, value)))].join(' or ');
  }
  switch (schema.type) {
    case 'integer':
      return `whole number${rangeOf(schema)}`;
    case 'number':
      return `number${rangeOf(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${schema.items?.properties === undefined ? plural(typeOf(schema.items ?? {}, undefined)) : 'rows'}`;
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `map to ${typeOf(schema.additionalProperties, undefined)}`
        : 'section';
    default:
      return typeOfText(value ?? schema.examples?.[0]);
  }
}

/** Durations and percentages are text to JSON schema; their default tells, or an example where there is none. */
function typeOfText(value: unknown): string {
  if (typeof value !== 'string') {
    return 'text';
  }
  if (parseDurationMs(value) !== undefined) {
    return 'duration';
  }
  return Share.safeParse(value).success ? 'percentage' : 'text';
}

function plural(type: string): string {
  return type === 'text' ? 'texts' : type;
}

/** JSON schema names the largest safe integer as the limit where there is none. */
function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`);
  const isReal = (limit: unknown): boolean =>
    limit !== undefined && Math.abs(Number(limit)) !== Number.MAX_SAFE_INTEGER;
  if (isReal(minimum) && isReal(maximum)) {
    return `, ${minimum ?? ''} to ${maximum ?? ''}`;
  }
  if (typeof least === 'string') {
    return `, ${least}`;
  }
  return isReal(least) ? `, ${least ?? ''} or more` : '';
}

function formatDefault(value: unknown): string {
  if (value === undefined) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item) => code(String(item))).join(', ');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, part]) => code(`${name}: ${String(part)}`));
    return entries.length === 0 ? 'none' : entries.join(', ');
  }
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Cells padded to the widest of their column, as the project's formatter lays tables out. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const [first = '', ...rest] = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return `${[first, rule, ...rest].join('\n')}\n`;
}
