import { VsmError } from '@vsm/core';
import type { Journal, StepOutcome } from '@vsm/live';
import { EXIT } from '../../exit-codes.ts';
import { runCommand, type CommandOutcome } from '../../run.ts';
import type { LiveFlags, NextFlags } from './flags.ts';
import { withJournal } from './open.ts';
import { keysCalled } from './words.ts';

export async function nextLive(name: string, flags: NextFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      if (flags.accept !== undefined) await accept(journal, flags.accept);
      const { row } = await journal.seen();
      if (row.phase === 'switched') {
        return outcomeOf({ row, blocked: [`what comes next ends the way back: vsm live finish ${name}`] });
      }
      const gates = flags.ungated === true ? false : undefined;
      return outcomeOf(await module.next(journal, { percent: flags.percent, gates, noWayBack: flags.oneWay }));
    }),
  );
}

export async function backLive(name: string, flags: LiveFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => outcomeOf(await module.back(journal))),
  );
}

export async function finishLive(name: string, flags: LiveFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      const { row } = await journal.seen();
      if (row.phase !== 'switched') {
        return outcomeOf({ row, blocked: [`it is in phase ${row.phase}, and only what is switched can be finished`] });
      }
      return outcomeOf(await module.next(journal));
    }),
  );
}

/** @throws VsmError where one of them is no record that was rejected */
async function accept(journal: Journal, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    let accepted = 0;
    for (const key of keysCalled(id)) if (accepted === 0) accepted = await journal.accept([key]);
    if (accepted > 0) continue;
    throw new VsmError('NOT_FOUND', `No record "${id}" is rejected, so that there is none to accept.`);
  }
}

function outcomeOf(outcome: StepOutcome): CommandOutcome {
  const { row, blocked } = outcome;
  if (blocked.length === 0) return { exitCode: EXIT.done, document: outcome, text: `phase ${row.phase}` };
  const text = [`phase ${row.phase}: not yet`, ...blocked.map((why) => `  ${why}`)].join('\n');
  return { exitCode: EXIT.differences, document: outcome, text };
}
