import { EXIT } from '../../exit-codes.ts';
import { runCommand } from '../../run.ts';
import type { TriggerFlags } from './flags.ts';
import { loadLive } from './open.ts';

export async function triggersOfLive(
  move: string,
  [table, id, namespace]: readonly [table: string, id: string, namespace: string | undefined],
  flags: TriggerFlags,
): Promise<void> {
  await runCommand(flags, async () => {
    const { postgresTriggers } = await loadLive();
    const triggers = postgresTriggers({ move, table, id, namespace });
    const text = flags.remove === true ? triggers.remove : triggers.install;
    return { exitCode: EXIT.done, document: triggers, text: text.trimEnd() };
  });
}
