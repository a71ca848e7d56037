// What a packed package weighs and needs, against what was agreed on in etc/packages.json.
import { execFileSync } from 'node:child_process';

export interface PackageFacts {
  /** Bytes on disk once installed, without dependencies. */
  readonly unpacked: number;
  /** What comes along: dependencies, and peers that are not optional. */
  readonly dependencies: readonly string[];
}

export type Facts = Readonly<Record<string, PackageFacts>>;

/** In percent. */
const MOST_GROWTH = 10;

/** Reads the tarballs themselves, which are what users get. */
export function readFacts(tarballs: readonly string[]): Facts {
  const shell = process.platform === 'win32';
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', ...tarballs], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell,
  });
  const sizes = packed(JSON.parse(told));
  return Object.fromEntries(
    tarballs.map((tarball) => {
      const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
      const manifest = JSON.parse(text) as Manifest;
      const { name, dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
      const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
      const unpacked = sizes.get(name);
      if (unpacked === undefined) throw new Error(`npm pack --json tells no size of ${name}`);
      return [name, { unpacked, dependencies: [...Object.keys(dependencies), ...peers].toSorted() }];
    }),
  );
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** npm 11 prints a list and npm 12 an object by name. */
function packed(told: unknown): Map<string, number> {
  const entries = Object.values(
    told as Readonly<Record<string, { readonly name: string; readonly unpackedSize: number }>>,
  );
  return new Map(entries.map(({ name, unpackedSize }) => [name, unpackedSize]));
}

/** What somebody has to agree to, one sentence each. */
export function changesToAgreeOn(agreed: Facts, found: Facts): string[] {
  const problems: string[] = [];
  for (const [name, { unpacked, dependencies }] of Object.entries(found)) {
    const before = agreed[name];
    if (before === undefined) {
      problems.push(`${name} is not in etc/packages.json`);
      continue;
    }
    const growth = ((unpacked - before.unpacked) * 100) / before.unpacked;
    if (growth > MOST_GROWTH) {
      problems.push(`${name} grew by ${growth.toFixed(1)} %, from ${before.unpacked} to ${unpacked} bytes`);
    }
    const gained = dependencies.filter((dependency) => !before.dependencies.includes(dependency));
    if (gained.length > 0) problems.push(`${name} gained the dependencies ${gained.join(', ')}`);
  }
  for (const name of Object.keys(agreed)) {
    if (found[name] === undefined) problems.push(`${name} is in etc/packages.json, but was not packed`);
  }
  return problems;
}
