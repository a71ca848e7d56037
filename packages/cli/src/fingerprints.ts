import { readFile } from 'node:fs/promises';
import {
  compareFingerprints,
  parseFingerprint,
  verifyFingerprint,
  VsmError,
  type Fingerprint,
  type FingerprintReport,
  type VerifyFingerprintReport,
} from '@vsm/core';
import { line } from '@vsm/report/redact';
import { EXIT } from './exit-codes.ts';
import { FINGERPRINT_SCHEME } from './schemes.ts';
import type { CommandContext, CommandOutcome } from './run.ts';
import { given, spelledFlag, type Flags, type Selection } from './selection.ts';
import { openLocation, theCollectionOf } from './stores.ts';

interface CompareFlags extends Selection, Flags<'batchSize' | 'concurrency' | 'maxBytesInFlight'> {}

/** Whether one of two places is a file that `vsm fingerprint` wrote. */
export function namesFingerprint(words: readonly string[]): boolean {
  return words.some(isFile);
}

/** What has no meaning where one side is a digest of whole records. */
const MEANINGLESS = [
  'filter',
  'namespace',
  'metric',
  'layoutFrom',
  'layoutTo',
  'all',
  'level',
  'limit',
  'report',
] as const;

/** Compares a fingerprint with another one, or with a collection. */
export async function compareWithFingerprint(
  words: readonly string[],
  flags: CompareFlags & { readonly level?: unknown; readonly limit?: unknown; readonly report?: unknown },
  context: CommandContext,
): Promise<CommandOutcome> {
  const [source, target] = words;
  if (source === undefined || target === undefined || words.length > 2)
    throw new VsmError('INVALID_OPTIONS', `Give a source and a target; ${words.length} were given.`);
  const odd = MEANINGLESS.find((name) => flags[name] !== undefined);
  if (odd !== undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `${spelledFlag(odd)} has no meaning where a fingerprint is compared; leave it out.`,
    );
  }
  if (isFile(source) && isFile(target)) {
    const report = compareFingerprints(await readFingerprint(source), await readFingerprint(target));
    return outcomeOf(report, [], {});
  }
  const [file, location] = isFile(source) ? [source, target] : [target, source];
  const expected = await readFingerprint(file);
  const config = await context.config(flags.config, [location]);
  const side = isFile(source) ? 'target' : 'source';
  const opened = context.use(await openLocation(location, side, config, context.secrets));
  const collection = await theCollectionOf(opened, location, context.signal);
  context.begin(collection, 0, 1);
  const { batchSize, concurrency, maxBytesInFlight } = flags;
  const { found, suspects, ...compared } = await verifyFingerprint({
    ...given({ batchSize, concurrency, maxBytesInFlight }),
    source: opened.store,
    collection,
    expected,
    onProgress: context.onProgress,
    signal: context.signal,
  });
  // The collection may be either side, and the report is to speak of both as they were given.
  const report = side === 'target' ? compared : compareFingerprints(found, expected);
  return outcomeOf(report, suspects, { suspects });
}

function outcomeOf(
  report: FingerprintReport,
  suspects: VerifyFingerprintReport['suspects'],
  more: object,
): CommandOutcome {
  return {
    exitCode: report.passed ? EXIT.done : EXIT.differences,
    document: { ...report, ...more },
    text: reportLines(report, suspects).join('\n'),
  };
}

const LISTED = 20;

function reportLines(report: FingerprintReport, suspects: VerifyFingerprintReport['suspects']): string[] {
  const { passed, sourceRecords, targetRecords, buckets, differingBuckets } = report;
  const lines = [
    `fingerprints: ${passed ? 'equal' : 'DIFFERENT'}, ${sourceRecords} records in the source, ${targetRecords} in the target, ${differingBuckets} of ${buckets} buckets differ`,
  ];
  for (const { namespace, source, target } of report.namespaces.slice(0, LISTED))
    lines.push(line`namespace "${namespace}": ${source} records in the source, ${target} in the target`);
  for (const { bucket, sourceRecords: from, targetRecords: to, parts } of report.differences.slice(0, LISTED))
    lines.push(line`  bucket ${bucket}: ${from} and ${to} records, ${parts.join(', ')}`);
  if (suspects.length > 0) {
    lines.push('Among these records are those that differ:');
    for (const { id, namespace, bucket } of suspects.slice(0, LISTED))
      lines.push(line`  ${id}${namespace === undefined ? '' : ` in "${namespace}"`} (bucket ${bucket})`);
    if (suspects.length > LISTED) lines.push(`  and ${suspects.length - LISTED} more with --json`);
  }
  for (const what of report.unproven) lines.push(line`not proven: ${what}`);
  for (const what of [...report.approximate, ...report.notes]) lines.push(line`note: ${what}`);
  return lines;
}

function isFile(word: string): boolean {
  return word.startsWith(FINGERPRINT_SCHEME);
}

async function readFingerprint(word: string): Promise<Fingerprint> {
  const path = word.slice(FINGERPRINT_SCHEME.length);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new VsmError('NOT_FOUND', `Cannot read the fingerprint ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseFingerprint(text, path);
}
