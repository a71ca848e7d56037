import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { withFleet } from '../../fleet/open.ts';
import { runCommand } from '../../run.ts';
import type { FleetRunFlags } from '../status/flags.ts';

export async function pause(runId: string, flags: FleetRunFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withFleet(flags, context, async ({ ledger }) => {
      await ledger.pause(runId);
      const { state, paused } = await ledger.run(runId);
      const text = paused
        ? line`Run ${runId} is paused: workers leave off after their page. It goes on with: vsm resume ${runId}`
        : line`Run ${runId} is over already: ${state}`;
      return { exitCode: paused ? EXIT.done : EXIT.usage, document: { runId, state, paused }, text };
    }),
  );
}
