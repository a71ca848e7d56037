// What the package.json of every published package says of itself. Compares by default, and fills in with --write what follows from
// REPOSITORY; with --release, an address that is not known yet is an error, for npm holds provenance against it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `https://github.com/owner/name`, once it is decided where the repository lives. Until then the packages name no address. */
const REPOSITORY: string | undefined = undefined;

interface Manifest extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** All of them stand on core, which reads the certificates of the system by what Node has since then. */
const LEAST_NODE = '>=22.15';

const root = join(import.meta.dirname, '..');

function addresses(folder: string, repository: string | undefined): Readonly<Record<string, unknown>> {
  if (repository === undefined) return { repository: undefined, homepage: undefined, bugs: undefined };
  return {
    repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${folder}` },
    homepage: `${repository}/tree/main/packages/${folder}#readme`,
    bugs: `${repository}/issues`,
  };
}

function problemsOf(manifest: Manifest, expected: Readonly<Record<string, unknown>>): string[] {
  const { description, keywords, license, sideEffects, engines, files, publishConfig, funding } = manifest;
  const node = (engines as { node?: string } | undefined)?.node;
  const access = (publishConfig as { access?: string } | undefined)?.access;
  const rules: readonly (readonly [holds: boolean, problem: string])[] = [
    [typeof description === 'string' && description.length > 20, 'has no description'],
    [Array.isArray(keywords) && keywords.length >= 3, 'has fewer than three keywords'],
    [license === 'Apache-2.0', 'is not under Apache-2.0'],
    [
      sideEffects === false || Array.isArray(sideEffects),
      'does not say in `sideEffects` what may be left out of a bundle',
    ],
    [node === LEAST_NODE, `does not name ${LEAST_NODE} as the least Node in \`engines\``],
    [Array.isArray(files) && files.includes('dist'), 'does not name its `files`'],
    [access === 'public', 'has no `publishConfig.access` of public'],
    [funding === undefined, 'has `funding`, which is left out'],
  ];
  const wrong = Object.entries(expected).filter(
    ([key, value]) => JSON.stringify(manifest[key]) !== JSON.stringify(value),
  );
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...wrong.map(([key]) => `does not have the \`${key}\` that follows from REPOSITORY; run this script with --write`),
  ];
}

const problems: string[] = [];
for (const folder of readdirSync(join(root, 'packages'))) {
  const path = join(root, 'packages', folder, 'package.json');
  const before = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const expected = addresses(folder, REPOSITORY);
  const manifest = process.argv.includes('--write') ? { ...before, ...expected } : before;
  if (manifest !== before) writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  problems.push(...problemsOf(manifest, expected).map((problem) => `${manifest.name} ${problem}`));
}
if (process.argv.includes('--release') && REPOSITORY === undefined) {
  problems.push(
    'REPOSITORY in scripts/manifests.ts names no address, and npm takes provenance only for a package that names it',
  );
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
