// llms.txt: what a language model should read of the site, and llms-full.txt: all of it that people wrote.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './stage.ts';

export function writeLlms(groups: Readonly<Record<string, readonly Page[]>>, folder: string): void {
  const lines = Object.entries(groups).flatMap(([group, pages]) => [
    `## ${group}`,
    '',
    ...pages.map(
      ({ place, text }) => `- [${titleOf(text)}](${place.replace(/\.md$/, '.html')}): ${firstSentence(text)}`,
    ),
    '',
  ]);
  const head = [
    '# VSM',
    '',
    '> Moves collections of vectors, text and metadata between vector stores, and compares both sides value by value.',
    '',
  ];
  writeFileSync(join(folder, 'llms.txt'), [...head, ...lines].join('\n'));
  const whole = Object.values(groups)
    .flat()
    .map(({ place, text }) => `<!-- ${place} -->\n${withoutFrontmatter(text)}`);
  writeFileSync(join(folder, 'llms-full.txt'), whole.join('\n\n'));
}

export function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? '';
}

function firstSentence(text: string): string {
  const [, paragraph = ''] = /^# .+\n+((?:(?![#|`<!-]).+\n?)+)/m.exec(text) ?? [];
  const plain = paragraph
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('\n', ' ')
    .trim();
  return /^.*?[.:](?= |$)/.exec(plain)?.[0] ?? plain;
}

function withoutFrontmatter(text: string): string {
  return text.replace(/^---\n.*?\n---\n+/s, '');
}
