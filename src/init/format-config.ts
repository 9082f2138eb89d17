/** The text of a configuration file: a first one with explanations, or one that exists with its comments kept. */
import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isNode, isSeq, parseDocument, stringify, type Document, type Node } from 'yaml';
import { isSection, type Settings } from './draft';

/** What stands behind a setting, by its path with dots. */
export type Comments = ReadonlyMap<string, string>;

/**
 * The least that a first run needs, with what was chosen already. What was not
 * is shown as a comment to fill in; `today` is `2026-01-31`.
 */
export function firstConfig(today: string, settings: Settings = {}, comments: Comments = new Map()): string {
  const behind = (path: string): string => {
    const comment = comments.get(path) ?? '';
    return comment === '' ? '' : ` # ${comment}`;
  };
  const at = (section: string, name: string): unknown => {
    const values = settings[section];
    return isSection(values) ? values[name] : undefined;
  };
  /** The setting, or `otherwise` where it was not chosen. */
  const line = (section: string, name: string, otherwise: string): string => {
    const value = at(section, name);
    return value === undefined
      ? otherwise
      : `  ${name}: ${formatValue(value)}${behind(`${section}.${name}`)}`;
  };
  const rows = (name: string, lines: readonly string[], otherwise: string): string =>
    lines.length === 0 ? otherwise : `  ${name}:\n${lines.join('\n')}`;
  const entries = (section: string, name: string): string[] => {
    const table = at(section, name);
    return isSection(table)
      ? Object.entries(table).map(
          ([key, value]) =>
            `    ${formatValue(key)}: ${formatValue(value)}${behind(`${section}.${name}.${key}`)}`,
        )
      : [];
  };
  const taxes = at('orders', 'taxes');
  const taxRows = (Array.isArray(taxes) ? taxes : []).map(
    (row, index) => `    - ${formatValue(row)}${behind(`orders.taxes.${index}`)}`,
  );
  return `# What wcodoo synchronises, and how. Every setting with its default: docs/configuration.md

# Short name of the shop. It becomes part of every external id in Odoo and cannot be changed later.
store: ${formatValue(settings['store'] ?? 'shop')}

odoo:
  # Language in which Odoo answers; it must be installed there.
${line('odoo', 'language', '  language: en_US')}
  # Company to work in, by id. Needed only where the user belongs to several.
${line('odoo', 'company', '  # company: 1')}

customers:
  # Language of new contacts by the country of their billing address; Odoo decides where none is named.
${rows('languages', entries('customers', 'languages'), '  languages: {} # FR: fr_FR')}

orders:
  # The first order to bring over: a date, or an order number such as "#1234".
  # Older orders are left out. Needed before the first real run.
${line('orders', 'from', `  # from: ${today}`)}

  # What statuses mean in Odoo: draft, confirmed, cancelled or ignore. Named here is what differs from
  # the defaults; any other status of the shop's own becomes a draft.
${rows('statuses', entries('orders', 'statuses'), '  statuses: {} # awaiting-pickup: confirmed')}

  # What to do with a line whose product Odoo does not have: quarantine, create or fallback.
${line('orders', 'missingProduct', '  missingProduct: quarantine')}

  # Which Odoo tax stands for which rate of the shop: by id, one included in the price and one added to it.
  # \`wcodoo doctor\` checks this table and proposes what is missing.
${rows('taxes', taxRows, '  # taxes:\n  #   - { rate: 1, included: 18, excluded: 17 }')}

  # Which pricelist stands for which currency, by id.
${rows('pricelists', entries('orders', 'pricelists'), '  # pricelists:\n  #   EUR: 2')}

stock:
  # Which quantity the shop shows: free (on hand less reserved), on-hand or forecast.
${line('stock', 'quantity', '  quantity: free')}
  # Short name of the warehouse whose stock counts; all of them when left out.
${line('stock', 'warehouse', '  # warehouse: WH')}
`;
}

/** In one line. */
function formatValue(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

/**
 * Sets in the text what differs from the settings and takes out what they do
 * not have; every comment and all else stays as it is.
 */
export function updateConfig(text: string, settings: Settings, comments: Comments = new Map()): string {
  const document = parseDocument(text);
  const present: unknown = document.toJS() ?? {};
  if (isDeepStrictEqual(present, settings)) {
    return text;
  }
  if (!isMap(document.contents)) {
    document.contents = document.createNode({}) as unknown as typeof document.contents;
  }
  align(document, [], isSection(present) ? present : {}, settings, comments);
  return document.toString({ lineWidth: 0 });
}

function align(
  document: Document,
  path: readonly string[],
  present: Settings,
  wanted: Settings,
  comments: Comments,
): void {
  for (const key of Object.keys(present).filter((name) => wanted[name] === undefined)) {
    document.deleteIn([...path, key]);
  }
  for (const [key, value] of Object.entries(wanted)) {
    const before = present[key];
    const here = [...path, key];
    if (isSection(value) && isSection(before) && isCollection(document.getIn(here))) {
      align(document, here, before, value, comments);
    } else if (value !== undefined && !isDeepStrictEqual(before, value)) {
      document.setIn(here, nodeOf(document, value, here.join('.'), comments));
    }
  }
}

function nodeOf(document: Document, value: unknown, path: string, comments: Comments): Node {
  const node = document.createNode(value) as Node;
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (isNode(item)) {
        setComment(item, comments.get(`${path}.${index}`));
      }
      if (isMap(item)) {
        item.flow = true;
      }
    }
  } else if (!isCollection(node)) {
    setComment(node, comments.get(path));
  }
  return node;
}

function setComment(node: Node, comment: string | undefined): void {
  if (comment !== undefined && comment !== '') {
    node.comment = ` ${comment}`;
  }
}
