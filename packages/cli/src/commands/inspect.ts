import type { Command } from 'commander';
import type { OutputOptions } from '../run.ts';
import { examples, locations, outputOptions } from './options.ts';

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what a store or a collection holds. Reads only.')
    .argument('<location>', `${locations}, or a store of the config file such as prod:docs`);
  examples(command, 'vsm inspect chroma://localhost:8000', "vsm inspect 'pglite:./db?table=docs' --json");
  outputOptions(command).action(async (location: string, flags: OutputOptions) => {
    const { inspect } = await import('../actions/inspect.ts');
    await inspect(location, flags);
  });
}
