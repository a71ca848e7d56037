import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { LiveFlags, NextFlags, RunFlags, StartFlags, StatusFlags } from './flags.ts';

const NAME = 'of the move, as vsm live start was given it';

/** Moves that go on while an application reads and writes: a command a step. */
export function addLive(program: Command): void {
  const live = program
    .command('live')
    .description('Move a collection while an application reads and writes it, with a way back at every step.');
  addPlan(live);
  addStart(live);
  addRun(live);
  addStatus(live);
  addNext(live);
  addStep(live, 'back', 'Go one phase back: from a switch that is done by the same barrier.');
  addStep(live, 'finish', 'End a move that is switched: nothing is brought back to the source any more.');
  examples(
    live,
    "vsm live plan chroma://old:8000/docs 'postgresql://me@new/app?table=docs'",
    'vsm live status docs --journal postgresql://me@new/app --watch',
  );
}

function addPlan(live: Command): void {
  const command = live
    .command('plan')
    .description('Say how the records would be brought over, and whether there is a way back. Writes nothing.')
    .argument('<source>', 'where the records are, or a migration of the config file')
    .argument('[target]', 'where they go');
  settings(command, 'allowLoss', 'replaceTarget');
  examples(
    command,
    "vsm live plan chroma://localhost:8000/docs 'postgresql://me@host/app?table=docs'",
    'vsm live plan docs --json',
  );
  outputOptions(command).action(async (source: string, target: string | undefined, flags: StartFlags) => {
    const { planLive } = await import('./start.ts');
    await planLive([source, target], flags);
  });
}

function addStart(live: Command): void {
  const command = live
    .command('start')
    .description('Begin a move: its journal knows it from then on. Nothing is copied yet.')
    .argument('<name>', 'a name for it, by which the application takes part')
    .argument('<source>', 'where the records are, or a migration of the config file')
    .argument('[target]', 'where they go');
  settings(command, 'journal', 'allowLoss', 'replaceTarget');
  examples(
    command,
    'vsm live start docs chroma://old:8000/docs postgresql://me@new/app?table=docs --journal postgresql://me@new/app',
    'vsm live start docs docs-to-postgres --journal redis://journal:6379',
  );
  outputOptions(command).action(async (name: string, source: string, target: string | undefined, flags: StartFlags) => {
    const { startLive } = await import('./start.ts');
    await startLive(name, [source, target], flags);
  });
}

function addRun(live: Command): void {
  const command = live
    .command('run')
    .description('Copy, drain and verify, as the phase has it, until it is told to end: a process to keep alive.')
    .argument('<name>', NAME);
  settings(command, 'journal', 'batchSize', 'maxRecordsPerSecond', 'maxRetries', 'runDir');
  examples(
    command,
    'vsm live run docs --journal postgresql://me@new/app',
    'vsm live run docs --journal sqlite:./docs.journal --max-records-per-second 500',
  );
  outputOptions(command).action(async (name: string, flags: RunFlags) => {
    const { runLive } = await import('./run.ts');
    await runLive(name, flags);
  });
}

function addStatus(live: Command): void {
  const command = live
    .command('status')
    .description('Show where a move stands: its phase, who takes part, what is marked, and what was refused.')
    .argument('<name>', NAME);
  settings(command, 'journal', 'watch');
  examples(
    command,
    'vsm live status docs --journal postgresql://me@new/app',
    'vsm live status docs --journal redis://journal:6379 --watch',
  );
  outputOptions(command).action(async (name: string, flags: StatusFlags) => {
    const { statusOfLive } = await import('./status.ts');
    await statusOfLive(name, flags);
  });
}

function addNext(live: Command): void {
  const command = live
    .command('next')
    .description('Go one phase further, or say why not, and end with 3.')
    .argument('<name>', NAME);
  settings(command, 'journal', 'percent', 'ungated', 'oneWay', 'accept');
  examples(
    command,
    'vsm live next docs --journal postgresql://me@new/app',
    'vsm live next docs --journal postgresql://me@new/app --percent 25',
  );
  outputOptions(command).action(async (name: string, flags: NextFlags) => {
    const { nextLive } = await import('./steps.ts');
    await nextLive(name, flags);
  });
}

function addStep(live: Command, step: 'back' | 'finish', description: string): void {
  const command = live.command(step).description(description).argument('<name>', NAME);
  settings(command, 'journal');
  examples(
    command,
    `vsm live ${step} docs --journal postgresql://me@new/app`,
    `vsm live ${step} docs --journal redis://journal:6379 --json`,
  );
  outputOptions(command).action(async (name: string, flags: LiveFlags) => {
    const { backLive, finishLive } = await import('./steps.ts');
    await (step === 'back' ? backLive : finishLive)(name, flags);
  });
}
