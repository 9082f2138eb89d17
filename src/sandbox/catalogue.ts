/**
 * The products both halves of the sandbox are seeded from: what the shop sells
 * and what Odoo stocks, with the gaps real pairs have (no SKU, missing on one
 * side, stock that differs).
 */
import { createRandom, pickFrom } from './random';
import type { Random } from './random';

/** A simple product or one variation; names are plain text, not HTML-encoded. */
export interface CatalogueItem {
  /** Empty for a product the shop sells without SKU. */
  readonly sku: string;
  /** Full name; of a variation `Parent - Option`. */
  readonly name: string;
  /** Name of the variable product, null for a simple one. */
  readonly parentName: string | null;
  readonly option: string | null;
  /** Two decimals, EUR. */
  readonly listPriceExclTax: string;
  readonly taxClass: 'standard' | 'reduced-rate';
  readonly wooStock: number;
  readonly odooStock: number;
  readonly inOdoo: boolean;
  readonly inWoo: boolean;
}

export interface CatalogueOptions {
  readonly simpleProducts: number;
  readonly variableProducts: number;
}

/** The size the shop facts were measured at: 200 simple products, 20 variable ones with 90 variations. */
export const DEFAULT_CATALOGUE: CatalogueOptions = { simpleProducts: 200, variableProducts: 20 };

const ODD_NAMES: readonly string[] = [
  'Crème brûlée à la fleur d’oranger',
  'Tom & Jerry <b>mug</b>',
  'Thé vert « Sencha » 100 g',
  'قهوة عربية',
  'Чай чёрный',
  '抹茶パウダー',
  'Café ☕ moulu',
  'Clou 5" & écrou 3/8"',
  'Smörgås-kniv',
  'Confiture d’été (50 % fruits)',
];

const KINDS: readonly string[] = [
  'Bol en grès',
  'Carnet ligné',
  'Lampe de bureau',
  'Panier en osier',
  'Savon de Marseille',
  'Torchon en lin',
  'Bougie parfumée',
  'Plateau en noyer',
];

const FOODS: readonly string[] = [
  'Miel de lavande',
  'Huile d’olive',
  'Sirop de menthe',
  'Biscuits au beurre',
];

const COLOURS: readonly string[] = ['Rouge', 'Bleu', 'Vert d’eau', 'Noir', 'Blanc cassé', 'Jaune & or'];

/** Variations of the nth variable product; twenty of them make 90. */
const VARIATION_COUNTS: readonly number[] = [4, 5, 6, 3];

/** Builds the catalogue; the same options always give the same items in the same order. */
export function buildCatalogue(options: CatalogueOptions): CatalogueItem[] {
  const random = createRandom(20_261_122);
  const items: CatalogueItem[] = [];
  for (let number = 1; number <= options.simpleProducts; number += 1) {
    items.push(simpleProduct(random, number));
  }
  for (let number = 1; number <= options.variableProducts; number += 1) {
    items.push(...variations(random, number));
  }
  return items;
}

function simpleProduct(random: Random, number: number): CatalogueItem {
  const food = number % 4 === 0;
  const kind = pickFrom(random, food ? FOODS : KINDS);
  const withoutSku = number % 67 === 0;
  const shopOnly = number % 41 === 0;
  const odooOnly = number % 50 === 49;
  return {
    sku: withoutSku ? '' : `SIM-${String(number).padStart(4, '0')}`,
    name: ODD_NAMES[number - 1] ?? `${kind} ${number}`,
    parentName: null,
    option: null,
    listPriceExclTax: price(random),
    taxClass: food ? 'reduced-rate' : 'standard',
    ...stock(random, number),
    inOdoo: !withoutSku && !shopOnly,
    inWoo: !odooOnly,
  };
}

function variations(random: Random, number: number): CatalogueItem[] {
  const parentName = `T-shirt déclinable n°${number}`;
  const base = price(random);
  const count = VARIATION_COUNTS[(number - 1) % VARIATION_COUNTS.length] ?? 4;
  return COLOURS.slice(0, count).map((option, index) => ({
    sku: number === 9 && index === 3 ? '' : `VAR-${String(number).padStart(2, '0')}-${index + 1}`,
    name: `${parentName} - ${option}`,
    parentName,
    option,
    listPriceExclTax: (Number(base) + index).toFixed(2),
    taxClass: 'standard',
    ...stock(random, number * 7 + index),
    inOdoo: !(number === 13 && index === 2) && !(number === 9 && index === 3),
    inWoo: true,
  }));
}

function price(random: Random): string {
  const cents = random() < 0.1 ? 8 + random() * 90 : 100 + random() * random() * 19_900;
  return (Math.round(cents) / 100).toFixed(2);
}

/** A third agrees, most of the rest differs a little, every nineteenth is nearly sold out in Odoo. */
function stock(random: Random, number: number): { wooStock: number; odooStock: number } {
  const wooStock = number % 23 === 0 ? 0 : 20 + Math.floor(random() * 400);
  if (number % 19 === 0) {
    return { wooStock, odooStock: number % 2 };
  }
  if (number % 3 === 0 && wooStock > 0) {
    return { wooStock, odooStock: wooStock };
  }
  return { wooStock, odooStock: 500 + Math.floor(random() * 2_000) };
}
