import { expect, it } from 'vitest';
import { fatalLines } from '../../scripts/fatal-lines.mjs';

function heard(...chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const hear = fatalLines((line) => lines.push(line));
  for (const chunk of chunks) hear(Buffer.from(chunk));
  return lines;
}

it('tells why V8 or Node ended a process, in however many pieces that comes', () => {
  const said = [
    'stderr | a.test.ts\n\n#\n# Fatal error in , line 0\n# Check fai',
    'led: code_space.has_value().\n#\n',
    "FATAL ERROR: Reached heap limit\nabort: boom\nnode[7]: ../src/a.cc:1: Assertion `x' failed.\n",
  ];
  expect(heard(...said)).toEqual([
    '# Fatal error in , line 0',
    '# Check failed: code_space.has_value().',
    'FATAL ERROR: Reached heap limit',
    'abort: boom',
    "node[7]: ../src/a.cc:1: Assertion `x' failed.",
  ]);
});

it('leaves out what is nothing of the kind, and all beyond twenty', () => {
  expect(heard('# of records: 3\nfatal: not a repository\nAssertionError: expected 1\n')).toEqual([]);
  expect(heard('abort: again\n'.repeat(100))).toHaveLength(20);
});
