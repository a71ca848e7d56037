import { EXIT } from '../../exit-codes.ts';
import { withFleet } from '../../fleet/open.ts';
import { runCommand } from '../../run.ts';
import type { FleetRunFlags } from './flags.ts';
import { statusText } from './text.ts';

export async function status(runId: string, flags: FleetRunFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withFleet(flags, context, async ({ module, ledger }) => {
      if (flags.watch === true) {
        for await (const progress of module.watch(ledger, runId, {
          signal: context.signal,
          observer: context.observer,
        })) {
          context.onProgress(progress);
          context.note(statusText(progress));
        }
      }
      const progress = await module.fleetProgress(ledger, runId);
      return { exitCode: EXIT.done, document: progress, text: statusText(progress) };
    }),
  );
}
