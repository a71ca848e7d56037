import type { MigrationResult, VerificationReport } from '@vsm/core';
import { count, percent, plural } from '../format.ts';
import type { Failure, JudgedSearch, RunOutcome } from '../model.ts';

export type Tone = 'passed' | 'differences' | 'refused' | 'neutral';

/** What a run comes to, for someone who reads nothing else. */
export interface Verdict {
  readonly tone: Tone;
  /** Two or three words. */
  readonly word: string;
  /** One sentence. */
  readonly headline: string;
  /** What supports it, or what to do next. */
  readonly detail: string;
}

export function verdictOf(outcome: RunOutcome): Verdict {
  switch (outcome.kind) {
    case 'migrated': {
      const verdict = migrated(outcome.result);
      const { judgement } = outcome;
      // Of a copy that is not as it should be, that is said first.
      const isSound = verdict.tone === 'passed' || verdict.tone === 'neutral';
      return judgement?.passed === false && isSound ? judged(judgement) : verdict;
    }
    case 'judged':
      return judged(outcome.judgement);
    case 'verified':
      return compared(outcome.verification, 'Both sides hold the same');
    case 'failed':
      return failed(outcome.failure);
  }
}

function migrated(result: MigrationResult): Verdict {
  const { vectorsMigrated, vectorsFailed, verification, metadata } = result;
  if (metadata.dryRun) return dryRun(result);
  const rejected = vectorsFailed > 0 ? `${plural(vectorsFailed, 'record was', 'records were')} rejected` : undefined;
  const moved = `${plural(vectorsMigrated, 'record')} arrived`;
  if (verification !== undefined && !verification.passed) {
    const verdict = compared(verification, '');
    return rejected === undefined ? verdict : { ...verdict, detail: `${verdict.detail} ${rejected}, see below.` };
  }
  if (rejected !== undefined) {
    return {
      tone: 'differences',
      word: 'Records rejected',
      headline: `${rejected} by the target; ${moved}`,
      detail: `Every rejected record is named below with its reason, and kept with the run: vsm replay ${result.runId} offers them again.`,
    };
  }
  if (verification === undefined) {
    return {
      tone: 'neutral',
      word: 'Copied, not verified',
      headline: `${moved}; nobody compared them`,
      detail: 'Verification was switched off. vsm verify compares both sides at any time.',
    };
  }
  return compared(verification, vectorsMigrated === 0 ? 'Nothing had to be moved' : `${moved}, and nothing was lost`);
}

function judged({ passed, failures, least, overlap, topK, queries }: JudgedSearch): Verdict {
  const figure = `${percent(overlap.mean)} of the first ${topK} answers are the same`;
  const of = `Over ${plural(queries, 'query', 'queries')}, asked of both sides without an index.`;
  if (!passed) {
    const [first = '', ...others] = failures;
    const headline = sentence([`${first[0]?.toUpperCase() ?? ''}${first.slice(1)}`, ...others]);
    return { tone: 'differences', word: 'Search differs', headline, detail: `${figure}. ${of}` };
  }
  if (least.overlap === undefined && least.recall === undefined) {
    return { tone: 'neutral', word: 'Judged', headline: figure, detail: `${of} Nobody said how many have to be.` };
  }
  return { tone: 'passed', word: 'Passed', headline: figure, detail: of };
}

function dryRun({ metadata, vectorsFailed }: MigrationResult): Verdict {
  const read = `${plural(metadata.vectorsRead, 'record')} would be moved`;
  return vectorsFailed === 0
    ? {
        tone: 'passed',
        word: 'Dry run',
        headline: read,
        detail: 'All were read, mapped and checked. Nothing was written.',
      }
    : {
        tone: 'differences',
        word: 'Dry run',
        headline: `${read}, ${count(vectorsFailed)} of them would be rejected`,
        detail: 'All were read, mapped and checked. Nothing was written.',
      };
}

function compared(report: VerificationReport, whenPassed: string): Verdict {
  const { missing, extra, changed, search } = report;
  if (report.passed) {
    return { tone: 'passed', word: 'Passed', headline: whenPassed, detail: evidence(report) };
  }
  const found = [
    missing > 0 ? `${plural(missing, 'record')} missing` : undefined,
    extra > 0 ? `${count(extra)} too many` : undefined,
    changed > 0 ? plural(changed, 'value differs', 'values differ') : undefined,
    search?.passed === false ? `searches agree on only ${percent(search.overlap)}` : undefined,
  ].filter((part) => part !== undefined);
  return {
    tone: 'differences',
    word: 'Differences',
    headline: sentence(found),
    detail: `${evidence(report)} The source is as it was.`,
  };
}

function evidence({ level, valuesCompared, expectedCount, targetCount, confidence }: VerificationReport): string {
  if (confidence !== undefined) return `${confidence[0]?.toUpperCase() ?? ''}${confidence.slice(1)}.`;
  if (level === 'count') return `Only counted: ${count(expectedCount)} expected, ${count(targetCount)} in the target.`;
  if (level === 'ids') return `The ids of ${plural(expectedCount, 'record')} were compared, not their values.`;
  return `${plural(valuesCompared, 'record was', 'records were')} read from both sides and compared value by value${level === 'search' ? ', and the same searches were asked of both' : ''}.`;
}

/** Errors that are raised before the first write. */
const REFUSALS: ReadonlySet<string> = new Set([
  'INVALID_OPTIONS',
  'NOT_FOUND',
  'CONFLICT',
  'UNSUPPORTED',
  'UNAUTHORIZED',
  'VALIDATION_FAILED',
  'SCHEMA_INCOMPATIBLE',
]);

function failed({ code, message, resumable }: Failure): Verdict {
  if (code === 'INTERRUPTED' || code === 'ABORTED') {
    return {
      tone: 'neutral',
      word: 'Interrupted',
      headline: 'The run was stopped before its end',
      detail:
        resumable !== undefined
          ? `What was written is kept. vsm resume ${resumable} finishes it.`
          : 'What was written is kept. Run the same command again to move the others.',
    };
  }
  return code !== undefined && REFUSALS.has(code)
    ? { tone: 'refused', word: 'Refused', headline: 'Nothing was written', detail: message }
    : { tone: 'refused', word: 'Failed', headline: 'The run ended with an error', detail: message };
}

function sentence(parts: readonly string[]): string {
  const last = parts.at(-1) ?? 'The sides differ';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

const RANK: readonly Tone[] = ['refused', 'differences', 'neutral', 'passed'];

/** Of several runs: as good as the worst of them. */
export function overallVerdict(verdicts: readonly Verdict[]): Verdict {
  const [only] = verdicts;
  if (only !== undefined && verdicts.length === 1) return only;
  const tone = RANK.find((candidate) => verdicts.some((verdict) => verdict.tone === candidate)) ?? 'neutral';
  const passed = verdicts.filter((verdict) => verdict.tone === 'passed').length;
  const of = `${count(passed)} of ${plural(verdicts.length, 'collection')}`;
  const worst = verdicts.find((verdict) => verdict.tone === tone);
  return {
    tone,
    word: worst?.word ?? 'Nothing to do',
    headline: passed === verdicts.length ? `All ${plural(verdicts.length, 'collection')} passed` : `${of} passed`,
    detail: 'Each has its own part below.',
  };
}
