import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { refuseSecrets, spellJson } from './command-line.ts';
import { addCompletion } from './commands/completion.ts';
import { addConformance } from './commands/conformance.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEstimate } from './commands/estimate.ts';
import { addInit } from './commands/init.ts';
import { addInspect } from './commands/inspect.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPlan } from './commands/plan.ts';
import { addReplay, addResume, addRuns } from './commands/runs.ts';
import { addVerify } from './commands/verify.ts';

/** The command line, without its process: parsing it runs the command. What a command does is loaded when it runs. */
function createProgram(): Command {
  const program = new Command('vsm')
    .description('Move vector collections between databases, and prove that nothing was lost.')
    .showHelpAfterError('Run vsm --help to see what there is.')
    .version(ownVersion(), '--version')
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'after',
      `
Start with:
  vsm plan chroma://localhost:8000/docs 'pglite:./db?table=docs'
  vsm migrate chroma://localhost:8000/docs 'pglite:./db?table=docs'

The first shows what would happen, the second does it and verifies the copy. Each command has its own --help.
Adapters are installed beside it: npm install -g @vsm/adapter-chroma @vsm/adapter-pgvector, and for pglite: also
@electric-sql/pglite @electric-sql/pglite-pgvector. vsm doctor lists those that are there.
Keys come from the environment (CHROMA_API_KEY, QDRANT_API_KEY, PINECONE_API_KEY, PGPASSWORD) or a config file.`,
    );
  addInspect(program);
  addPlan(program);
  addEstimate(program);
  addMigrate(program);
  addVerify(program);
  addResume(program);
  addRuns(program);
  addReplay(program);
  addDoctor(program);
  addInit(program);
  addConformance(program);
  addCompletion(program);
  return program;
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Runs the words of a command line. Returns an exit code only where no command came to set one. */
export async function runProgram(words: readonly string[]): Promise<number | undefined> {
  const refusal = refuseSecrets(words);
  if (refusal !== undefined) {
    process.stderr.write(`vsm: ${refusal}\n`);
    return 2;
  }
  try {
    await createProgram().parseAsync(spellJson(words), { from: 'user' });
    return undefined;
  } catch (error) {
    // Help that was asked for is a success; everything else that commander ends with is bad usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}
