import type { MigrationResult, Rejection } from '@vsm/core';
import { count, duration } from '../format.ts';
import { line } from '../redact/printable.ts';
import { verificationLines } from './verification.ts';

/** Rejected records that are named. */
const MOST_REJECTED = 10;

/** What a migration came to. */
export function migrationText(result: MigrationResult): string {
  const { plan, copySeconds, vectorsPerSecond, dryRun, dryRunBasis, vectorsRead, vectorsDropped } = result.metadata;
  const { vectorsMigrated, vectorsFailed, sourceCollection, targetCollection, verification } = result;
  const lines = [
    dryRun
      ? line`Dry run: ${vectorsRead} records were read and checked, nothing was written; ${vectorsMigrated} would be migrated.`
      : line`${vectorsMigrated} records from ${plan.source.location} "${sourceCollection}" to ${plan.target.location} "${targetCollection}"`,
    dryRun
      ? line`  the run itself takes about ${duration(result.durationSeconds)}: ${dryRunBasis ?? ''}`
      : line`  ${duration(copySeconds)} to copy (${count(vectorsPerSecond)} records/s), ${duration(result.durationSeconds)} in all`,
  ];
  if (vectorsDropped > 0) lines.push(line`  ${vectorsDropped} records were left out by the transform`);
  for (const warning of result.warnings) lines.push(line`  note: ${warning}`);
  if (vectorsFailed > 0) {
    lines.push(line`  ${vectorsFailed} records were rejected:`);
    lines.push(...rejectionLines(result.rejected.slice(0, MOST_REJECTED)).map((text) => `  ${text}`));
    if (vectorsFailed > MOST_REJECTED) lines.push(line`    … ${vectorsFailed - MOST_REJECTED} more`);
  }
  if (verification !== undefined) lines.push(...verificationLines(verification).map((text) => `  ${text}`));
  return lines.join('\n');
}

/** A line for each record that the target did not take. */
export function rejectionLines(rejected: readonly Pick<Rejection, 'id' | 'reason' | 'detail'>[]): string[] {
  return rejected.map(({ id, reason, detail }) => line`  ${id}: ${reason}: ${detail}`);
}
