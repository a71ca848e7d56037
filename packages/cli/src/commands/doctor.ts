import type { Command } from 'commander';
import type { OutputOptions } from '../run.ts';
import { examples, outputOptions, runDirectoryOption } from './options.ts';

export interface DoctorFlags extends OutputOptions {
  readonly write?: boolean;
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'Check this machine, and the stores that are named: whether they answer, what they are, what one may do there.',
    )
    .argument('[location...]', 'source and target, as for vsm migrate')
    .option('--write', 'try writing too, with a scratch collection that is removed again');
  examples(command, 'vsm doctor', "vsm doctor chroma://localhost:8000/docs 'pglite:./db?table=docs' --write");
  outputOptions(runDirectoryOption(command)).action(async (locations: string[], flags: DoctorFlags) => {
    const { doctor } = await import('../actions/doctor.ts');
    await doctor(locations, flags);
  });
}
