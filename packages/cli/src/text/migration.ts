import type { MigrationResult } from '@vsm/core';
import { seconds } from './units.ts';
import { verificationLines } from './verification.ts';

export function migrationText(result: MigrationResult): string {
  const { plan, copySeconds, vectorsPerSecond, dryRun, vectorsDropped } = result.metadata;
  const lines = [
    dryRun
      ? `Dry run: ${result.metadata.vectorsRead} records were read and checked, nothing was written.`
      : `${result.vectorsMigrated} records from ${plan.source.location} "${result.sourceCollection}" to ${plan.target.location} "${result.targetCollection}"`,
    `  ${seconds(copySeconds)} to copy (${Math.round(vectorsPerSecond)} records/s), ${seconds(result.durationSeconds)} in all`,
  ];
  if (vectorsDropped > 0) lines.push(`  ${vectorsDropped} records were left out by the transform`);
  for (const warning of result.warnings) lines.push(`  note: ${warning}`);
  if (result.vectorsFailed > 0) {
    lines.push(`  ${result.vectorsFailed} records were refused:`);
    for (const { id, reason, detail } of result.rejected.slice(0, 10)) lines.push(`    ${id}: ${reason}: ${detail}`);
    if (result.vectorsFailed > 10) lines.push(`    … ${result.vectorsFailed - 10} more`);
  }
  if (result.verification !== undefined)
    lines.push(...verificationLines(result.verification).map((line) => `  ${line}`));
  return lines.join('\n');
}
