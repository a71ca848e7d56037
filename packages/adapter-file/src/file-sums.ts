import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ByteSource, Expected } from './byte-source.ts';
import { BLOCK_BYTES } from './output-file.ts';

/** What a manifest says of a file, made by reading it. */
export async function sumsOf(source: ByteSource): Promise<Expected & { readonly sha256: string }> {
  const sha256 = createHash('sha256');
  const sums: number[] = [];
  for await (const block of source.stream(0, BLOCK_BYTES)) {
    sha256.update(block);
    sums.push(crc32(block));
  }
  return {
    bytes: source.size,
    sha256: sha256.digest('hex'),
    checksums: { blockBytes: BLOCK_BYTES, crc32: sums },
  };
}
