import { Command, CommanderError } from 'commander';
import { refuseSecrets, spellJson } from './command-line.ts';
import { addBackup } from './commands/backup/command.ts';
import { addBackups } from './commands/backups/command.ts';
import { addCancel } from './commands/cancel/command.ts';
import { addExplain } from './commands/explain/command.ts';
import { addCompletion } from './commands/completion/command.ts';
import { addConformance } from './commands/conformance/command.ts';
import { addDiff } from './commands/diff/command.ts';
import { addDoctor } from './commands/doctor/command.ts';
import { addEstimate } from './commands/estimate/command.ts';
import { addFingerprint } from './commands/fingerprint/command.ts';
import { addInit } from './commands/init/command.ts';
import { addInspect } from './commands/inspect/command.ts';
import { addLive } from './commands/live/command.ts';
import { addMcp } from './commands/mcp/command.ts';
import { addJudge } from './commands/judge/command.ts';
import { addMigrate } from './commands/migrate/command.ts';
import { addPause } from './commands/pause/command.ts';
import { addPlan } from './commands/plan/command.ts';
import { addReplay } from './commands/replay/command.ts';
import { addRestore } from './commands/restore/command.ts';
import { addResume } from './commands/resume/command.ts';
import { addRuns } from './commands/runs/command.ts';
import { addStatus } from './commands/status/command.ts';
import { addVerify } from './commands/verify/command.ts';
import { addWorker } from './commands/worker/command.ts';
import { EXIT } from './exit-codes.ts';
import { STORE_KEYS } from './keys.ts';
import { ownVersion } from './version.ts';

/** The command line, without its process: parsing it runs the command. What a command does is loaded when it runs. */
export function createProgram(): Command {
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
Keys come from the environment (${STORE_KEYS.join(', ')}) or a config file.`,
    );
  addInspect(program);
  addPlan(program);
  addEstimate(program);
  addMigrate(program);
  addVerify(program);
  addDiff(program);
  addFingerprint(program);
  addBackup(program);
  addRestore(program);
  addBackups(program);
  addJudge(program);
  addResume(program);
  addRuns(program);
  addReplay(program);
  addWorker(program);
  addLive(program);
  addStatus(program);
  addPause(program);
  addCancel(program);
  addDoctor(program);
  addInit(program);
  addConformance(program);
  addMcp(program);
  addExplain(program);
  addCompletion(program);
  return program;
}

/** Runs the words of a command line. Returns an exit code only where no command came to set one. */
export async function runProgram(words: readonly string[]): Promise<number | undefined> {
  const program = createProgram();
  const commands = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)];
  const options = commands.flatMap((command) => command.options);
  const refusal = await refuseSecrets(words, new Set(['--help', '-h', ...options.flatMap(({ long }) => long ?? [])]));
  if (refusal !== undefined) {
    process.stderr.write(`vsm: ${refusal}\n`);
    return EXIT.usage;
  }
  try {
    await program.parseAsync(spellJson(words), { from: 'user' });
    return undefined;
  } catch (error) {
    // Help that was asked for is a success; everything else that commander ends with is bad usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}
