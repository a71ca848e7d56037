import { VsmError, type Rejection, type RemoteError, type UpsertResult, type VectorRecord } from '@vsm/core/adapter';
import { pointText, type PayloadNames } from './mapping.ts';

/** Far below the server's limit of 32 MiB, above which it refuses the body. */
export const BODY_BYTES: number = 8 * 1024 * 1024;

export interface WriteTarget {
  readonly names: PayloadNames;
  /** Most records that the server takes at once. */
  readonly mostRecords: number;
  /** Sends one body. A refusal of its content is a `RemoteError` with status 400, 413 or 422. */
  readonly send: (body: string, lastId: string) => Promise<void>;
  /** What stands in the body beside the points: `,"shard_key":…,"update_mode":…`. */
  readonly suffix: string;
}

interface Line {
  readonly record: VectorRecord;
  readonly text: string;
}

/** Sends records in bodies of bounded size. Where a body is refused, the records that the server will not take are found and named. */
export async function sendRecords(records: readonly VectorRecord[], target: WriteTarget): Promise<UpsertResult> {
  const rejected: Rejection[] = [];
  let accepted = 0;
  const send = async (lines: readonly Line[]): Promise<void> => {
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return;
    try {
      await target.send(`{"points":[${lines.map(({ text }) => text).join(',')}]${target.suffix}}`, last.record.id);
      accepted += lines.length;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (lines.length === 1) rejected.push(rejection(first.record.id, error));
      else {
        // The answer does not say which point it was about, and none of them was written.
        const half = lines.length >> 1;
        await send(lines.slice(0, half));
        await send(lines.slice(half));
      }
    }
  };

  let lines: Line[] = [];
  let bytes = 0;
  for (const record of records) {
    const text = pointText(record, target.names);
    const size = Buffer.byteLength(text);
    if (lines.length > 0 && (bytes + size > BODY_BYTES || lines.length >= target.mostRecords)) {
      await send(lines);
      lines = [];
      bytes = 0;
    }
    lines.push({ record, text });
    bytes += size + 1;
  }
  await send(lines);
  return { accepted, rejected };
}

function isRefusal(error: unknown): error is RemoteError {
  if (!VsmError.isInstance(error) || error.code !== 'REMOTE_FAILED') return false;
  const { status, tooLarge, retryable } = error as RemoteError;
  return !retryable && (tooLarge || status === 400 || status === 422);
}

function rejection(id: string, error: RemoteError): Rejection {
  return { id, reason: error.tooLarge ? 'too-large' : 'refused', detail: error.message };
}
