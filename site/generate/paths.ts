// Where files of the repository stand on the site, and what becomes of links to those that do not.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../../scripts/stores/facts.ts';

const OWN_NAMES: Readonly<Record<string, string>> = {
  'README.md': 'index.md',
  docs: 'index.md',
  'UPGRADING.md': 'upgrading.md',
  'SECURITY.md': 'security.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CODE_OF_CONDUCT.md': 'code-of-conduct.md',
};

/** The page or picture that shows this file; `undefined` where none does. */
export function placeOf(file: string): string | undefined {
  const own = OWN_NAMES[file];
  if (own !== undefined) return own;
  const [, name] = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(file) ?? [];
  if (name !== undefined) return `packages/${name}.md`;
  return /^docs\/.+\.(?:md|png)$/.test(file) ? file.slice('docs/'.length) : undefined;
}

/**
 * The text of a page with its links as they are on the site. A file that the site does not show is named without a link: nobody knows yet
 * where the repository can be read.
 * @throws Error on a link that leads nowhere in the repository
 */
export function relink(text: string, file: string, place: string): string {
  const fences = text.split(/(^```.*?^```$)/gms);
  return fences.map((part, index) => (index % 2 === 1 ? part : relinkText(part, file, place))).join('');
}

function relinkText(text: string, file: string, place: string): string {
  return text.replaceAll(
    /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
    (whole, bang: string, label: string, link: string) => {
      if (/^[a-z]+:/.test(link) || link.startsWith('#')) return whole;
      const [path = '', anchor] = link.split('#');
      const absolute = join(root, dirname(file), path);
      if (!existsSync(absolute)) throw new Error(`${file} links to ${link}, which is not there`);
      const name = relative(root, absolute);
      const target = placeOf(
        statSync(absolute).isDirectory() && existsSync(join(absolute, 'README.md')) ? join(name, 'README.md') : name,
      );
      if (target === undefined) return label;
      const to = relative(dirname(place), target);
      const written = to.startsWith('.') ? to : `./${to}`;
      return `${bang}[${label}](${written}${anchor === undefined ? '' : `#${anchor}`})`;
    },
  );
}
