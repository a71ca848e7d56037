// One word for each thing, the trade's: what means the same is named here with the word to be used, in code, messages and docs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** What people read. UPGRADING.md, changelogs and decisions speak of former words. */
const READ = /^(?:(?:packages|emulators)\/[^/]+\/(?:src\/.*\.ts|README\.md)|docs\/(?!decisions\/).*\.md|README\.md)$/;

const WORDS: readonly (readonly [instead: RegExp, say: string])[] = [
  [
    /\b(?:refused[ -]records?\b|[\d}] refused\b|records? (?:was |were |are |is )?refused\b)/i,
    'rejected: a record is; a request is refused',
  ],
  [/\bunformed\b/i, "rejected, with `by: 'layout'`"],
  [/\bpatient(?:Store|\()/, 'retryingStore'],
  [/\bclosest\(/, 'suggest'],
  [/\bheir\b/i, 'the process that takes the lock over'],
  [/\b(?:data points?|datapoints?)\b/i, 'record'],
  [/\bback-?ends?\b/i, 'store'],
];

const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => READ.test(path));
let found = 0;
for (const path of files) {
  for (const [at, line] of readFileSync(join(root, path), 'utf8').split('\n').entries()) {
    for (const [instead, say] of WORDS) {
      const word = instead.exec(line)?.[0];
      if (word === undefined) continue;
      console.log(`${path}:${at + 1}: "${word}"; say ${say}`);
      found += 1;
    }
  }
}
if (files.length === 0) throw new Error('no file was read: git ls-files gave none of them');
console.log(`${found} words in ${files.length} files that have another name here`);
process.exitCode = found === 0 ? 0 : 1;
