import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { saysLater, type CallOptions, type GrpcChannel, type VectorRecord } from '@vsm/core/adapter';
import { checkPage, type PayloadNames, type PointPage } from '../mapping.ts';
import { countBytes } from './count-bytes.ts';
import {
  getMessage,
  pointMessage,
  readFound,
  readScroll,
  scrollMessage,
  upsertStart,
  type GetMessage,
  type ScrollMessage,
  type UpsertStart,
} from './messages.ts';
import { NotBinary } from './payload.ts';

/**
 * The calls that move many records, in the binary form, where a vector is copied as its bytes instead of printed and parsed. A
 * shortcut and nothing more: what does not work this way, for whatever reason, goes over REST, which also finds the words for
 * what is wrong. Only a server that asks to come back later is not asked the same thing again at once.
 */
export interface BinaryBulk {
  /** `undefined`: ask over REST. @throws VsmError where the call was stopped, took too long, or may be tried again later. */
  scroll(request: ScrollMessage, names: PayloadNames, options: CallOptions | undefined): Promise<PointPage | undefined>;
  /** The records that are there. Otherwise as `scroll`. */
  get(request: GetMessage, names: PayloadNames, options: CallOptions | undefined): Promise<VectorRecord[] | undefined>;
  /** One point, `undefined` where the binary form cannot hold it. */
  encode(record: VectorRecord, names: PayloadNames): Uint8Array | undefined;
  /** Whether the server took all of the points; if not, it took none, or they must be sent again. @throws as `scroll` does. */
  upsert(start: UpsertStart, points: readonly Uint8Array[], options: CallOptions | undefined): Promise<boolean>;
}

export interface BulkConnection {
  readonly channel: GrpcChannel;
  /** Whether the other end of the channel still is the server that answers over REST. */
  readonly isSame: (signal: AbortSignal) => Promise<boolean>;
  readonly signal: (options: CallOptions | undefined) => AbortSignal;
  readonly toError: (action: string, cause: unknown, options: CallOptions | undefined) => Error;
}

/** After a failure the shortcut is left alone for twice as long as after the one before, and for good after so many in a row. */
const MOST_FAILURES = 8;
const FIRST_PAUSE_MS = 1000;

export function createBinaryBulk({ channel, isSame, signal: signalOf, toError }: BulkConnection): BinaryBulk {
  // Keeps its buffer from one point to the next.
  const writer = new BinaryWriter();
  let failures = 0;
  let pausedUntil = 0;
  let proven = true;
  const isOpen = (): boolean => failures < MOST_FAILURES && performance.now() >= pausedUntil;
  const fail = (cause: unknown): void => {
    // Whoever answers at the next connection may be another server.
    if (!(cause instanceof NotBinary) && !saysLater(cause)) proven = false;
    // Calls that were under way together fail together, which is one failure.
    const now = performance.now();
    if (now < pausedUntil) return;
    pausedUntil = now + FIRST_PAUSE_MS * 2 ** failures;
    failures += 1;
  };

  const attempt = async <Result>(
    action: string,
    options: CallOptions | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> => {
    if (!isOpen()) return undefined;
    const signal = signalOf(options);
    try {
      if (!proven) {
        if (!(await isSame(signal))) throw new Error('another server');
        proven = true;
      }
      const result = await work(signal);
      failures = 0;
      return result;
    } catch (cause) {
      if (options?.signal?.aborted !== true) fail(cause);
      if (signal.aborted || saysLater(cause)) throw toError(action, cause, options);
      return undefined;
    }
  };

  return {
    scroll: (request, names, options) =>
      attempt(`read "${request.collection}"`, options, async (signal) => {
        const bytes = await channel.call('/qdrant.Points/Scroll', scrollMessage(request), signal);
        const page = checkPage(readScroll(bytes, names), request);
        return request.witness === true ? { ...page, count: (records) => countBytes(bytes, records, names) } : page;
      }),
    get: (request, names, options) =>
      attempt(`fetch from "${request.collection}"`, options, async (signal) =>
        readFound(await channel.call('/qdrant.Points/Get', getMessage(request), signal), names),
      ),
    encode(record, names) {
      if (!isOpen()) return undefined;
      try {
        return pointMessage(writer, record, names);
      } catch (error) {
        // Throws away what was begun.
        writer.finish();
        if (error instanceof NotBinary) return undefined;
        throw error;
      }
    },
    async upsert(start, points, options) {
      // In one piece: a write of its own for each point would be a frame of its own.
      const message = Buffer.concat([upsertStart(start), ...points]);
      const answer = await attempt(`write into "${start.collection}"`, options, (signal) =>
        channel.call('/qdrant.Points/Upsert', message, signal),
      );
      return answer !== undefined;
    },
  };
}
