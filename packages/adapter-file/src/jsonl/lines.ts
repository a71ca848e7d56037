import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { ByteSource } from '../byte-source.ts';
import { VsmError } from '@vsm/core/adapter';
import type { Format } from '../options.ts';
import type { Position } from '../read.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface Line {
  readonly position: Position;
  readonly bytes: Uint8Array;
  /** Counted from 1, where the file was read from its beginning. */
  readonly number: number | undefined;
}

/** Raised inside this folder only; carries the place that the message for the user names. */
export class LineError extends Error {
  readonly position: Position;
  readonly line: number | undefined;
  constructor(position: Position, line: number | undefined, message: string, cause?: unknown) {
    super(message, { cause });
    this.position = position;
    this.line = line;
  }
}

/**
 * The lines of a file that are not blank, from the one that `from` lies in. Positions are byte offsets, those of a compressed file in
 * what it unpacks to: it has to be read from its beginning.
 */
export async function* linesOf(
  source: ByteSource,
  format: Format,
  from: Position,
  longestLine: number,
  chunkBytes: number = CHUNK_BYTES,
): AsyncGenerator<Line, void, undefined> {
  const compressed = format !== 'jsonl';
  let position = compressed ? 0 : from;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = compressed || from === 0 ? 1 : undefined;
  // Memory must not depend on where the next line ends.
  const refuseLonger = (bytes: number): void => {
    if (bytes <= longestLine) return;
    throw new LineError(position, number, `the line is longer than ${longestLine} bytes (option "maxLineBytes")`);
  };
  const finish = (bytes: Uint8Array, ended: boolean): Line | undefined => {
    refuseLonger(bytes.length);
    const line = { position, bytes, number };
    position += bytes.length + (ended ? 1 : 0);
    if (number !== undefined) number += 1;
    return position <= from || isBlank(bytes) ? undefined : line;
  };
  try {
    for await (const chunk of openStream(source, format, compressed ? 0 : from, chunkBytes)) {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        const tail = chunk.subarray(start, end);
        start = end + 1;
        const line = finish(pending.length === 0 ? tail : Buffer.concat([...pending, tail]), true);
        pending = [];
        pendingBytes = 0;
        if (line !== undefined) yield line;
      }
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      refuseLonger(pendingBytes);
    }
  } catch (cause) {
    if (cause instanceof LineError || VsmError.isInstance(cause)) throw cause;
    throw new LineError(position, number, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const line = finish(Buffer.concat(pending), false);
  if (line !== undefined) yield line;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

function openStream(source: ByteSource, format: Format, start: number, chunkBytes: number): AsyncIterable<Buffer> {
  const chunks = source.stream(start, chunkBytes);
  if (format === 'jsonl') return chunks;
  const file = Readable.from(chunks, { objectMode: false });
  const options = { chunkSize: CHUNK_BYTES };
  if (format === 'jsonl.gz') return pipeline(file, zlib.createGunzip(options), ignore);
  return pipeline(file, zlib.createZstdDecompress(options), ignore);
}

/** The error comes out of the iteration as well. */
function ignore(): void {}
