import { VsmError } from '@vsm/core';
import { own } from '@vsm/core/adapter';
import { parseKept } from '@vsm/core/engine';
import type { BothValues, DoubtfulWrite, Journal } from '@vsm/live';
import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { asJson } from '../../json.ts';
import { runCommand } from '../../run.ts';
import type { DoubtsFlags, LiveFlags } from './flags.ts';
import { withJournal } from './open.ts';
import { calledBy, keysCalled } from './words.ts';

/** Shows what is in doubt, each with what both stores held of it. */
export async function doubtsOfLive(name: string, flags: DoubtsFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ journal }) => {
      for (const id of flags.settle ?? []) await settle(journal, id);
      const doubts: DoubtfulWrite[] = [];
      for await (const doubt of journal.doubtful()) doubts.push(doubt);
      const text = doubts.flatMap(doubtText).join('\n');
      const document = { doubts: doubts.map((doubt) => ({ ...doubt, values: valuesOf(doubt) })) };
      return { exitCode: EXIT.done, document, text: text === '' ? 'nothing is in doubt' : text };
    }),
  );
}

export async function goneFromLive(name: string, instance: string, flags: LiveFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      const outcome = await module.gone(journal, instance);
      if (outcome.blocked.length > 0) {
        const text = outcome.blocked.map((why) => line`not yet: ${why}`).join('\n');
        return { exitCode: EXIT.differences, document: outcome, text };
      }
      const text = line`${instance} is not waited for any more; a verification has to be clean before the next switch`;
      return { exitCode: EXIT.done, document: outcome, text };
    }),
  );
}

/** @throws VsmError where it is not in doubt */
async function settle(journal: Journal, id: string): Promise<void> {
  if ((await journal.settleDoubts(new Set(keysCalled(id)))) > 0) return;
  throw new VsmError('NOT_FOUND', `No record "${id}" is in doubt, so that there is none to settle.`);
}

function valuesOf({ values = {} }: DoubtfulWrite): Record<string, { source: unknown; target: unknown }> {
  const read = (text: string | undefined): unknown => (text === undefined ? null : parseKept(text));
  return Object.fromEntries(
    Object.entries(values).map(([key, { source, target }]) => [
      calledBy(key),
      { source: read(source), target: read(target) },
    ]),
  );
}

function doubtText({ keys, side, answered, values = {} }: DoubtfulWrite): string[] {
  return keys.flatMap((key) => [
    line`${calledBy(key)}: ${answered ? 'written' : 'perhaps written'} to the ${side} after the switch`,
    ...held(own(values, key)),
  ]);
}

function held(values: BothValues | undefined): string[] {
  if (values === undefined) return ['  what the stores held is not kept: it was not drained since'];
  const told = (text: string | undefined): string =>
    text === undefined ? 'no record' : asJson(parseKept(text) as object);
  return [line`  source: ${told(values.source)}`, line`  target: ${told(values.target)}`];
}
