import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildFlows } from '../../src/app';
import type { Config } from '../../src/config/load';
import { ConfigFile } from '../../src/config/schema';
import { entities } from '../../src/entities';

test('every folder or file beside the registry is an entity in it, by its name', () => {
  const names = readdirSync(join(__dirname, '../../src/entities'))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'index');
  expect(entities.map(({ name }) => name).sort()).toEqual(names.sort());
});

test('a direction exists exactly when its key is present, and its flow says so', () => {
  for (const entity of entities) {
    const alone = buildFlows(configOf(), [entity]);
    expect(alone.map(({ direction }) => direction)).toEqual(
      (['wooToOdoo', 'odooToWoo'] as const).filter((direction) => entity[direction] !== undefined),
    );
    const { name, settings } = entity;
    const without = { name, settings, ...(entity.odooToWoo && { odooToWoo: entity.odooToWoo }) };
    expect(buildFlows(configOf(), [without]).map(({ direction }) => direction)).not.toContain('wooToOdoo');
  }
});

test('what the program does today: customers, products and orders to Odoo, stock to the shop', () => {
  expect(buildFlows(configOf()).map(({ name, direction }) => `${name} ${direction}`)).toEqual([
    'customers wooToOdoo',
    'products wooToOdoo',
    'orders wooToOdoo',
    'stock odooToWoo',
  ]);
});

test('a flow depends on flows that exist, and no two flows write the same kind of record', () => {
  const flows = buildFlows(configOf());
  const names = flows.map(({ name }) => name);
  expect(flows.flatMap(({ dependsOn }) => dependsOn).filter((name) => !names.includes(name))).toEqual([]);
  const kinds = flows.flatMap((flow) => flow.entities);
  expect(new Set(kinds).size).toBe(kinds.length);
});

function configOf(): Config {
  return { file: ConfigFile.parse({}) } as unknown as Config;
}
