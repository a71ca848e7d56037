// Puts the pages that people wrote where the site is built from, with their links as they are there.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/stores/facts.ts';
import { placeOf, relink } from './paths.ts';

export interface Page {
  /** As the site has it, such as `guides/nightly-backup.md`. */
  readonly place: string;
  readonly text: string;
}

export function writtenPages(): Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`);
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  const own = ['UPGRADING.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CODE_OF_CONDUCT.md'];
  const pages = [...docs, ...packages, ...own].flatMap((file): Page[] => {
    const place = placeOf(file);
    if (place === undefined || !existsSync(join(root, file))) return [];
    return [{ place, text: relink(readFileSync(join(root, file), 'utf8'), file, place) }];
  });
  const start = readFileSync(join(import.meta.dirname, '../start.md'), 'utf8');
  return [{ place: 'index.md', text: start }, ...pages];
}

export function stage(pages: readonly Page[], folder: string): void {
  for (const { place, text } of pages) {
    const path = join(folder, place);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  // Once where pages show them, and once where they link to them.
  for (const place of ['screenshots', 'public/screenshots']) {
    cpSync(join(root, 'docs/screenshots'), join(folder, place), { recursive: true });
  }
}
