import type { Command } from 'commander';
import { examples } from '../../options.ts';
import type { McpFlags } from './flags.ts';

export function addMcp(program: Command): void {
  const command = program
    .command('mcp')
    .description('Serve agents over the Model Context Protocol, on stdin and stdout. Needs @vsm/mcp.')
    .option('--allow-write', 'offer migrate and resume too, each with a confirmation token of what was shown before')
    .option('--allow-rows', 'answer with ids and values of records too, not with the schema and counts alone');
  examples(command, 'vsm mcp', 'vsm mcp --allow-write');
  command.action(async (flags: McpFlags) => {
    const { mcp } = await import('./run.ts');
    await mcp(flags, new Set(program.commands.map((one) => one.name())));
  });
}
