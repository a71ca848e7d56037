// A list of names in the code, each with a comment `What it means. To do: what helps.`, as sections.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './facts.ts';

interface Named {
  readonly name: string;
  readonly means: string;
  readonly toDo: string;
}

/** @throws Error where a name of the list has no comment of that form */
function readNames(path: string, list: string): Named[] {
  const source = readFileSync(join(root, path), 'utf8');
  const start = source.search(new RegExp(`(?:type|const) ${list} =`));
  const body = source.slice(start, source.indexOf(';\n', start));
  const names = [...body.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:\| )?'([\w-]+)'/g)];
  if (names.length === 0) throw new Error(`${path} has no list ${list}`);
  return names.map(([, comment = '', name = '']) => {
    const said = comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();
    const [, means, toDo] = /^(.*?\.) To do: (.*)$/s.exec(said) ?? [];
    if (means === undefined || toDo === undefined) {
      throw new Error(
        `'${name}' of ${list} in ${path} has no comment such as /** What it means. To do: what helps. */`,
      );
    }
    return { name, means, toDo };
  });
}

/** The same lists as a module of the cli, which has no docs/ beside it where it is installed. */
export function explanationsModule(lists: readonly (readonly [path: string, list: string])[]): string {
  const text = (said: string): string => `'${said.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
  const entries = lists
    .flatMap(([path, list]) => readNames(path, list))
    .map(({ name, means, toDo }) => `  [${text(name)}, { means: ${text(means)}, toDo: ${text(toDo)} }],`);
  return [
    '// Written by scripts/stores.ts from the comments on the codes and losses of core.',
    'export interface Explanation {',
    '  readonly means: string;',
    '  readonly toDo: string;',
    '}',
    '',
    '/** What each code of an error, and each loss of a plan, means. */',
    'export const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([',
    ...entries,
    ']);',
    '',
  ].join('\n');
}

/** Each under a heading of its own, so that a link leads to one. */
export function errorSections(path: string, list: string): string {
  return readNames(path, list)
    .map(({ name, means, toDo }) => `### \`${name}\`\n\n${means}\n\nTo do: ${toDo}`)
    .join('\n\n');
}
