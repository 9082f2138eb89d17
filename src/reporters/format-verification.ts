/** What a comparison came to, for a person or for a program. */
import { formatKey } from '../core/keys';
import type { Finding } from '../core/verify';
import { formatTable } from './format-table';
import { printable } from './printable';
import type { KindCount, VerifyTally } from './verify-tally';

/** The table, the first ones of each kind, and where the whole list is. */
export function formatVerification(tally: VerifyTally): string {
  const { request, path } = tally.facts;
  const differences = tally.kinds.filter(({ isDifference }) => isDifference);
  const others = tally.kinds.filter(({ isDifference }) => !isDifference);
  const compared = Object.entries(tally.compared).map(([name, number]) => `${name} ${number}`);
  const scope = [
    ...(request.since === undefined ? [] : [`modified since ${request.since}`]),
    ...(request.sample === undefined
      ? []
      : [`a sample of ${request.sample.size} each, --seed ${request.sample.seed} draws it again`]),
  ];
  return [
    `Compared: ${compared.length === 0 ? 'nothing' : compared.join(', ')}${scope.length === 0 ? '' : ` (${scope.join('; ')})`}.`,
    '',
    ...(differences.length === 0
      ? ['No differences.']
      : [`${count(tally.differences, 'difference')}:`, ...tableOf(differences)]),
    ...(others.length === 0 ? [] : ['', 'Known, and no difference:', ...tableOf(others)]),
    '',
    ...differences.flatMap(examples),
    `The whole list: ${path}`,
    '',
  ].join('\n');
}

function tableOf(kinds: readonly KindCount[]): string[] {
  return formatTable(
    ['kind', 'count', ''],
    kinds.map(({ kind, count: number, says }) => [kind, String(number), says]),
    'text',
  );
}

function examples({ kind, count: number, first }: KindCount): string[] {
  const more = number - first.length;
  return [
    kind,
    ...first.map((finding) => `  ${lineOf(finding)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
  ];
}

/** `order 329 (woo 329, odoo 12): total 10.00 in the shop, 12.00 in Odoo: what to do`. */
function lineOf({
  key,
  wooId = key.id,
  odooId,
  businessKey,
  field,
  wooValue,
  odooValue,
  message,
}: Finding): string {
  const ids = [...(wooId === '' ? [] : [`woo ${wooId}`]), ...(odooId === '' ? [] : [`odoo ${odooId}`])].join(
    ', ',
  );
  const figures =
    field === '' || (wooValue === '' && odooValue === '')
      ? ''
      : `${field} ${wooValue} in the shop, ${odooValue} in Odoo: `;
  return printable(`${key.entity} ${businessKey || key.id} (${ids}): ${figures}${message}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** One object; its keys are stable. */
export function verificationJson(tally: VerifyTally): string {
  const { store, startedAt, path, request } = tally.facts;
  return `${JSON.stringify(
    {
      store,
      startedAt: startedAt.toISOString(),
      since: request.since ?? null,
      sample: request.sample ?? null,
      compared: tally.compared,
      differences: tally.differences,
      kinds: tally.kinds.map(({ kind, isDifference, count: number, first }) => ({
        kind,
        isDifference,
        count: number,
        first: first.map(plainFinding),
      })),
      file: path,
    },
    null,
    2,
  )}\n`;
}

function plainFinding(finding: Finding): Record<string, string> {
  const { key, odooId, businessKey, field, wooValue, odooValue, message } = finding;
  return { record: formatKey(key), odooId, businessKey, field, wooValue, odooValue, message };
}
