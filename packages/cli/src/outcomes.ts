import { printable } from '@vsm/report/redact';
import { EXIT } from './exit-codes.ts';
import { exitCodeOf, type Failures } from './failures.ts';
import type { JobOutcome } from './jobs.ts';
import type { CommandOutcome } from './run.ts';

/** One exit code for several collections: a failure weighs more than a difference; bad usage only counts if it is all there is. */
export function overallCode(codes: readonly number[]): number {
  const failures = codes.filter((code) => code === EXIT.failed || code === EXIT.usage);
  if (failures.length > 0) {
    return failures.length === codes.length && failures.every((code) => code === EXIT.usage) ? EXIT.usage : EXIT.failed;
  }
  return codes.includes(EXIT.differences) ? EXIT.differences : EXIT.done;
}

interface Listing<Result> {
  readonly codeOf: (result: Result) => number;
  readonly textOf: (result: Result) => string;
  /** What is said below all of them. */
  readonly summary: (results: readonly Result[]) => string;
}

/** Several collections in one document and one text. */
export function listOutcomes<Result extends object>(
  outcomes: readonly JobOutcome<Result>[],
  failures: Failures,
  { codeOf, textOf, summary }: Listing<Result>,
): CommandOutcome {
  const codes = outcomes.map(({ result, error }) => (result === undefined ? exitCodeOf(error) : codeOf(result)));
  const results = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const exitCode = overallCode(codes);
  const blocks = outcomes.map(({ job, result, error }) =>
    result === undefined ? `${printable(job.sourceCollection)}: failed: ${failures.message(error)}` : textOf(result),
  );
  return {
    exitCode,
    document: {
      success: exitCode === EXIT.done,
      collections: outcomes.map(({ job, result, error }) => ({
        sourceCollection: job.sourceCollection,
        targetCollection: job.targetCollection,
        ...(result === undefined ? failures.document(error) : { success: codeOf(result) === EXIT.done, result }),
      })),
    },
    text: [...blocks, `${summary(results)}${failedOf(outcomes)}`].join('\n\n'),
  };
}

function failedOf(outcomes: readonly JobOutcome<unknown>[]): string {
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  return failed === 0 ? '' : `, ${failed} failed`;
}
