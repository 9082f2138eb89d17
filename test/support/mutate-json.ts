/** Spoils records: edits of plain JSON, drawn by fast-check, each with words that say what was done. */
import fc from 'fast-check';
import { HUGE_VALUES, ODD_TEXTS, ODD_VALUES, suitedTo, type Maker } from './hostile-values';

type Container = Record<string, unknown> | unknown[];

/** One change at one place. */
export interface Edit {
  readonly path: readonly string[];
  readonly words: string;
  /** Changes the member `name` of `parent`, which has it. */
  apply(parent: Container, name: string): void;
}

/** Names that mean something to JavaScript itself. */
const LOADED_KEYS = ['__proto__', 'constructor', 'toString', 'valueOf', 'length', 'hasOwnProperty', 'then'];

/**
 * Edits of records that look like these. A path that goes through a list is
 * applied to an element that is there; one that a record does not have leaves
 * it as it is.
 * @param keep paths that must stay, as `id` where a record is known by it
 */
export function editsOf(samples: readonly unknown[], keep: readonly string[] = []): fc.Arbitrary<Edit> {
  const paths = [...new Set(samples.flatMap((sample) => pathsOf(sample, [])))]
    .filter((path) => !keep.includes(path))
    .map((path) => path.split('\n'));
  const arbitraries = new Map<readonly string[], fc.Arbitrary<Edit>>();
  return fc.constantFrom(...paths).chain((path) => {
    const known = arbitraries.get(path) ?? editsAt(path);
    arbitraries.set(path, known);
    return known;
  });
}

function editsAt(path: readonly string[]): fc.Arbitrary<Edit> {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  return fc.oneof(
    { weight: 50, arbitrary: settingTo(path, suitedTo(path.at(-1) ?? '')) },
    { weight: 20, arbitrary: settingTo(path, ODD_TEXTS) },
    { weight: 20, arbitrary: settingTo(path, ODD_VALUES) },
    { weight: 10, arbitrary: text.map((drawn) => set(path, JSON.stringify(drawn), () => drawn)) },
    { weight: 20, arbitrary: rebuilding(path, REBUILDS) },
    { weight: 10, arbitrary: fc.constantFrom(...LOADED_KEYS).map((key) => addKey(path, key)) },
    { weight: 1, arbitrary: settingTo(path, HUGE_VALUES) },
    { weight: 1, arbitrary: rebuilding(path, HUGE_REBUILDS) },
  );
}

/** The record with the edits done; the original stays as it was. */
export function mutate(record: unknown, edits: readonly Edit[]): unknown {
  const copy = structuredClone(record);
  for (const edit of edits) {
    const place = find(copy, edit.path);
    if (place !== undefined) {
      edit.apply(place.parent, place.name);
    }
  }
  return copy;
}

/** JSON as a hostile server writes it: with numbers that `JSON.stringify` would turn into null. */
export function writeJson(value: unknown): string {
  const numbers: string[] = [];
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'number' || (Number.isFinite(inner) && !Object.is(inner, -0))) {
      return inner;
    }
    numbers.push(Object.is(inner, -0) ? '-0' : inner > 0 ? '1e309' : inner < 0 ? '-1e309' : 'null');
    return `\u0000number ${numbers.length - 1}\u0000`;
  });
  return numbers.length === 0
    ? text
    : text.replace(/"\\u0000number (\d+)\\u0000"/g, (_, index: string) => numbers[Number(index)] ?? 'null');
}

/** The edits in a line. */
export function describeEdits(edits: readonly Edit[]): string {
  return edits.map(({ path, words }) => `${path.join('.')}: ${words}`).join('; ') || 'nothing';
}

function settingTo(path: readonly string[], pool: Readonly<Record<string, Maker>>): fc.Arbitrary<Edit> {
  return fc.constantFrom(...Object.entries(pool)).map(([name, make]) => set(path, name, make));
}

