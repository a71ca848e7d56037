// What there is to say of each store: the capabilities that its adapter declares, and what `store.json` beside it adds in words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AdapterModuleV1, Capabilities } from '../../packages/core/src/index.ts';

export const root: string = join(import.meta.dirname, '../..');

interface Tested {
  readonly what: string;
  readonly versions: readonly string[];
  /** `a real server`, `an emulator`, `the real engine`. */
  readonly on: string;
  /** A file of the repository that names each of the versions. */
  readonly evidence: string;
}

/** An entry of `store.json`. The rest follows from the capabilities. */
interface StoreEntry {
  readonly name: string;
  /** An example, as the command line takes it. */
  readonly location: string;
  readonly environment: readonly string[];
  /** Packages to install beside the adapter. */
  readonly install?: readonly string[] | undefined;
  readonly tested: readonly Tested[];
  readonly untested?: string | undefined;
  readonly carried?: string | undefined;
  readonly encoded?: string | undefined;
  readonly lost?: string | undefined;
  /** Schemes of stores that people move to from here, and look for a page about. */
  readonly movesTo: readonly string[];
  readonly movesFrom?: readonly string[] | undefined;
  /** What nobody can read off the capabilities, where records come from here and where they arrive here: a sentence or two each. */
  readonly leaving: readonly string[];
  readonly arriving: readonly string[];
  /** The same of one pair alone, by the scheme of the target. */
  readonly pairs?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface Store extends StoreEntry {
  readonly scheme: string;
  /** The folder of the package, such as `adapter-qdrant`. */
  readonly folder: string;
  readonly packageName: string;
  readonly capabilities: Capabilities;
}

const ENTRY_FIELDS: Readonly<Record<keyof StoreEntry, 'text' | 'list' | 'object' | undefined>> = {
  name: 'text',
  location: 'text',
  environment: 'list',
  install: undefined,
  tested: 'list',
  untested: undefined,
  carried: undefined,
  encoded: undefined,
  lost: undefined,
  movesTo: 'list',
  movesFrom: undefined,
  leaving: 'list',
  arriving: 'list',
  pairs: undefined,
};

/** Every store of every adapter in `packages`, those that people reach over a network first, the plainest last. */
export async function readStores(): Promise<Store[]> {
  const folders = readdirSync(join(root, 'packages')).filter((name) => name.startsWith('adapter-'));
  const stores = await Promise.all(folders.map(readAdapter));
  return stores.flat().toSorted((left, right) => rank(left) - rank(right));
}

/** Anything that needs a key or a host, then engines of this process, then files. */
function rank({ capabilities, location }: Store): number {
  if (capabilities.keepsSchema) return 2;
  return /:\/\/|^[a-z]+:[^./]/.test(location) ? 0 : 1;
}

async function readAdapter(folder: string): Promise<Store[]> {
  const home = join(root, 'packages', folder);
  const path = join(home, 'store.json');
  if (!existsSync(path)) {
    throw new Error(
      `packages/${folder}/store.json is missing: it says in words what capabilities cannot. Look at that of another adapter.`,
    );
  }
  const { name: packageName } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { name: string };
  const { stores } = JSON.parse(readFileSync(path, 'utf8')) as { readonly stores: readonly StoreEntry[] };
  const adapter = (await import(pathToFileURL(join(home, 'src/index.ts')).href)) as AdapterModuleV1;
  return Promise.all(
    stores.map(async (entry) => {
      checkEntry(entry, `packages/${folder}/store.json`);
      // AWS has a chain of credentials instead of one key.
      const hasKey = !entry.environment.some((name) => name.startsWith('AWS_'));
      // Opens nothing: the first call would.
      const { store } = adapter.openLocation(entry.location, hasKey ? { apiKey: 'none' } : {});
      const { capabilities } = store;
      await store.close();
      return { ...entry, scheme: entry.location.replace(/:.*/s, ''), folder, packageName, capabilities };
    }),
  );
}

function checkEntry(entry: StoreEntry, path: string): void {
  const wrong = (what: string): Error => new Error(`${path}: ${entry.name ?? 'an entry'} ${what}`);
  for (const key of Object.keys(entry)) if (!(key in ENTRY_FIELDS)) throw wrong(`has "${key}", which nothing reads`);
  for (const [key, kind] of Object.entries(ENTRY_FIELDS)) {
    const value = entry[key as keyof StoreEntry];
    if (kind === 'text' && typeof value !== 'string') throw wrong(`has no "${key}"`);
    if (kind === 'list' && !Array.isArray(value)) throw wrong(`has no list "${key}"`);
  }
  for (const { versions, evidence } of entry.tested) {
    const text = existsSync(join(root, evidence)) ? readFileSync(join(root, evidence), 'utf8') : '';
    const unsaid = versions.filter((version) => !text.includes(version));
    if (unsaid.length > 0 || text === '') {
      throw wrong(
        `was tested with ${versions.join(', ')}, says store.json, and ${evidence} does not name ${unsaid.join(', ')}`,
      );
    }
  }
}

/** `Qdrant 1.16 and 1.18.3, on an emulator`. */
export function testedText({ tested, untested }: Store): string {
  const parts = tested.map(({ what, versions, on }) => `${[what, and(versions)].filter(Boolean).join(' ')}: ${on}`);
  return [parts.join('; '), untested].filter(Boolean).join('. ');
}

/** `a, b and c`. */
export function and(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
