import type { Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { EstimateFlags } from './flags.ts';

export function addEstimate(program: Command): void {
  const command = program
    .command('estimate')
    .description(
      'Measure how long a migration would take. With a target, a few thousand records are written there and removed.',
    )
    .option('--no-probe', 'write nothing: measure reading alone');
  settings(pairArguments(command), 'batchSize', 'filter', 'namespaces', 'embedPrices');
  examples(
    command,
    'vsm estimate chroma://localhost:8000/docs',
    "vsm estimate chroma://localhost:8000/docs 'pglite:./db?table=docs' --json",
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { estimate } = await import('./run.ts');
    await estimate(wordsOf(given), command.opts<EstimateFlags>());
  });
}
