import { Command } from 'commander';
import { addEstimate } from './commands/estimate.ts';
import { addInspect } from './commands/inspect.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPlan } from './commands/plan.ts';
import { addReplay, addResume, addRuns } from './commands/runs.ts';
import { addVerify } from './commands/verify.ts';
import { EXIT } from './exit-codes.ts';

/** The command line, without its process: parsing it runs the command. */
export function createProgram(): Command {
  const program = new Command('vsm')
    .description('Move vector collections between databases, and prove that nothing was lost.')
    .showHelpAfterError('Run vsm --help to see what there is.')
    .exitOverride((error) => {
      // Help that was asked for is a success; everything else that commander ends with is bad usage.
      process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
    });
  addInspect(program);
  addEstimate(program);
  addMigrate(program);
  addPlan(program);
  addVerify(program);
  addResume(program);
  addRuns(program);
  addReplay(program);
  return program;
}
