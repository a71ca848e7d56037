import { EXIT } from '../../exit-codes.ts';
import { runCommand } from '../../run.ts';
import { runDirectory } from '../../selection.ts';
import type { RunFlags } from './flags.ts';
import { jobOfMove, withJournal } from './open.ts';

export async function runLive(name: string, flags: RunFlags): Promise<void> {
  await runCommand(flags, (context) =>
    withJournal(name, flags, context, async ({ module, journal }) => {
      const job = await jobOfMove(await journal.header(), flags, context);
      const told = new Set<string>();
      const unwatch = context.watchMove?.(() => module.moveStatus(journal));
      await module.runMove({
        journal,
        stores: { source: job.source.store, target: job.target.store, transform: job.options.transform },
        signal: context.signal,
        checkpoints: runDirectory(flags.runDir),
        maxRecordsPerSecond: flags.maxRecordsPerSecond,
        batchSize: flags.batchSize,
        maxRetries: flags.maxRetries,
        observer: context.observer,
        onDoing: context.note,
        onProblem(problem) {
          const message = context.failures.message(problem);
          // Once each: a store that is away fails again and again.
          if (!told.has(message)) context.note(message);
          told.add(message);
        },
      });
      unwatch?.();
      const status = await module.moveStatus(journal);
      return { exitCode: EXIT.done, document: status, text: `ended in phase ${status.phase.phase}` };
    }),
  );
}
