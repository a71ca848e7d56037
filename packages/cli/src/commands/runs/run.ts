import { fileCheckpoints, type RunSummary } from '@vsm/core';
import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { inLedger, withFleet } from '../../fleet/open.ts';
import { runCommand } from '../../run.ts';
import { runDirectory } from '../../selection.ts';
import type { RunsFlags } from './flags.ts';

export async function runs(flags: RunsFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const configured = (await context.config(flags.config, []))?.runDir;
    const list = inLedger(flags, configured)
      ? await withFleet(flags, context, ({ ledger }) => ledger.list())
      : await fileCheckpoints(runDirectory(flags.runDir, configured)).list();
    return {
      exitCode: EXIT.done,
      document: { runs: list },
      text: list.length === 0 ? 'no runs' : list.map(runText).join('\n'),
    };
  });
}

function runText({ runId, state, vectorsWritten, vectorsRejected, source, target }: RunSummary): string {
  return line`${runId}  ${state.padEnd(11)}  ${vectorsWritten} written, ${vectorsRejected} rejected  ${source} -> ${target}`;
}
