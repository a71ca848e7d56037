import { setTimeout as delay } from 'node:timers/promises';
import type { MoveStatus } from '@vsm/live';
import { EXIT } from '../../exit-codes.ts';
import { runCommand, type CommandContext } from '../../run.ts';
import type { StatusFlags } from './flags.ts';
import { withJournal } from './open.ts';
import { statusText } from './text.ts';
import { statusView } from './view.ts';

const WATCH_MS = 2000;

export async function statusOfLive(name: string, flags: StatusFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      const ask = (): Promise<MoveStatus> => module.moveStatus(journal);
      const status = flags.watch === true || flags.ui === true ? await follow(ask, flags, context) : await ask();
      return { exitCode: EXIT.done, document: status, text: statusText(status) };
    }),
  );
}

/** Shows it again and again until the move is done, or the command is ended. */
async function follow(
  ask: () => Promise<MoveStatus>,
  { ui, watch }: StatusFlags,
  { signal, note, redactor }: CommandContext,
): Promise<MoveStatus> {
  let status = await ask();
  const page = ui === true ? await openPage(status, redactor) : undefined;
  if (page !== undefined) process.stderr.write(`Live page: ${page.url}\n`);
  try {
    while (!signal.aborted && status.phase.phase !== 'done') {
      page?.show(statusView(status));
      if (watch === true) note(`${statusText(status)}\n`);
      await delay(WATCH_MS, undefined, { signal }).catch(() => undefined);
      status = await ask();
    }
    page?.show(statusView(status));
  } finally {
    await page?.end();
  }
  return status;
}

async function openPage(status: MoveStatus, redactor: CommandContext['redactor']) {
  const { StatusPage } = await import('@vsm/report/live');
  return StatusPage.open({ command: 'live status', first: statusView(status), redactor });
}
