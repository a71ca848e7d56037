import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { DoubtsFlags, LiveFlags, NextFlags, RunFlags, StartFlags, StatusFlags, TriggerFlags } from './flags.ts';

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
  addTriggers(live);
  addDoubts(live);
  addGone(live);
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
  settings(command, 'journal', 'batchSize', 'maxRecordsPerSecond', 'maxRetries', 'runDir', 'otel');
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
  settings(command, 'journal', 'watch', 'ui');
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

function addTriggers(live: Command): void {
  const command = live
    .command('triggers')
    .description(
      'Print the SQL by which a table of PostgreSQL leaves the marks of a move itself. Needs no journal, and runs nothing.',
    )
    .argument('<name>', NAME)
    .argument('<table>', 'the table that the move leaves, in the database of the journal, as name or schema.name')
    .argument('<id>', 'its column of ids')
    .argument('[namespace]', 'its column of namespaces');
  settings(command, 'remove');
  examples(
    command,
    'vsm live triggers docs public.docs id | psql postgresql://me@old/app',
    'vsm live triggers docs public.docs id --remove | psql postgresql://me@old/app',
  );
  outputOptions(command).action(
    async (name: string, table: string, id: string, namespace: string | undefined, flags: TriggerFlags) => {
      const { triggersOfLive } = await import('./triggers.ts');
      await triggersOfLive(name, [table, id, namespace], flags);
    },
  );
}

function addDoubts(live: Command): void {
  const command = live
    .command('doubts')
    .description('Show what may have reached the source after the switch, each with what both stores held of it.')
    .argument('<name>', NAME);
  settings(command, 'journal', 'settle');
  examples(
    command,
    'vsm live doubts docs --journal postgresql://me@new/app --json',
    'vsm live doubts docs --journal postgresql://me@new/app --settle 4711',
  );
  outputOptions(command).action(async (name: string, flags: DoubtsFlags) => {
    const { doubtsOfLive } = await import('./doubts.ts');
    await doubtsOfLive(name, flags);
  });
}

function addGone(live: Command): void {
  const command = live
    .command('gone')
    .description('Say that a process that writes on without its journal is no more, so that no switch waits for it.')
    .argument('<name>', NAME)
    .argument('<instance>', 'as vsm live status calls it');
  settings(command, 'journal');
  examples(
    command,
    'vsm live gone docs web-3:4711 --journal postgresql://me@new/app',
    'vsm live gone docs web-3:4711 --journal redis://journal:6379 --json',
  );
  outputOptions(command).action(async (name: string, instance: string, flags: LiveFlags) => {
    const { goneFromLive } = await import('./doubts.ts');
    await goneFromLive(name, instance, flags);
  });
}
