import { rejectionLines } from '@vsm/report/text';
import { EXIT } from '../../exit-codes.ts';
import { openRun } from '../../open-run.ts';
import { runCommand } from '../../run.ts';
import type { ReplayFlags } from './flags.ts';

export async function replay(runId: string, flags: ReplayFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const { migrator } = await openRun(runId, flags, context);
    const result = await migrator.replayRejected(runId);
    const { accepted, rejected } = result;
    return {
      exitCode: rejected.length === 0 ? EXIT.done : EXIT.differences,
      document: result,
      text: [`${accepted} accepted, ${rejected.length} rejected again`, ...rejectionLines(rejected)].join('\n'),
    };
  });
}
