/** Rows of the tables of the state in words, for people. */
import { countOf } from '../lib/count-of';

/** One and many of each table, where its name does not say it. */
const WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  links: ['link', 'links'],
  debts: ['debt', 'debts'],
  runs: ['run', 'runs'],
  audit: ['audit row', 'audit rows'],
  intents: ['write under way', 'writes under way'],
  holds: ['hold', 'holds'],
  checkpoints: ['checkpoint', 'checkpoints'],
  listings: ['listing', 'listings'],
  breaches: ['exceeded limit', 'exceeded limits'],
  stores: ['store', 'stores'],
};

/** `3 links, 1 debt, 20 audit rows`; empty when there are no tables. */
export function describeRows(rows: Readonly<Record<string, number>>): string {
  return Object.entries(rows)
    .map(([table, count]) => countOf(count, ...(WORDS[table] ?? ([table, table] as const))))
    .join(', ');
}
