import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../../exit-codes.ts';
import { runCommand } from '../../run.ts';
import type { StatusFlags } from './flags.ts';
import { withJournal } from './open.ts';
import { statusText } from './text.ts';

const WATCH_MS = 2000;

export async function statusOfLive(name: string, flags: StatusFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      while (flags.watch === true && !context.signal.aborted) {
        const status = await module.moveStatus(journal);
        context.note(`${statusText(status)}\n`);
        if (status.phase.phase === 'done') break;
        await delay(WATCH_MS, undefined, { signal: context.signal }).catch(() => undefined);
      }
      const status = await module.moveStatus(journal);
      return { exitCode: EXIT.done, document: status, text: statusText(status) };
    }),
  );
}
