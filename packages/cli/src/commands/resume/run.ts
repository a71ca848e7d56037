import { migrationText } from '@vsm/report/text';
import { EXIT } from '../../exit-codes.ts';
import { openRun } from '../../open-run.ts';
import { withPages, type Pages } from '../../pages/run-pages.ts';
import { runCommand, type CommandContext } from '../../run.ts';
import type { ResumeFlags } from './flags.ts';

export async function resume(runId: string, flags: ResumeFlags): Promise<void> {
  const pages = { ...flags, command: 'resume', settings: { runId, ...flags } };
  await runCommand(
    flags,
    withPages(pages, async (context: CommandContext & Pages) => {
      const { migrator, migration, verify, layout, annotations } = await openRun(runId, flags, context);
      context.begin(runId, 0, 1);
      const result = await context.track(annotations, () =>
        migrator.resume(runId, {
          control: context.control,
          signal: context.signal,
          verify,
          verifySample: migration?.verifySample,
          maxRecordsPerSecond: migration?.maxRecordsPerSecond,
          maxBytesPerSecond: migration?.maxBytesPerSecond,
          maxBytesInFlight: flags.maxBytesInFlight ?? migration?.maxBytesInFlight,
          transform: migration?.transform,
          embed: migration?.embed,
          layout,
        }),
      );
      return {
        exitCode: result.success ? EXIT.done : EXIT.differences,
        document: result,
        text: migrationText(result),
      };
    }),
  );
}
