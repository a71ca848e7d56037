import type { BackupResult } from '@vsm/adapter-file/backup';
import { retryingStore } from '@vsm/core/adapter';
import { line, printable } from '@vsm/report/redact';
import { bytes as sizeText } from '@vsm/report/text';
import { loadBackups } from '../../backups.ts';
import { EXIT } from '../../exit-codes.ts';
import { exitCodeOf, shellWord } from '../../failures.ts';
import { overallCode } from '../../outcomes.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import { given, selectionOf } from '../../selection.ts';
import { collectionsOf, openLocation } from '../../stores.ts';
import type { BackupFlags } from './flags.ts';

export async function backupCollections(location: string, folder: string, flags: BackupFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const { signal, use, config, secrets, onProgress, begin } = context;
    const { backup } = await loadBackups();
    const opened = use(await openLocation(location, 'source', await config(flags.config, [location]), secrets));
    const { names, all } = await collectionsOf({ ...opened, store: retryingStore(opened.store) }, location, signal);
    const { batchSize, concurrency, maxBytesInFlight, takeOver } = flags;
    const made = async (collection: string, index: number): Promise<BackupResult> => {
      begin(collection, index, names.length);
      return backup({
        ...given({ batchSize, concurrency, maxBytesInFlight, takeOver, namespaces: opened.namespaces }),
        ...selectionOf(flags),
        source: opened.store,
        collection,
        path: folder,
        onProgress,
        signal,
      });
    };
    const [only] = names;
    if (!all && only !== undefined) return outcomeOf(await made(only, 0), folder);
    return several(names, made, folder, context);
  });
}

function outcomeOf(result: BackupResult, folder: string): CommandOutcome {
  const restore = line`vsm restore ${shellWord(`${folder}@${result.snapshot}`)} <target>`;
  return {
    exitCode: codeOf(result),
    document: result,
    text: [...linesOf(result), `Restore it by: ${restore}`].join('\n'),
  };
}

async function several(
  names: readonly string[],
  made: (collection: string, index: number) => Promise<BackupResult>,
  folder: string,
  { failures, signal }: CommandContext,
): Promise<CommandOutcome> {
  const codes: number[] = [];
  const documents: object[] = [];
  const lines: string[] = [];
  for (const [index, collection] of names.entries()) {
    try {
      const result = await made(collection, index);
      codes.push(codeOf(result));
      documents.push(result);
      lines.push(...linesOf(result));
    } catch (error) {
      if (signal.aborted) throw error;
      codes.push(exitCodeOf(error));
      documents.push({ collection, ...failures.document(error) });
      lines.push(`${printable(collection)}: failed: ${failures.message(error)}`);
    }
  }
  const exitCode = overallCode(codes);
  lines.push(`Restore one by: ${line`vsm restore ${shellWord(folder)}`} --collection <name> <target>`);
  return { exitCode, document: { success: exitCode === EXIT.done, collections: documents }, text: lines.join('\n') };
}

function codeOf({ rejected }: BackupResult): number {
  return rejected.count === 0 ? EXIT.done : EXIT.differences;
}

const LISTED = 20;

function linesOf({ snapshot, collection, records, parts, bytes, written, rejected, notes }: BackupResult): string[] {
  const fresh =
    written.parts === 0
      ? 'nothing of it had to be written'
      : `${written.parts} of ${parts} parts written (${sizeText(written.bytes)} of ${sizeText(bytes)})`;
  const lines = [line`snapshot ${snapshot} of "${collection}": ${records} records, ${fresh}`];
  if (rejected.count > 0) {
    lines.push(`NOT KEPT: ${rejected.count} records`);
    for (const { id, detail } of rejected.listed.slice(0, LISTED)) lines.push(line`  ${id}: ${detail}`);
    if (rejected.count > LISTED) lines.push(`  and ${rejected.count - LISTED} more with --json`);
  }
  return [...lines, ...notes.map((note) => line`note: ${note}`)];
}
