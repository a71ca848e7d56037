import type { MigrationResult } from '@vsm/core';
import { migrationText } from '@vsm/report/text';
import { EXIT } from '../../exit-codes.ts';
import { resumeFleetRun } from '../../fleet/migrator.ts';
import { inLedger, withFleet } from '../../fleet/open.ts';
import type { Embedding } from '@vsm/core';
import { embedLines } from '../../embed-text.ts';
import { embedOfRun } from '../../embeds.ts';
import { gateLines, gateOfRun, passGate } from '../../gate.ts';
import type { GatedResult } from '../../gated.ts';
import { ended } from '../../paid-embedding.ts';
import { endsOfRun, openRun } from '../../open-run.ts';
import { withPages, type Pages } from '../../pages/run-pages.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import type { ResumeFlags } from './flags.ts';

export async function resume(runId: string, flags: ResumeFlags): Promise<void> {
  const pages = { ...flags, command: 'resume', settings: { runId, ...flags } };
  await runCommand(
    flags,
    withPages(pages, async (context: CommandContext & Pages) => {
      const configured = (await context.config(flags.config, [runId]))?.runDir;
      if (inLedger(flags, configured)) {
        return withFleet(flags, context, async (fleet) => {
          const header = await fleet.ledger.header(runId);
          const ends = endsOfRun(runId, header.annotations);
          context.begin(runId, 0, 1);
          const result = await context.track(ends, () =>
            resumeFleetRun(fleet, runId, { config: flags.config, context }),
          );
          return outcomeOf(result);
        });
      }
      const opened = await openRun(runId, flags, context);
      const { migrator, migration, verify, layout, annotations, embed, source, target, directory } = opened;
      const again = await embedOfRun(
        { embed, migration: migration?.embed, source },
        { ...flags, runDir: directory },
        context,
      );
      const gate = await gateOfRun(opened.gate, { source, target, reembedding: again, runDir: directory }, context);
      context.begin(runId, 0, 1);
      const resumed = async (): Promise<GatedResult> => {
        const result = await migrator.resume(runId, {
          control: context.control,
          signal: AbortSignal.any([context.signal, ...(again === undefined ? [] : [again.signal])]),
          verify,
          verifySample: migration?.verifySample,
          sourceRead: migration?.sourceRead,
          maxRecordsPerSecond: migration?.maxRecordsPerSecond,
          maxBytesPerSecond: migration?.maxBytesPerSecond,
          maxBytesInFlight: flags.maxBytesInFlight ?? migration?.maxBytesInFlight,
          transform: migration?.transform,
          embed: again?.embedding ?? (migration?.embed as Embedding | undefined),
          layout,
        });
        return passGate(result, gate);
      };
      const result = await ended(again, () => context.track(annotations, resumed));
      const { document, ...outcome } = outcomeOf(result);
      return {
        ...outcome,
        document: again === undefined ? document : { ...result, embedding: again.figures() },
        text: [outcome.text, ...embedLines(again), ...gateLines(result)].join('\n'),
      };
    }),
  );
}

function outcomeOf(result: MigrationResult): CommandOutcome {
  return {
    exitCode: result.success ? EXIT.done : EXIT.differences,
    document: result,
    text: migrationText(result),
  };
}
