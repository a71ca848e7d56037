import { existsSync } from 'node:fs';
import { VsmError } from '@vsm/core';
import { withoutMasks } from '@vsm/report/redact';
import { migrationText } from '@vsm/report/text';
import { EXIT } from '../../exit-codes.ts';
import { resumeFleetRun } from '../../fleet/migrator.ts';
import { inLedger, ledgerOfProcesses, loadFleet, withFleet, withProcesses, type Fleet } from '../../fleet/open.ts';
import { processesFor, processesOf, type Processes } from '../../fleet/processes.ts';
import type { Embedding } from '@vsm/core';
import { embedLines, withFigures } from '../../embed-text.ts';
import { embedOfRun } from '../../embeds.ts';
import { gateLines, gateOfRun, passGate } from '../../gate.ts';
import type { GatedResult } from '../../gated.ts';
import { ended, type PaidEmbedding } from '../../paid-embedding.ts';
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
      const shared = await sharedRun(runId, flags, configured);
      if (shared !== undefined || inLedger(flags, configured)) {
        const work = async (fleet: Fleet): Promise<CommandOutcome> => {
          const header = await fleet.ledger.header(runId);
          const ends = endsOfRun(runId, header.annotations);
          context.begin(runId, 0, 1);
          const result = await context.track(ends, () =>
            resumeFleetRun(fleet, runId, { config: flags.config, runDir: flags.runDir ?? configured, context }),
          );
          return outcomeOf(result);
        };
        return shared === undefined ? withFleet(flags, context, work) : withProcesses(shared, context, work);
      }
      const opened = await openRun(runId, flags, context);
      const { migrator, migration, verify, layout, annotations, embed, source, target, directory } = opened;
      const again = await embedOfRun(
        { embed, migration: migration?.embed, source },
        { ...flags, runDir: directory },
        context,
      );
      const ends = { source, target, migration, reembedding: again, runDir: directory };
      const gate = await gateOfRun(opened.gate, ends, context);
      context.begin(runId, 0, 1);
      const resumed = async (): Promise<GatedResult> => {
        const result = await migrator.resume(runId, {
          control: context.control,
          signal: AbortSignal.any([context.signal, ...(again === undefined ? [] : [again.signal])]),
          verify,
          verifySample: migration?.verifySample,
          witness: migration?.witness,
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
      return outcomeOf(result, again);
    }),
  );
}

/** Where the run is one that processes of this machine shared: what shares it now. */
async function sharedRun(
  runId: string,
  flags: ResumeFlags,
  configured: string | undefined,
): Promise<Processes | undefined> {
  const { queue, config, maxBytesInFlight } = flags;
  const asked = processesOf(flags.processes);
  const ledger = ledgerOfProcesses(flags, configured);
  const file = ledger.replace(/^sqlite:/, '');
  if (queue !== undefined || file === ledger || !existsSync(file)) return undefined;
  const opened = await (await loadFleet()).openLedger(ledger);
  try {
    const { annotations, plan } = await opened.header(runId);
    const count = processesFor(asked, [plan]);
    const { source, target } = endsOfRun(runId, annotations);
    return { count, ledger, words: [withoutMasks(source), withoutMasks(target)], config, maxBytesInFlight };
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  } finally {
    await opened.close();
  }
}

function outcomeOf(result: GatedResult, again?: PaidEmbedding): CommandOutcome {
  return {
    exitCode: result.success ? EXIT.done : EXIT.differences,
    document: withFigures(result, again),
    text: [migrationText(result), ...embedLines(again), ...gateLines(result)].join('\n'),
  };
}
