import { VsmError, type CollectionOutcome, type MigrateAllResult, type MigrationResult } from '@vsm/core';
import { duration } from '@vsm/report/text';
import { line, printable } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { gateWords } from '../../gate.ts';
import { shellWord, type ErrorDocument, type Failures, type RunWords } from '../../failures.ts';
import type { Job } from '../../jobs.ts';
import { overallCode } from '../../outcomes.ts';
import type { CommandOutcome } from '../../run.ts';

/** One collection of several, as `--json` shows it. */
export type OutcomeDocument = { readonly sourceCollection: string; readonly targetCollection: string } & (
  | { readonly success: boolean; readonly result: MigrationResult }
  | ErrorDocument
);

export function outcomeDocument(outcome: CollectionOutcome, failures: Failures): OutcomeDocument {
  const { sourceCollection, targetCollection, result, error } = outcome;
  const names = { sourceCollection, targetCollection };
  return result === undefined
    ? { ...names, ...failures.document(error) }
    : { ...names, success: result.success, result };
}

/** The line that a collection gets when it is through. */
export function outcomeLine({ sourceCollection, result, error }: CollectionOutcome, failures: Failures): string {
  const name = printable(sourceCollection);
  if (result === undefined)
    return `${name}: ${isInterruption(error) ? 'interrupted' : `failed: ${failures.message(error)}`}`;
  const { vectorsMigrated, vectorsFailed, verification, durationSeconds, metadata } = result;
  const parts = [
    metadata.dryRun ? `${metadata.vectorsRead} records read and checked` : `${vectorsMigrated} records`,
    ...(vectorsFailed > 0 ? [`${vectorsFailed} rejected`] : []),
    ...(verification === undefined
      ? []
      : [
          verification.passed
            ? `verified (${verification.level})`
            : `verification FAILED: ${verification.missing} missing, ${verification.extra} extra, ${verification.changed} values changed`,
        ]),
    ...gateWords(result),
    duration(metadata.dryRunSeconds ?? durationSeconds),
  ];
  return `${name}: ${parts.join(', ')}`;
}

interface Context {
  readonly jobs: readonly Job[];
  readonly words: RunWords;
  readonly failures: Failures;
}

/** One summary and one exit code for all of them. */
export function severalOutcomes(
  all: MigrateAllResult,
  codes: readonly number[],
  { jobs, words, failures }: Context,
): CommandOutcome {
  const interrupted = all.outcomes.find(({ error }) => isInterruption(error));
  const exitCode = interrupted !== undefined || all.notStarted.length > 0 ? EXIT.interrupted : overallCode(codes);
  const done = all.outcomes.filter(({ result }) => result?.success === true).length;
  const differing = all.outcomes.filter(({ result }) => result?.success === false).length;
  const failed = all.outcomes.filter(({ error }) => error !== undefined && !isInterruption(error)).length;
  const counts = [
    `${done} of ${jobs.length} collections migrated`,
    ...(differing > 0 ? [`${differing} with rejected records or differences`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${all.vectorsMigrated} records in ${duration(all.durationSeconds)}`,
  ];
  const lines = [counts.join(', ')];
  if (interrupted?.error !== undefined) lines.push(failures.text(interrupted.error));
  if (all.notStarted.length > 0) lines.push(...notStarted(all, jobs, words));
  const { outcomes, ...totals } = all;
  return {
    exitCode,
    document: {
      ...totals,
      success: exitCode === EXIT.done,
      collections: outcomes.map((outcome) => outcomeDocument(outcome, failures)),
    },
    text: lines.join('\n'),
  };
}

function notStarted({ outcomes }: MigrateAllResult, jobs: readonly Job[], { runDir, config }: RunWords): string[] {
  const options = [
    ...(runDir === undefined ? [] : ['--run-dir', runDir]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  const commands = jobs.slice(outcomes.length).map(({ annotations, sourceCollection }) => {
    // No shell can spell half of a surrogate pair.
    const source = annotations.source.replace('*', encodeURIComponent(sourceCollection.toWellFormed()));
    const words = annotations.migration === undefined ? [source, annotations.target] : [annotations.migration];
    return line`  ${['vsm', 'migrate', ...words, ...options].map(shellWord).join(' ')}`;
  });
  return ['Not begun:', ...new Set(commands)];
}

function isInterruption(error: unknown): boolean {
  return VsmError.isInstance(error) && (error.code === 'INTERRUPTED' || error.code === 'ABORTED');
}
