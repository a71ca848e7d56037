import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestOf } from './manifest.ts';
import { namesOf, rename } from './names.ts';

const template = fileURLToPath(new URL('../template', import.meta.url));

/**
 * Writes an adapter into a folder, and returns the paths of its files.
 * @throws RangeError where the name cannot be used, or the folder is not empty.
 */
export function createAdapter(name: string, folder: string): string[] {
  const names = namesOf(name);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new RangeError(`${folder} is not empty, and nothing was written: name another folder, or empty this one`);
  }
  const files = new Map([['package.json', manifestOf(names)]]);
  for (const path of templateFiles()) {
    // npm leaves a .gitignore out of tarballs.
    const renamed = rename(path, names).replace(/^_gitignore$/, '.gitignore');
    files.set(renamed, rename(readFileSync(join(template, path), 'utf8'), names));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return [...files.keys()].toSorted();
}

function templateFiles(): string[] {
  return readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1));
}
