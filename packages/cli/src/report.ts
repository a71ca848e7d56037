import { stringifyJson } from '@vsm/core/adapter';
import type { CollectionReport, MigrationEstimate, MigrationResult, VectorSchema, VerificationReport } from '@vsm/core';

/** Any result as one JSON document; integers beyond 2^53 keep their digits. */
export function asJson(value: object): string {
  return stringifyJson(JSON.parse(JSON.stringify(value, bigintAsText)) as never);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

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

export function verificationLines(report: VerificationReport): string[] {
  const lines = [
    `verification (${report.level}): ${report.passed ? 'passed' : 'FAILED'}, ` +
      `${report.expectedCount} records expected, ${report.targetCount} in the target, ${report.valuesCompared} compared by value`,
  ];
  if (report.search !== undefined) {
    const { overlap, topK, queries } = report.search;
    lines.push(`search overlap at ${topK}: ${(100 * overlap).toFixed(1)} % over ${queries} queries`);
  }
  if (!report.passed) lines.push(`${report.missing} missing, ${report.extra} extra, ${report.changed} values changed`);
  for (const { kind, id, field, expected, actual } of report.differences.slice(0, 20)) {
    lines.push(
      `  ${kind} ${id}${field === undefined ? '' : ` ${field}`}${expected === undefined ? '' : `: expected ${expected}, found ${actual}`}`,
    );
  }
  for (const note of report.notes) lines.push(`note: ${note}`);
  return lines;
}

export function estimateText(estimate: MigrationEstimate): string {
  const lines = [
    `${estimate.totalVectors} records, about ${megabytes(estimate.bytes)} in memory, ${estimate.estimatedBatches} batches`,
    `about ${seconds(estimate.estimatedDurationSeconds)} (${estimate.durationRangeSeconds.map(seconds).join(' to ')}) at ${Math.round(estimate.vectorsPerSecond)} records/s`,
    `rests on: ${estimate.basis}`,
    estimate.compatible ? 'the target can take everything' : 'the target cannot take everything:',
    ...estimate.warnings.map((warning) => `  ${warning}`),
  ];
  return lines.join('\n');
}

export function collectionText(report: CollectionReport): string {
  const { description, count, exact } = report;
  const lines = [
    `${description.name}: ${exact ? '' : 'about '}${count} records`,
    ...Object.entries(description.vectors).map(
      ([name, vector]) => `  ${name === '' ? 'vector' : `vector "${name}"`}: ${vectorText(vector)}`,
    ),
  ];
  if (description.ids !== undefined) lines.push(`  ids: ${description.ids}, such as ${report.sampleIds.join(', ')}`);
  for (const { name, count: records } of report.namespaces) lines.push(`  namespace "${name}": ${records} records`);
  if (report.fields.length > 0) lines.push('  metadata:');
  for (const { path, type, example } of report.fields) {
    lines.push(`    ${path}: ${type}${example === undefined ? '' : `, such as ${shorten(stringifyJson(example))}`}`);
  }
  for (const index of description.indexes ?? []) lines.push(`  index on ${index.path} (${index.type})`);
  for (const alias of description.aliases ?? []) lines.push(`  also known as ${alias}`);
  for (const note of description.notes ?? []) lines.push(`  note: ${note}`);
  for (const restriction of Object.values(description.restrictions ?? {})) lines.push(`  restriction: ${restriction}`);
  return lines.join('\n');
}

function vectorText(vector: VectorSchema): string {
  if (vector.kind === 'sparse') return 'sparse';
  const dimension = vector.dimension === undefined ? 'unknown dimension' : `${vector.dimension} dimensions`;
  const metric = vector.metric ?? 'unknown metric';
  return `${vector.kind}, ${dimension}, ${metric}${vector.datatype === undefined ? '' : `, ${vector.datatype}`}`;
}

function seconds(value: number): string {
  return value < 100 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
