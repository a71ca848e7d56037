import zlib from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import type { ByteSource } from '../byte-source.ts';
import type { Format } from '../options.ts';

/** Lines that are not blank, counted by bytes: shares nothing with the reading of lines but the bytes. */
export async function countLines(source: ByteSource, format: Format): Promise<number> {
  let count = 0;
  let counted = false;
  for await (const chunk of unpacked(source, format)) {
    for (let at = 0; at < chunk.length; at += 1) {
      if (counted) {
        // What else is in the line does not matter.
        at = chunk.indexOf(10, at);
        if (at === -1) break;
        counted = false;
        continue;
      }
      const byte = chunk[at];
      if (byte === 10 || byte === 32 || byte === 9 || byte === 13) continue;
      counted = true;
      count += 1;
    }
  }
  return count;
}

export function unpacked(source: ByteSource, format: Format): AsyncIterable<Uint8Array> {
  const chunks = source.stream(0, 1024 * 1024);
  if (format === 'jsonl') return chunks;
  const codec = format === 'jsonl.gz' ? zlib.createGunzip() : zlib.createZstdDecompress();
  return pipeline(Readable.from(chunks, { objectMode: false }), codec, () => undefined);
}
