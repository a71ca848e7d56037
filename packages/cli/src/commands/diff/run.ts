import { diff, type DiffReport } from '@vsm/core';
import { printable } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { compareWithFingerprint, namesFingerprint } from '../../fingerprints.ts';
import { eachJob, resolveJobs, type Job } from '../../jobs.ts';
import { listOutcomes } from '../../outcomes.ts';
import { runCommand } from '../../run.ts';
import { given, selectionOf } from '../../selection.ts';
import { diffLines } from './text.ts';
import type { DiffFlags } from './flags.ts';

interface Named extends DiffReport {
  readonly sourceCollection: string;
}

export async function diffCollections(words: readonly string[], flags: DiffFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    if (namesFingerprint(words)) return compareWithFingerprint(words, flags, context);
    const { signal, onProgress, begin } = context;
    const { list, single } = await resolveJobs({ words, all: flags.all, config: flags.config }, context);
    const diffJob = async (job: Job): Promise<Named> => {
      const { sourceCollection, targetCollection, options, settings, source, target } = job;
      begin(sourceCollection, list.indexOf(job), list.length);
      const { batchSize, concurrency, maxBytesInFlight, limit } = flags;
      const report = await diff({
        ...settings,
        ...given({ filter: options.filter, namespaces: options.namespaces, metric: options.metric }),
        ...selectionOf(flags),
        ...given({ batchSize, concurrency, maxBytesInFlight, limit }),
        source: source.store,
        target: target.store,
        sourceCollection,
        targetCollection,
        onProgress,
        signal,
      });
      return { sourceCollection, ...report };
    };
    const codeOf = ({ equal }: DiffReport): number => (equal ? EXIT.done : EXIT.differences);
    const [first] = list;
    if (single && first !== undefined) {
      const { sourceCollection: _name, ...report } = await diffJob(first);
      return { exitCode: codeOf(report), document: report, text: diffLines(report).join('\n') };
    }
    return listOutcomes(await eachJob(list, signal, diffJob), context.failures, {
      codeOf,
      textOf: (report) => [printable(report.sourceCollection), ...diffLines(report)].join('\n  '),
      summary: (reports) => `${reports.filter(({ equal }) => equal).length} of ${list.length} collections are equal`,
    });
  });
}
