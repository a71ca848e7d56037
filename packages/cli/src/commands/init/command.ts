import type { Command } from 'commander';
import { examples } from '../../options.ts';
import type { InitFlags } from './flags.ts';

export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('Write a commented vsm.config.ts, from a few questions.')
    .option('--source <location>', 'do not ask for it')
    .option('--target <location>', 'do not ask for it')
    .option('--name <name>', 'what to call the migration')
    .option('--force', 'replace a config file that is there');
  examples(
    command,
    'vsm init',
    "vsm init --source chroma://localhost:8000/docs --target 'pglite:./db?table=docs' --name docs",
  );
  command.action(async (flags: InitFlags) => {
    const { init } = await import('./run.ts');
    await init(flags);
  });
}
