/** Comparisons of one value, as PostgreSQL makes them: an empty value compares with nothing. */
import { textOf } from './values';
import type { Json, Value } from './values';

/** The test behind an operator that compares with one value. */
export function comparison(operator: string, wanted: Json): (value: Value) => boolean {
  switch (operator) {
    case '==':
      return (value) => value === wanted;
    case '>':
    case '>=':
    case '<':
    case '<=':
      return (value) => ordered(operator, value, wanted);
    case 'like':
    case 'ilike':
    case '=like':
    case '=ilike':
      return likeTest(operator, textOf(wanted));
    default:
      return () => false;
  }
}

function ordered(operator: string, value: Value, wanted: Json): boolean {
  const comparable =
    (typeof value === 'number' && typeof wanted === 'number') ||
    (typeof value === 'string' && typeof wanted === 'string');
  if (!comparable) {
    return false;
  }
  switch (operator) {
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '<':
      return value < wanted;
    default:
      return value <= wanted;
  }
}

/** SQL `LIKE`: `%` any text, `_` one character; the operators without `=` look anywhere in the text. */
function likeTest(operator: string, pattern: string): (value: Value) => boolean {
  const anywhere = !operator.startsWith('=');
  const source = Array.from(pattern)
    .map((character) => {
      if (character === '%') {
        return '.*';
      }
      return character === '_' ? '.' : character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  const flags = operator.includes('ilike') ? 'isu' : 'su';
  const expression = new RegExp(anywhere ? source : `^${source}$`, flags);
  return (value) => (typeof value === 'string' ? expression.test(value) : pattern === '');
}
