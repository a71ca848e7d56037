import type { Command } from 'commander';
import { examples, outputOptions } from '../../options.ts';
import { runCommand, type OutputOptions } from '../../run.ts';

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('Say what the code of an error or the name of a loss means, and what helps.')
    .argument('[name]', 'a code such as CONFLICT, or a loss such as vector-precision; all of them when absent');
  outputOptions(command);
  examples(command, 'vsm explain SCHEMA_INCOMPATIBLE', 'vsm explain vector-precision');
  command.action(async (name: string | undefined, options: OutputOptions) => {
    const { explain } = await import('./run.ts');
    await runCommand(options, async () => explain(name));
  });
}
