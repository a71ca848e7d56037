import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { attempt } from '../errors.ts';
import { FieldKinds } from '../field-kinds.ts';
import { layoutOf } from '../layout.ts';
import type { TextColumn } from '../manifest.ts';
import type { Written } from '../output-file.ts';
import { ParquetWriter } from '../parquet/parquet-writer.ts';
import { keyOf } from './keys.ts';
import type { PartSum } from './ranges.ts';
import type { StoredPart } from './stored-part.ts';

/** Records in order that become one file. */
export interface PartContent {
  readonly records: readonly VectorRecord[];
  readonly sum: PartSum;
}

/** What a snapshot says of a part, but for its file. */
export function describePart({ records, sum }: PartContent): Omit<StoredPart, 'sha256' | 'bytes' | 'checksums'> {
  const namespaces = new Map<string, number>();
  for (const { namespace = '' } of records) namespaces.set(namespace, (namespaces.get(namespace) ?? 0) + 1);
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a part without records');
  return {
    digest: sum.digest,
    records: records.length,
    namespaces: Object.fromEntries(namespaces),
    first: keyOf(first),
    last: keyOf(last),
  };
}

/** Writes a part as a Parquet file of its own, which any tool reads; it is on disk once this resolves, and not in its place. */
export async function writePart(
  content: PartContent,
  schema: Pick<CollectionSchema, 'name' | 'vectors'>,
  folder: string,
): Promise<{ readonly part: StoredPart; readonly path: string }> {
  const { records } = content;
  const described = describePart(content);
  const path = join(folder, described.digest);
  await attempt(`write ${path}`, async () => {
    await mkdir(folder, { recursive: true });
    await rm(path, { force: true });
  });
  const kinds = new FieldKinds({}, false);
  const texts = new Set<TextColumn>();
  for (const { metadata, document, uri } of records) {
    kinds.see(metadata);
    if (document !== undefined) texts.add('document');
    if (uri !== undefined) texts.add('uri');
  }
  const hasNamespaces = records.some(({ namespace }) => (namespace ?? '') !== '');
  const { name, vectors } = schema;
  const writer = await ParquetWriter.create(path, layoutOf({ name, vectors }, { kinds, texts }), hasNamespaces);
  let written: Written | undefined;
  try {
    await writer.write(records);
    [written] = await writer.finish();
  } catch (cause) {
    await writer.abandon();
    throw cause;
  }
  if (written === undefined) throw new Error('a part was not written');
  const { sha256, bytes, checksums } = written;
  return { part: { ...described, sha256, bytes, checksums }, path };
}
