import type { Command } from 'commander';
import { examples, outputOptions } from '../../options.ts';
import type { OutputOptions } from '../../run.ts';

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('Say what the code of an error or the name of a loss means, and what helps.')
    .argument('[name]', 'a code such as CONFLICT, or a loss such as vector-precision; all of them when absent');
  examples(command, 'vsm explain SCHEMA_INCOMPATIBLE', 'vsm explain vector-precision');
  outputOptions(command).action(async (name: string | undefined, output: OutputOptions) => {
    const { explain } = await import('./run.ts');
    await explain(name, output);
  });
}
