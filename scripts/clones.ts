// Lines that stand in the sources of two adapters belong into core's adapter kit: none of six or more. Imports do not count.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LEAST_LINES = 6;

interface Place {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const root = join(import.meta.dirname, '..');
const packages = join(root, 'packages');

/** Lines of a place that do something: no imports, no empty ones. */
function linesOf({ name, start, end }: Place): number {
  const source = readFileSync(join(root, name), 'utf8');
  // Imports lose their text and keep their lines.
  const bare = source.replaceAll(/^import [^;]*;$/gm, (text) => text.replaceAll(/[^\n]/g, ''));
  const lines = bare.split('\n').slice(start - 1, end);
  return lines.filter((line) => line.trim() !== '').length;
}

function adapterOf({ name }: Place): string | undefined {
  return /packages\/(adapter-[^/]+)\//.exec(name)?.[1];
}

const report = mkdtempSync(join(tmpdir(), 'vsm-clones-'));
try {
  const asked = ['--min-lines', `${LEAST_LINES}`, '--min-tokens', '30', '--format', 'typescript'];
  const about = ['--pattern', 'adapter-*/src/**/*.ts', '--ignore', '**/*.test.ts'];
  const told = ['--reporters', 'json', '--output', report, '--silent'];
  execFileSync('jscpd', [...asked, ...about, ...told, packages], { cwd: root, stdio: 'ignore' });
  const { duplicates } = JSON.parse(readFileSync(join(report, 'jscpd-report.json'), 'utf8')) as {
    readonly duplicates: readonly { readonly firstFile: Place; readonly secondFile: Place }[];
  };
  const problems = duplicates.filter(({ firstFile, secondFile }) => {
    if (adapterOf(firstFile) === adapterOf(secondFile)) return false;
    return Math.min(linesOf(firstFile), linesOf(secondFile)) >= LEAST_LINES;
  });
  for (const { firstFile, secondFile } of problems) {
    const place = ({ name, start, end }: Place): string => `${name}:${start}-${end}`;
    console.error(`${place(firstFile)} and ${place(secondFile)} have the same lines`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(report, { recursive: true, force: true });
}
