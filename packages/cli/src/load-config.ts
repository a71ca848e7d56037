import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VsmError } from '@vsm/core';
import { didYouMean, own } from '@vsm/core/adapter';
import type { MigrationConfig, StoreConfig, VsmConfig } from './config.ts';
import { settingProblem } from './setting-check.ts';
import { CONFIG_SETTINGS } from './settings.ts';

export interface LoadedConfig {
  readonly path: string;
  readonly stores: ReadonlyMap<string, StoreConfig>;
  readonly migrations: ReadonlyMap<string, MigrationConfig>;
  readonly runDir: string | undefined;
  readonly warnings: readonly string[];
  /** Keys that are written out in it. */
  readonly secrets: readonly string[];
}

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((extension) => `vsm.config.${extension}`);

const STORE_KEYS = ['location', 'apiKey'];
const MIGRATION_KEYS = CONFIG_SETTINGS.map(([name]) => name);
/** The file that `--config` names, or `vsm.config.*` of the working directory. The loader is loaded only if there is one. */
export async function loadConfig(given: string | undefined): Promise<LoadedConfig | undefined> {
  const path =
    given === undefined ? NAMES.map((name) => resolve(name)).find((name) => existsSync(name)) : resolve(given);
  if (path === undefined) return undefined;
  if (!existsSync(path)) throw new VsmError('INVALID_OPTIONS', `There is no config file ${path}.`);
  const { loadConfig: load } = await import('c12');
  let config: unknown;
  try {
    const loaded = await load<Record<string, unknown>>({
      name: 'vsm',
      cwd: dirname(path),
      configFile: path,
      rcFile: false,
      globalRc: false,
      packageJson: false,
      dotenv: false,
      extend: false,
      giget: false,
      // This package itself, which a config file may import even where only the command is installed.
      jitiOptions: { alias: { '@vsm/cli': fileURLToPath(import.meta.resolve('@vsm/cli')) } },
    });
    ({ config } = loaded);
  } catch (cause) {
    throw new VsmError('INVALID_OPTIONS', `${path} cannot be read: ${withoutExcerpt(cause)}`, { cause });
  }
  return checkConfig(path, config);
}

/** Parsers quote what they choke on, below their message or in it, and a key may stand there. */
function withoutExcerpt(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replaceAll(/(?:\.{3})?(["'`]).*\1(?:\.{3})?/g, '…');
}

/** @throws VsmError `INVALID_OPTIONS` naming the file and the place in it */
function checkConfig(path: string, value: unknown): LoadedConfig {
  const config = record(path, 'the config', value);
  known(path, 'the config', config, ['$schema', 'stores', 'migrations', 'runDir']);
  const warnings: string[] = [];
  const secrets: string[] = [];
  const stores = new Map<string, StoreConfig>();
  for (const [name, given] of Object.entries(record(path, 'stores', config['stores'] ?? {}))) {
    const store: Record<string, unknown> =
      typeof given === 'string' ? { location: given } : record(path, `stores.${name}`, given);
    known(path, `stores.${name}`, store, STORE_KEYS);
    const { location, apiKey } = store;
    if (!/^[\w-]+$/.test(name)) throw invalid(path, `stores.${name}: a name has letters, digits, - and _ only`);
    if (typeof location !== 'string') throw invalid(path, `stores.${name} needs a location`);
    if (apiKey !== undefined && typeof apiKey !== 'string') throw invalid(path, `stores.${name}.apiKey is not a text`);
    if (apiKey !== undefined && !hasReference(apiKey)) {
      secrets.push(apiKey);
      warnings.push(
        `${path} holds the key of store "${name}" itself. Write apiKey: '\${NAME_OF_A_VARIABLE}' instead, and change the key if the file was ever shared.`,
      );
    }
    stores.set(name, { location, apiKey });
  }
  const migrations = new Map<string, MigrationConfig>();
  for (const [name, given] of Object.entries(record(path, 'migrations', config['migrations'] ?? {}))) {
    const migration = record(path, `migrations.${name}`, given);
    known(path, `migrations.${name}`, migration, MIGRATION_KEYS);
    for (const side of ['source', 'target']) {
      if (typeof own(migration, side) !== 'string') throw invalid(path, `migrations.${name} needs a ${side}`);
    }
    for (const [key, setting] of CONFIG_SETTINGS) {
      const told = own(migration, key);
      const problem = told === undefined ? undefined : settingProblem(setting, told);
      if (problem !== undefined) throw invalid(path, `migrations.${name}.${key} ${problem}`);
    }
    if (name.includes(':')) throw invalid(path, `migrations.${name}: a name has no colon, which marks locations`);
    migrations.set(name, migration as unknown as MigrationConfig);
  }
  const { runDir } = config as VsmConfig;
  return {
    path,
    stores,
    migrations,
    runDir: typeof runDir === 'string' ? join(dirname(path), runDir) : undefined,
    warnings,
    secrets,
  };
}

function record(path: string, where: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(path, `${where} is not an object`);
}

function known(path: string, where: string, value: object, names: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    throw invalid(path, `${where} has no setting "${name}". ${didYouMean(name, names, `It has: ${names.join(', ')}`)}`);
  }
}

function invalid(path: string, what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `${path}: ${what}`);
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function hasReference(text: string): boolean {
  return text.search(REFERENCE) !== -1;
}

/** Puts environment variables in place. Inside a longer text, which is a location, they are percent-encoded. */
export function resolveReferences(text: string, what: string): string {
  return text.replaceAll(REFERENCE, (reference, name: string) => {
    const value = own(process.env, name);
    if (value === undefined || value === '') {
      throw new VsmError('INVALID_OPTIONS', `${what} refers to the environment variable ${name}, which is not set.`);
    }
    return reference === text ? value : encodeURIComponent(value);
  });
}
