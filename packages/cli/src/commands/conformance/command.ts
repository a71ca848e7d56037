import type { Command } from 'commander';
import { examples, outputOptions } from '../../options.ts';
import type { ConformanceFlags } from './flags.ts';

export function addConformance(program: Command): void {
  const command = program
    .command('conformance')
    .description('Run the suite that every adapter passes against an adapter. Needs @vsm/conformance.')
    .argument('<adapter-module>', 'a package, or a file such as ./my-adapter.js, that exports openLocation')
    .option(
      '--location <location>',
      'where to open it; without one, the module exports `conformance`, the options of the suite',
    );
  examples(
    command,
    'vsm conformance @vsm/adapter-memory --location memory:',
    'vsm conformance ./my-adapter.js --json > report.json',
  );
  outputOptions(command).action(async (module: string, flags: ConformanceFlags) => {
    const { conformance } = await import('./run.ts');
    await conformance(module, flags);
  });
}
