import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { withFleet } from '../../fleet/open.ts';
import { runCommand } from '../../run.ts';
import type { FleetRunFlags } from '../status/flags.ts';

export async function cancel(runId: string, flags: FleetRunFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withFleet(flags, context, async ({ ledger, queue }) => {
      const { refs, delayMs } = await ledger.cancel(runId);
      await queue?.add(refs, { delayMs });
      const { state } = await ledger.run(runId);
      const cancelled = refs.length > 0;
      const seconds = Math.ceil(delayMs / 1000);
      const text = cancelled
        ? line`Run ${runId} is being cancelled: a worker restores the index settings of the target in ${seconds} s, when nobody can be writing any more.`
        : line`Run ${runId} is over already: ${state}`;
      return { exitCode: cancelled ? EXIT.done : EXIT.usage, document: { runId, state }, text };
    }),
  );
}
