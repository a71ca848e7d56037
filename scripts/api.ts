// The public types of each package as one text in etc/api, so that a change of them shows in the diff of whoever makes it. Compares by
// default, writes with --write. Needs a build.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'etc/api');
const write = process.argv.includes('--write');

/** Files that a door leads to, in the order of their paths, without comments and maps. */
function declarations(dist: string, doors: readonly string[]): string {
  const found = new Set<string>();
  const queue = [...doors];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path) || !existsSync(path)) continue;
    found.add(path);
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)) {
      queue.push(join(dirname(path), specifier.replace(/\.(?:js|ts)$/, '.d.ts')));
    }
  }
  return [...found]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .map((path) => `// ${relative(dist, path)}\n${bare(readFileSync(path, 'utf8'))}`)
    .join('\n');
}

function bare(text: string): string {
  return text
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\/\/#.*$/gm, '')
    .replaceAll(/^\s*\n/gm, '');
}

const changed: string[] = [];
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(join(root, 'packages'))) {
  const home = join(root, 'packages', name);
  const { exports = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    exports?: Readonly<Record<string, string | { readonly types?: string }>>;
  };
  const doors = Object.values(exports).flatMap((door) => (typeof door === 'string' ? [] : (door.types ?? [])));
  if (doors.length === 0) continue;
  const text = declarations(
    join(home, 'dist'),
    doors.map((door) => join(home, door)),
  );
  const path = join(folder, `${name}.d.ts`);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text === before) continue;
  changed.push(name);
  if (write) writeFileSync(path, text);
}

if (changed.length > 0 && !write) {
  console.error(
    `The public types of ${changed.join(', ')} are not those in etc/api. If that is meant: npm run api, and look at the diff.`,
  );
  process.exitCode = 1;
}