function set(path: readonly string[], words: string, make: Maker): Edit {
  return {
    path,
    words: `set to ${words}`,
    apply: (parent, name) => {
      put(parent, name, make());
    },
  };
}

/** Like an assignment, but `__proto__` becomes a member of its own, as `JSON.parse` makes it. */
function put(target: Container, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function get(target: Container, name: string): unknown {
  return (target as Record<string, unknown>)[name];
}

/** Puts a name that JavaScript itself uses into the object at the path, or beside the value there. */
function addKey(path: readonly string[], key: string): Edit {
  return {
    path,
    words: `with a member ${key}`,
    apply: (parent, name) => {
      const value = get(parent, name);
      const target = isContainer(value) && !Array.isArray(value) ? value : parent;
      if (!Array.isArray(target)) {
        put(target, key, { polluted: true, toString: 1 });
      }
    },
  };
}

interface Rebuild {
  readonly words: string;
  readonly rebuild: Edit['apply'];
}

function rebuilding(path: readonly string[], rebuilds: readonly Rebuild[]): fc.Arbitrary<Edit> {
  return fc.constantFrom(...rebuilds).map(({ words, rebuild }) => ({ path, words, apply: rebuild }));
}

const REBUILDS: readonly Rebuild[] = [
  {
    words: 'left out',
    rebuild: (parent, name) => {
      if (Array.isArray(parent)) {
        parent.splice(Number(name), 1);
      } else {
        Reflect.deleteProperty(parent, name);
      }
    },
  },
  { words: 'in a list', rebuild: changing((value) => [value]) },
  { words: 'in an object', rebuild: changing((value) => ({ value })) },
  {
    words: 'as text',
    rebuild: changing((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  },
  {
    words: 'as a number',
    rebuild: changing((value) => (Number.isNaN(Number(JSON.stringify(value))) ? 12 : Number(value))),
  },
  {
    words: 'as an object by index',
    rebuild: changing((value) => (Array.isArray(value) ? Object.fromEntries(value.entries()) : { 1: value })),
  },
  { words: 'twice', rebuild: repeating(2) },
];
const HUGE_REBUILDS: readonly Rebuild[] = [{ words: 'ten thousand times', rebuild: repeating(10_000) }];

function changing(change: (value: unknown) => unknown): Edit['apply'] {
  return (parent, name) => {
    put(parent, name, change(get(parent, name)));
  };
}

/** Lists repeat their first element, elements themselves, text its letters; nothing that would explode. */
function repeating(times: number): Edit['apply'] {
  return (parent, name) => {
    const value = get(parent, name);
    if (Array.isArray(value)) {
      const [first] = value as unknown[];
      put(
        parent,
        name,
        value.length === 0 ? value : [...Array<unknown>(times).fill(first), ...(value as unknown[])],
      );
    } else if (Array.isArray(parent)) {
      parent.splice(Number(name), 0, ...Array<unknown>(Math.min(times, 100)).fill(value));
    } else if (typeof value === 'string') {
      put(parent, name, value.repeat(Math.min(times, Math.ceil(100_000 / Math.max(value.length, 1)))));
    }
  };
}

/** Every place below a value, as names joined by line breaks. */
function pathsOf(value: unknown, path: readonly string[]): string[] {
  const here = path.length === 0 ? [] : [path.join('\n')];
  return isContainer(value)
    ? [...here, ...Object.keys(value).flatMap((name) => pathsOf(get(value, name), [...path, name]))]
    : here;
}

function find(root: unknown, path: readonly string[]): { parent: Container; name: string } | undefined {
  let parent: unknown = root;
  for (const [index, step] of path.entries()) {
    if (!isContainer(parent)) {
      return undefined;
    }
    const name = Array.isArray(parent) && parent.length > 0 ? String(Number(step) % parent.length) : step;
    if (!Object.hasOwn(parent, name)) {
      return undefined;
    }
    if (index === path.length - 1) {
      return { parent, name };
    }
    parent = get(parent, name);
  }
  return undefined;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}
