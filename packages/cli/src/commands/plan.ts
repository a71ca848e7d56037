import type { Command } from 'commander';
import { examples, layoutOptions, metricOption, pairArguments, selectionOptions, type Selection } from './options.ts';
import { wordsOf } from './words.ts';

export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('Decide everything a migration would do, and list what it would lose. Writes nothing.');
  pairArguments(command);
  examples(
    command,
    "vsm plan chroma://localhost:8000/docs 'pglite:./db?table=docs'",
    "vsm plan 'qdrant://localhost:6333/*' chroma://localhost:8000 --json",
  );
  layoutOptions(selectionOptions(metricOption(command))).action(
    async (...given: [string?, string?, string[]?, Selection?]) => {
      const { plan } = await import('../actions/plan.ts');
      await plan(wordsOf(given), command.opts<Selection>());
    },
  );
}
