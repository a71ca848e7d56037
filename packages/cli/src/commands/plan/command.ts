import type { Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { PlanFlags } from './flags.ts';

export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('Decide everything a migration would do, and list what it would lose. Writes nothing.');
  settings(pairArguments(command), 'metric', 'filter', 'namespaces', 'layoutFrom', 'layoutTo', 'completeTarget');
  settings(command, 'embed', 'embedUrl', 'embedText', 'embedTooLong', 'embedMaxTokens', 'embedDimensions');
  settings(command, 'embedPrices', 'as', 'maxCost', 'dimensions', 'datatype', 'vector');
  examples(
    command,
    "vsm plan chroma://localhost:8000/docs 'pglite:./db?table=docs'",
    "vsm plan 'qdrant://localhost:6333/*' chroma://localhost:8000 --json",
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { plan } = await import('./run.ts');
    await plan(wordsOf(given), command.opts<PlanFlags>());
  });
}
