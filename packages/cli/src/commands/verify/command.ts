import type { Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { VerifyFlags } from './flags.ts';

export function addVerify(program: Command): void {
  const command = program.command('verify').description('Compare two collections, whoever copied them. Reads only.');
  settings(pairArguments(command), 'level', 'witness', 'layoutFrom', 'layoutTo', 'report', 'otel');
  settings(command, 'batchSize', 'concurrency', 'maxBytesInFlight', 'metric', 'filter', 'namespaces');
  settings(command, 'dimensions', 'datatype', 'vector');
  examples(
    command,
    "vsm verify chroma://localhost:8000/docs 'pglite:./db?table=docs'",
    'vsm verify file:./docs.parquet chroma://localhost:8000/docs --level search --json',
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { verify } = await import('./run.ts');
    await verify(wordsOf(given), command.opts<VerifyFlags>());
  });
}
