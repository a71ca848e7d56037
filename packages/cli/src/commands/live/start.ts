import type { LossName } from '@vsm/core';
import type { MoveHeader } from '@vsm/live';
import { EXIT } from '../../exit-codes.ts';
import type { Job } from '../../jobs.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import type { StartFlags } from './flags.ts';
import { jobOf, loadLive, withJournal } from './open.ts';
import { planText } from './text.ts';

/** A move that is only looked at. */
const UNNAMED = 'plan';

export async function planLive(words: readonly (string | undefined)[], flags: StartFlags): Promise<void> {
  await runCommand(flags, async (context) => outcomeOf(await plan(UNNAMED, words, flags, context), ''));
}

export async function startLive(
  name: string,
  words: readonly (string | undefined)[],
  flags: StartFlags,
): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      const header = await plan(name, words, flags, context);
      await module.startMove(journal, header);
      return outcomeOf(
        header,
        `\nThe move "${name}" has begun. Let the application take part, run vsm live run ${name}, and then vsm live next ${name}.`,
      );
    }),
  );
}

async function plan(
  move: string,
  words: readonly (string | undefined)[],
  flags: StartFlags,
  context: CommandContext,
): Promise<MoveHeader> {
  const [module, job] = [await loadLive(), await jobOf(words, flags, context)];
  return module.planMove({
    move,
    source: job.source.store,
    target: job.target.store,
    sourceCollection: job.sourceCollection,
    targetCollection: job.targetCollection,
    transform: job.options.transform,
    allowLoss: [...(job.options.allowLoss ?? []), ...((flags.allowLoss ?? []) as LossName[])],
    replaceTarget: flags.replaceTarget,
    places: placesOf(job),
  });
}

function placesOf({ annotations: { source, target, migration } }: Job): MoveHeader['places'] {
  return { source, target, ...(migration !== undefined && { migration }) };
}

function outcomeOf(header: MoveHeader, after: string): CommandOutcome {
  return { exitCode: EXIT.done, document: header, text: planText(header) + after };
}
