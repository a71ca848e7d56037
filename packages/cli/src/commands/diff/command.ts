import type { Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { DiffFlags } from './flags.ts';

export function addDiff(program: Command): void {
  const command = program
    .command('diff')
    .description('List how two collections differ: schema, ids, and fields with both values. Reads only.');
  settings(pairArguments(command), 'limit', 'filter', 'namespaces');
  settings(command, 'batchSize', 'concurrency', 'maxBytesInFlight');
  examples(
    command,
    'vsm diff file:./monday.parquet file:./tuesday.parquet',
    "vsm diff chroma://localhost:8000/docs 'pglite:./db?table=docs' --limit 1000 --json",
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { diffCollections } = await import('./run.ts');
    await diffCollections(wordsOf(given), command.opts<DiffFlags>());
  });
}
