import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { VectorRecord } from '@vsm/core/adapter';
import type { PayloadNames, PointPage } from '../mapping.ts';
import type { Channel } from './channel.ts';
import { pointMessage, readScroll, scrollMessage, upsertStart, type ScrollMessage, type UpsertStart } from './messages.ts';
import { NotBinary } from './payload.ts';

/**
 * The two calls that move records, in the binary form, where a vector is copied as its bytes instead of printed and parsed. A
 * shortcut and nothing more: what does not work this way, for whatever reason, goes over REST, which also finds the words for
 * what is wrong.
 */
export interface BinaryBulk {
  scroll(request: ScrollMessage, names: PayloadNames, signal: AbortSignal): Promise<PointPage | undefined>;
  encode(record: VectorRecord, names: PayloadNames): Uint8Array | undefined;
  /** Whether the server took all of the points; if not, it took none. */
  upsert(start: UpsertStart, points: readonly Uint8Array[], signal: AbortSignal): Promise<boolean>;
}

/** So many failures in a row, and the shortcut is one no longer. */
const MOST_FAILURES = 3;

export function createBinaryBulk(channel: Channel): BinaryBulk {
  // Keeps its buffer from one point to the next.
  const writer = new BinaryWriter();
  let failures = 0;
  const attempt = async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result | undefined> => {
    if (failures >= MOST_FAILURES) return undefined;
    try {
      const result = await work();
      failures = 0;
      return result;
    } catch (error) {
      if (!(error instanceof NotBinary)) failures += 1;
      signal.throwIfAborted();
      return undefined;
    }
  };
  return {
    scroll: (request, names, signal) =>
      attempt(signal, async () =>
        readScroll(await channel.call('/qdrant.Points/Scroll', scrollMessage(request), signal), names),
      ),
    encode(record, names) {
      if (failures >= MOST_FAILURES) return undefined;
      try {
        return pointMessage(writer, record, names);
      } catch (error) {
        // Throws away what was begun.
        writer.finish();
        if (error instanceof NotBinary) return undefined;
        throw error;
      }
    },
    upsert: async (start, points, signal) => {
      const message = Buffer.concat([upsertStart(start), ...points]);
      const answer = await attempt(signal, () => channel.call('/qdrant.Points/Upsert', message, signal));
      return answer !== undefined;
    },
  };
}
