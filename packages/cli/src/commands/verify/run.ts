import { VectorStoreMigrator, type VerificationReport } from '@vsm/core';
import { verificationLines } from '@vsm/report/text';
import { printable } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { compareWithFingerprint, namesFingerprint } from '../../fingerprints.ts';
import { eachJob, resolveJobs, type Job } from '../../jobs.ts';
import { withLayouts } from '../../layouts.ts';
import { listOutcomes } from '../../outcomes.ts';
import { withPages, type Pages } from '../../pages/run-pages.ts';
import { runCommand, type CommandContext } from '../../run.ts';
import { given, selectionOf } from '../../selection.ts';
import type { VerifyFlags } from './flags.ts';

interface Named extends VerificationReport {
  readonly sourceCollection: string;
}

export async function verify(words: readonly string[], flags: VerifyFlags): Promise<void> {
  if (namesFingerprint(words)) {
    await runCommand(flags, (context) => compareWithFingerprint(words, flags, context));
    return;
  }
  const pages = { ...flags, command: 'verify', settings: { arguments: words, ...flags } };
  await runCommand(
    flags,
    withPages(pages, async (context: CommandContext & Pages) => {
      const { signal, onProgress, begin, track } = context;
      const { list, single } = await withLayouts(
        await resolveJobs({ words, all: flags.all, config: flags.config }, context),
        flags,
      );
      const verifyJob = async (job: Job): Promise<Named> => {
        const { sourceCollection, targetCollection, options } = job;
        begin(sourceCollection, list.indexOf(job), list.length);
        const migrator = new VectorStoreMigrator({
          ...job.settings,
          source: job.source.store,
          target: job.target.store,
          onProgress,
          observer: context.observer,
        });
        const report = await track({ ...job.annotations, collection: sourceCollection }, () =>
          migrator.verify({
            ...options,
            ...selectionOf(flags, options),
            ...given({
              batchSize: flags.batchSize,
              concurrency: flags.concurrency,
              maxBytesInFlight: flags.maxBytesInFlight,
            }),
            level: flags.level ?? options.verify,
            sample: options.verifySample,
            witness: flags.witness ?? options.witness,
            sourceCollection,
            targetCollection,
            signal,
          }),
        );
        return { sourceCollection, ...report };
      };
      const codeOf = ({ passed }: VerificationReport): number => (passed ? EXIT.done : EXIT.differences);
      const [first] = list;
      if (single && first !== undefined) {
        const { sourceCollection: _name, ...report } = await verifyJob(first);
        return { exitCode: codeOf(report), document: report, text: verificationLines(report).join('\n') };
      }
      return listOutcomes(await eachJob(list, signal, verifyJob), context.failures, {
        codeOf,
        textOf: (report) => [printable(report.sourceCollection), ...verificationLines(report)].join('\n  '),
        summary: (reports) => `${reports.filter(({ passed }) => passed).length} of ${list.length} collections passed`,
      });
    }),
  );
}
