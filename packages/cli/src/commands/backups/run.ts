import type { CheckedSnapshot, DamagedSnapshot, KeepRules, ListedSnapshot } from '@vsm/adapter-file/backup';
import { VsmError } from '@vsm/core';
import { line } from '@vsm/report/redact';
import { bytes as sizeText } from '@vsm/report/text';
import { loadBackups, snapshotWords } from '../../backups.ts';
import { EXIT } from '../../exit-codes.ts';
import { runCommand, type CommandOutcome } from '../../run.ts';
import { given, spelledFlag } from '../../selection.ts';
import type { BackupsAction, BackupsFlags } from './flags.ts';

export async function backups(action: BackupsAction, folder: string, flags: BackupsFlags): Promise<void> {
  await runCommand(flags, async ({ signal, note }) => {
    refuseMeaningless(action, flags);
    if (action === 'list') return list(folder);
    if (action === 'verify') return verify(folder, signal, note);
    return prune(folder, flags, signal);
  });
}

const OF_PRUNE = ['keepLast', 'keepDaily', 'keepWeekly', 'keepMonthly', 'dryRun', 'takeOver'] as const;

function refuseMeaningless(action: BackupsAction, flags: BackupsFlags): void {
  const odd = action === 'prune' ? undefined : OF_PRUNE.find((name) => flags[name] !== undefined);
  if (odd === undefined) return;
  throw new VsmError('INVALID_OPTIONS', `${spelledFlag(odd)} has a meaning with "prune" alone; leave it out.`);
}

async function list(folder: string): Promise<CommandOutcome> {
  const damaged: DamagedSnapshot[] = [];
  const snapshots = await (await loadBackups()).listSnapshots(folder, (one) => damaged.push(one));
  const lines = [...snapshots.map(listedText), ...damaged.map(damagedText)];
  return {
    exitCode: damaged.length === 0 ? EXIT.done : EXIT.differences,
    document: { snapshots, ...(damaged.length > 0 && { damaged }) },
    text: lines.length === 0 ? 'no snapshots' : lines.join('\n'),
  };
}

function listedText({ id, collection, source, records, bytes, written, rejected }: ListedSnapshot): string {
  const lacking = rejected === 0 ? '' : `, ${rejected} not kept`;
  return line`${id}  ${collection}: ${records} records${lacking}, ${sizeText(bytes)}, of which ${sizeText(written.bytes)} were new, from ${source}`;
}

function damagedText({ id, problem }: DamagedSnapshot): string {
  return line`${id} cannot be read: ${problem}`;
}

async function verify(folder: string, signal: AbortSignal, note: (text: string) => void): Promise<CommandOutcome> {
  const { path, snapshot } = snapshotWords(folder);
  const { checkBackup } = await loadBackups();
  const report = await checkBackup({ path, snapshot, signal });
  const { passed, snapshots, parts, bytes } = report;
  if (snapshots.some(({ lost }) => lost.length > 0))
    note('Delete the damaged parts, and the next vsm backup writes what the collections still hold.');
  const sum = `${passed ? 'whole' : 'DAMAGED'}: ${snapshots.length} snapshots, ${parts} parts, ${sizeText(bytes)}`;
  return {
    exitCode: passed ? EXIT.done : EXIT.differences,
    document: report,
    text: [sum, ...snapshots.flatMap(damageLines)].join('\n'),
  };
}

function damageLines({ id, collection, problem, lost }: CheckedSnapshot): string[] {
  if (problem !== undefined) return [damagedText({ id, problem })];
  if (lost.length === 0) return [];
  const total = lost.reduce((sum, { records }) => sum + records, 0);
  return [
    line`${id} of "${collection ?? ''}" has lost ${total} records:`,
    ...lost.map(({ records, range, part, problem: what }) => line`  ${records} records, ${range}: ${part}: ${what}`),
  ];
}

async function prune(folder: string, flags: BackupsFlags, signal: AbortSignal): Promise<CommandOutcome> {
  const { keepLast, keepDaily, keepWeekly, keepMonthly, dryRun, takeOver } = flags;
  const rules: KeepRules = given({ keepLast, keepDaily, keepWeekly, keepMonthly });
  if (Object.keys(rules).length === 0) {
    throw new VsmError('INVALID_OPTIONS', 'Say which snapshots stay, such as --keep-daily 7 --keep-monthly 12.');
  }
  const { pruneBackup } = await loadBackups();
  const report = await pruneBackup({ path: folder, ...rules, ...given({ dryRun, takeOver }), signal });
  const { kept, forgotten, parts, bytes } = report;
  const what = dryRun === true ? 'would be deleted' : 'deleted';
  const text = `${kept.length} snapshots stay; ${forgotten.length} snapshots and ${parts} parts (${sizeText(bytes)}) ${what}`;
  return { exitCode: EXIT.done, document: report, text };
}
