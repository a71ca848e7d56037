import type { Command } from 'commander';
import { examples, pairArguments, selectionOptions, wholeNumber, type Selection } from './options.ts';
import { wordsOf } from './words.ts';

export interface EstimateFlags extends Selection {
  readonly probe: boolean;
  readonly batchSize?: number;
}

export function addEstimate(program: Command): void {
  const command = program
    .command('estimate')
    .description(
      'Measure how long a migration would take. With a target, a few thousand records are written there and removed.',
    )
    .option('--batch-size <n>', 'records a page (default: 1000)', wholeNumber)
    .option('--no-probe', 'write nothing: measure reading alone');
  pairArguments(command);
  examples(
    command,
    'vsm estimate chroma://localhost:8000/docs',
    "vsm estimate chroma://localhost:8000/docs 'pglite:./db?table=docs' --json",
  );
  selectionOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { estimate } = await import('../actions/estimate.ts');
    await estimate(wordsOf(given), command.opts<EstimateFlags>());
  });
}
