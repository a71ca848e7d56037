import { VsmError, type CollectionSchema } from '@vsm/core/adapter';
import { RecordDigests } from '@vsm/core/engine';
import type { ByteSource } from '../byte-source.ts';
import { doublesOf } from '../doubles.ts';
import { sumsOf } from '../file-sums.ts';
import { ParquetFile } from '../parquet/parquet-file.ts';
import { EVERYTHING, type FilePage, type Position } from '../read.ts';
import { isDamage } from './errors.ts';
import type { BackupFolder } from './folder.ts';
import { compareKeys, keyOf, type Key } from './keys.ts';
import { PartSum } from './ranges.ts';
import type { StoredPart } from './stored-part.ts';

/** What is wrong with a part, which is read whole; `undefined` where nothing is. @throws VsmError where it cannot be asked for */
export async function partProblem(
  folder: BackupFolder,
  part: StoredPart,
  schema: Pick<CollectionSchema, 'vectors'>,
): Promise<string | undefined> {
  try {
    const source = await folder.openPart({ digest: part.digest, sha256: part.sha256 });
    try {
      if (source.size !== part.bytes) return `it has ${source.size} bytes, and had ${part.bytes}`;
      if ((await sumsOf(source)).sha256 !== part.sha256) return 'its bytes are not those that were written (SHA-256)';
      return await contentProblem(source, part, doublesOf(schema));
    } finally {
      await source.close();
    }
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    if (VsmError.isInstance(cause) && cause.code === 'NOT_FOUND') return 'it is missing';
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** Whether what was written is what was meant. */
async function contentProblem(
  source: ByteSource,
  part: StoredPart,
  doubles: ReadonlySet<string>,
): Promise<string | undefined> {
  const digests = new RecordDigests(doubles);
  const sum = new PartSum();
  const file = await ParquetFile.of(source, { path: source.path });
  let last: Key | undefined;
  for (let from: Position | undefined = 0; from !== undefined;) {
    const page: FilePage = await file.read({ from, to: EVERYTHING.to }, 1000, ['vectors', 'metadata']);
    for (const record of page.records) {
      const key = keyOf(record);
      if (last !== undefined && compareKeys(last, key) >= 0) return 'its records are not in order';
      last = key;
      sum.add(digests.of(record));
    }
    from = page.next;
  }
  return sum.isOf(part) ? undefined : 'its records are not those that were backed up (digest)';
}
