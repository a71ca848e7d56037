import type { Command } from 'commander';
import { examples, locations, outputOptions } from '../../options.ts';
import type { InspectFlags } from './flags.ts';

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what a store or a collection holds. Reads only.')
    .argument('<location>', `${locations}, or a store of the config file such as prod:docs`);
  examples(command, 'vsm inspect chroma://localhost:8000', "vsm inspect 'pglite:./db?table=docs' --json");
  outputOptions(command).action(async (location: string, flags: InspectFlags) => {
    const { inspect } = await import('./run.ts');
    await inspect(location, flags);
  });
}
