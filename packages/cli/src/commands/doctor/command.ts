import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { DoctorFlags } from './flags.ts';

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'Check this machine, and the stores that are named: whether they answer, what they are, what one may do there.',
    )
    .argument('[location...]', 'source and target, as for vsm migrate')
    .option('--layout <layout>', 'say what this framework would find in the collections, such as langchain-py')
    .option('--write', 'try writing too, with a scratch collection that is removed again');
  examples(
    command,
    "vsm doctor chroma://localhost:8000/docs 'pglite:./db?table=docs' --write",
    'vsm doctor qdrant://localhost:6333/docs --layout langchain-py',
  );
  outputOptions(settings(command, 'runDir', 'queue')).action(async (locations: string[], flags: DoctorFlags) => {
    const { doctor } = await import('./run.ts');
    await doctor(locations, flags);
  });
}
