import type { Checksums } from '../byte-source.ts';
import type { Key } from './keys.ts';

export type PartId = Pick<StoredPart, 'digest' | 'sha256'>;

/** A file with the records from one key to another; other snapshots may hold it too. */
export interface StoredPart {
  /** Of what it holds: the sum of the digests of its records, in hex. */
  readonly digest: string;
  /** Of the bytes of the file. */
  readonly sha256: string;
  readonly bytes: number;
  readonly checksums: Checksums;
  readonly records: number;
  readonly namespaces: Readonly<Record<string, number>>;
  readonly first: Key;
  readonly last: Key;
}

export function totalOf(parts: Iterable<StoredPart>, what: 'records' | 'bytes'): number {
  let sum = 0;
  for (const part of parts) sum += part[what];
  return sum;
}

/** Both hashes are in the name, so that no file is ever replaced by another one. */
export function partName({ digest, sha256 }: PartId): string {
  return `${digest}.${sha256}.parquet`;
}

const PART_NAME = /^([0-9a-f]{32})\.([0-9a-f]{64})\.parquet$/;

export function parsePartName(name: string): PartId | undefined {
  const [, digest, sha256] = PART_NAME.exec(name) ?? [];
  return digest === undefined || sha256 === undefined ? undefined : { digest, sha256 };
}
