// Compares the imports between the rooms of core, those of types included, with packages/core/rooms.json. A room is a folder of
// src, or a file that lies directly in it. `migrate` and `index` stand above all others and may import any.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FREE = ['migrate', 'index'];

const core = join(import.meta.dirname, '../packages/core');
const allowed = JSON.parse(readFileSync(join(core, 'rooms.json'), 'utf8')) as Record<string, readonly string[]>;
const source = join(core, 'src');
const problems: string[] = [];
const used = new Map<string, Set<string>>();

function roomOf(path: string): string {
  const [first = ''] = path.split('/');
  return first.replace(/\.ts$/, '');
}

for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
  const from = roomOf(file);
  if (!file.endsWith('.ts') || file.endsWith('.test.ts') || FREE.includes(from)) continue;
  const text = readFileSync(join(source, file), 'utf8');
  for (const [, specifier = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
    const to = roomOf(relative(source, join(source, dirname(file), specifier)));
    if (to === from) continue;
    used.set(from, (used.get(from) ?? new Set()).add(to));
    if (allowed[from]?.includes(to) !== true) problems.push(`${file} imports ${specifier}: ${from} may not know ${to}`);
  }
}

for (const [room, others] of Object.entries(allowed)) {
  for (const other of others) {
    if (used.get(room)?.has(other) !== true)
      problems.push(`rooms.json lets ${room} import ${other}, which it does not`);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
