/** A configuration on its way: what was given, found and chosen so far. */
import type { Config } from '../config/load';
import { Environment, type VariableName } from '../config/environment';
import { ConfigFile } from '../config/schema';
import type { EnvValues } from '../config/env-text';
import { UsageError } from '../core/errors';
import { Secret } from '../lib/secret';

/** As the configuration file has them: sections of settings. */
export type Settings = Record<string, unknown>;

/** The way to a setting: `['orders', 'taxes']`. */
export type SettingPath = readonly [string, ...string[]];

/** Stand where nothing was given; nothing is asked with them. */
const UNSET = {
  WOO_URL: 'http://unset.invalid',
  WOO_CONSUMER_KEY: 'ck_unset',
  WOO_CONSUMER_SECRET: 'cs_unset',
  ODOO_URL: 'http://unset.invalid',
  ODOO_DB: 'unset',
  ODOO_USERNAME: 'unset',
};
/** A person waits: the minutes that a run allows are too long. */
const PATIENCE = '30s';

export class Draft {
  #variables: EnvValues;
  #settings: Settings;
  readonly #comments = new Map<string, string>();

  constructor(variables: EnvValues, settings: Settings) {
    this.#variables = { ...variables };
    this.#settings = structuredClone(settings);
  }

  get variables(): EnvValues {
    return this.#variables;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What to say behind a setting, by its path with dots; a row of a list is `orders.taxes.0`. */
  get comments(): ReadonlyMap<string, string> {
    return this.#comments;
  }

  /** As text, secrets left out. */
  textOf(name: VariableName): string | undefined {
    const value = this.#variables[name];
    return value instanceof Secret ? undefined : value;
  }

  secretOf(name: VariableName): Secret | undefined {
    const value = this.#variables[name];
    return value === undefined || value instanceof Secret ? value : new Secret(value);
  }

  /** Undefined or empty takes it away. */
  setVariable(name: VariableName, value: string | Secret | undefined): void {
    const others = Object.fromEntries(Object.entries(this.#variables).filter(([other]) => other !== name));
    this.#variables = value === undefined || value === '' ? others : { ...others, [name]: value };
  }

  /** The setting as it was given, without defaults. */
  get(path: SettingPath): unknown {
    return path.reduce<unknown>((node, key) => (isSection(node) ? node[key] : undefined), this.#settings);
  }

  /** Undefined takes it away. */
  set(path: SettingPath, value: unknown, comment?: string): void {
    this.#settings = withSetting(this.#settings, path, value);
    if (comment !== undefined) {
      this.#comments.set(path.join('.'), comment);
    }
  }

  setComment(path: string, comment: string): void {
    this.#comments.set(path, comment);
  }

  /** What is wrong with a value for a setting, undefined when it may stand there. */
  problemWith(path: SettingPath, value: unknown): string | undefined {
    const result = ConfigFile.safeParse(withSetting(this.#settings, path, value));
    return result.error?.issues[0]?.message;
  }

  /** The settings with all defaults. */
  file(): ConfigFile {
    return ConfigFile.parse(this.#settings) as ConfigFile;
  }

  /** Enough of a configuration to ask either side; whoever asks knows that its address and keys were given. */
  config(): Config {
    const file = this.file();
    const plain = Object.entries(this.#variables).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : value,
    ]);
    return {
      environment: Environment.parse({ ...UNSET, ...(Object.fromEntries(plain) as object) }),
      file: {
        ...file,
        woo: { ...file.woo, timeout: PATIENCE },
        odoo: { ...file.odoo, timeout: PATIENCE },
      },
      configPath: undefined,
      home: '',
      hash: '',
      warnings: [],
    };
  }
}

/**
 * Settings given as `orders.from=2026-01-31`, laid over others.
 * @throws UsageError for a text without `=`
 */
export function layOver(
  settings: Settings,
  given: readonly (readonly [path: string, value: unknown])[],
): Settings {
  return given.reduce<Settings>((all, [name, value]) => {
    const [first, ...rest] = name.split('.');
    if (first === undefined || [first, ...rest].includes('')) {
      throw new UsageError([`--set ${name}: must name a setting, for example orders.from=2026-01-31`]);
    }
    return withSetting(all, [first, ...rest], value);
  }, settings);
}

function withSetting(settings: Settings, [key, ...rest]: SettingPath, value: unknown): Settings {
  const [next, ...others] = rest;
  if (next === undefined) {
    const kept = Object.entries(settings).filter(([name]) => name !== key || value !== undefined);
    return { ...Object.fromEntries(kept), ...(value === undefined ? {} : { [key]: value }) };
  }
  const below = settings[key];
  return { ...settings, [key]: withSetting(isSection(below) ? below : {}, [next, ...others], value) };
}

/** A section, and not a list or a value. */
export function isSection(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
