import { refusalOf, type Rejection, type RemoteError, type UpsertResult, type VectorRecord } from '@vsm/core/adapter';
import { pointText, type PayloadNames } from './mapping.ts';

/** Far below the server's limit of 32 MiB, above which it refuses the body. */
export const BODY_BYTES: number = 8 * 1024 * 1024;

export interface WriteTarget {
  readonly names: PayloadNames;
  /** Most records that the server takes at once. */
  readonly mostRecords: number;
  /** Sends one body. A refusal of its content is a `RemoteError` with status 400, 413 or 422. */
  readonly send: (body: Buffer, lastId: string) => Promise<void>;
  /** What stands in the body beside the points: `,"shard_key":…,"update_mode":…`. */
  readonly suffix: string;
}

const COMMA = 44;
/** Room for what stands around the points, and for a first one of many bytes a letter. */
const SLACK = 4096;
const PREFIX = Buffer.from('{"points":[');

/** The points of one body as the bytes that go out, so that no text of megabytes is joined and encoded once more. */
class Body {
  readonly records: VectorRecord[] = [];
  /** Where the text of each point ends; a comma follows. */
  readonly #ends: number[] = [];
  readonly #suffix: Buffer;
  #bytes: Buffer;

  /** `expectedBytes` is a guess, for which memory is taken at once. */
  constructor(suffix: string, expectedBytes: number) {
    this.#suffix = Buffer.from(`]${suffix}}`);
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(BODY_BYTES, PREFIX.length + expectedBytes));
    PREFIX.copy(this.#bytes);
  }

  /** `false` where it has no room; the first point always has. */
  add(record: VectorRecord, text: string): boolean {
    const start = this.#start(this.#ends.length);
    const beside = start + 1 + this.#suffix.length;
    // Three bytes are the most that one unit of UTF-16 takes.
    if (beside + text.length * 3 > this.#bytes.length) {
      const needed = beside + Buffer.byteLength(text);
      if (needed > BODY_BYTES && this.records.length > 0) return false;
      if (needed > this.#bytes.length) {
        const more = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(BODY_BYTES, 2 * needed)));
        this.#bytes.copy(more, 0, 0, start);
        this.#bytes = more;
      }
    }
    if (start > PREFIX.length) this.#bytes[start - 1] = COMMA;
    this.#ends.push(start + this.#bytes.write(text, start));
    this.records.push(record);
    return true;
  }

  /** What to send for the records from `first` to before `end`. */
  bytes(first: number, end: number): Buffer {
    const last = this.#start(end) - 1;
    // All of them lie ready; parts are asked for after a refusal only.
    if (first === 0 && end === this.records.length) {
      this.#suffix.copy(this.#bytes, last);
      return this.#bytes.subarray(0, last + this.#suffix.length);
    }
    return Buffer.concat([PREFIX, this.#bytes.subarray(this.#start(first), last), this.#suffix]);
  }

  #start(index: number): number {
    const before = this.#ends[index - 1];
    return before === undefined ? PREFIX.length : before + 1;
  }
}

/** Sends records in bodies of bounded size. Where a body is refused, the records that the server will not take are found and named. */
export async function sendRecords(records: readonly VectorRecord[], target: WriteTarget): Promise<UpsertResult> {
  const rejected: Rejection[] = [];
  let accepted = 0;
  const send = async (body: Body, start: number, end: number): Promise<void> => {
    const [first, last] = [body.records[start], body.records[end - 1]];
    if (first === undefined || last === undefined) return;
    try {
      await target.send(body.bytes(start, end), last.id);
      accepted += end - start;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      if (end - start === 1) rejected.push(rejection(first.id, refusal));
      else {
        // The answer does not say which point it was about, and none of them was written.
        const half = (start + end) >> 1;
        await send(body, start, half);
        await send(body, half, end);
      }
    }
  };

  let body: Body | undefined;
  for (const [index, record] of records.entries()) {
    const text = pointText(record, target.names);
    if (body !== undefined && body.records.length < target.mostRecords && body.add(record, text)) continue;
    if (body !== undefined) await send(body, 0, body.records.length);
    // The records of a batch are mostly alike.
    body = new Body(
      target.suffix,
      Math.ceil(1.1 * text.length) * Math.min(records.length - index, target.mostRecords) + SLACK,
    );
    body.add(record, text);
  }
  if (body !== undefined) await send(body, 0, body.records.length);
  return { accepted, rejected };
}

function rejection(id: string, error: RemoteError): Rejection {
  return { id, reason: error.tooLarge ? 'too-large' : 'refused', detail: error.message };
}
