import type { PineconeRecord } from '@pinecone-database/pinecone';
import {
  checkCount,
  cutBatches,
  ifThere,
  isProblem,
  pause,
  rejectedRows,
  rejection,
  RemoteError,
  writeHalving,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
  type HttpAnswer,
  type NamespaceOptions,
  type RecordProblem,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { toWire } from './mapping.ts';
import { toWireName, toWireNamespace } from './names.ts';
import { probeVector } from './query.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete' | 'flush'>>;

/** Below the 2 MB of a request, whichever way they are counted. */
const BODY_BYTES = 1_950_000;
const BATCH = 1000;
const ID_LENGTH = 512;
const METADATA_BYTES = 40 * 1024;

interface Line {
  readonly record: VectorRecord;
  readonly wire: PineconeRecord;
}

export function createWriter(context: CollectionContext): Writer {
  const { client, info } = context;
  const { flushTimeoutMs } = client.connection;
  /** Number of the last write to each namespace that may not be readable yet. */
  const written = new Map<string, bigint>();
  const note = (namespace: string, headers: HttpAnswer['headers']): void => {
    const lsn = readLsn(headers, 'x-pinecone-request-lsn');
    if (lsn !== undefined && lsn > (written.get(namespace) ?? -1n)) written.set(namespace, lsn);
  };

  const send = (namespace: string, lines: readonly Line[], options: CallOptions | undefined): Promise<void> =>
    client.limit(() =>
      client.data(
        `write ${lines.length} records to "${info.name}"`,
        info.host,
        options,
        (index) => index.upsert({ records: lines.map(({ wire }) => wire), namespace }),
        (body, headers) => {
          checkUpserted(body, lines.length);
          note(namespace, headers);
        },
      ),
    );

  return {
    async upsert(records, options) {
      const rejected: Rejection[] = [];
      const lines = records.flatMap((record) => {
        const wire = prepare(record, context);
        if (!isProblem(wire)) return [{ record, wire }];
        rejected.push(rejection(record, wire));
        return [];
      });
      const batches = [...Map.groupBy(lines, ({ record }) => toWireNamespace(record.namespace))].flatMap(
        ([namespace, group]) => batchesOf(group).map((batch) => ({ namespace, batch })),
      );
      // All are waited for: a write that is still under way must not overtake what the caller does about a failed one.
      const settled = await Promise.allSettled(
        batches.map(({ namespace, batch }) =>
          writeHalving(batch, { write: (some) => send(namespace, some, options), rejected }),
        ),
      );
      let accepted = 0;
      for (const result of settled) {
        if (result.status === 'rejected') throw result.reason;
        accepted += result.value;
      }
      return { accepted, rejected };
    },

    wouldReject: async (records) => rejectedRows(records, (record) => prepare(record, context)),

    async delete(ids, options) {
      const namespace = toWireNamespace(options?.namespace);
      // A namespace that does not exist has nothing to delete.
      await ifThere(() =>
        client.data(
          `delete ${ids.length} records of "${info.name}"`,
          info.host,
          options,
          (index) => index.deleteMany({ ids: ids.map(toWireName), namespace }),
          (_body, headers) => note(namespace, headers),
        ),
      );
    },

    async flush(options) {
      const deadline = performance.now() + flushTimeoutMs;
      for (const [namespace, lsn] of written) {
        await untilReadable(context, namespace, lsn, deadline, options);
        if (written.get(namespace) === lsn) written.delete(namespace);
      }
    },
  };
}

/** The record as it is sent, or why the service would refuse it. */
function prepare(record: VectorRecord, { names }: CollectionContext): PineconeRecord | RecordProblem {
  const wire = toWire(record, names);
  return wireProblem(record, { id: wire.id, metadata: JSON.stringify(wire.metadata ?? {}) }) ?? wire;
}

/** Why the service would refuse a record, of which these are the id and the metadata as they are sent. */
export function wireProblem(
  { namespace }: VectorRecord,
  wire: { readonly id: string; readonly metadata: string },
): RecordProblem | undefined {
  if (namespace !== undefined && !namespace.isWellFormed()) {
    const detail = 'the namespace contains half of a surrogate pair, which ASCII cannot spell';
    return { reason: 'refused', detail };
  }
  if (wire.id.length > ID_LENGTH) {
    const detail = `the id takes ${wire.id.length} ASCII characters, over ${ID_LENGTH}`;
    return { reason: 'invalid-id', detail };
  }
  const bytes = Buffer.byteLength(wire.metadata);
  if (bytes <= METADATA_BYTES) return undefined;
  return {
    reason: 'too-large',
    detail: `metadata and document take ${bytes} bytes together, over ${METADATA_BYTES}`,
  };
}

/** Batches as they are sent. */
export function batchesOf<Entry extends { readonly wire: PineconeRecord }>(lines: readonly Entry[]): Entry[][] {
  const bytesOf = ({ wire }: Entry): number => Buffer.byteLength(JSON.stringify(wire)) + 1;
  return cutBatches(lines, bytesOf, { bytes: BODY_BYTES, items: BATCH });
}

/** The service numbers the writes of a namespace, and says with every search how far it has read. */
async function untilReadable(
  context: CollectionContext,
  namespace: string,
  lsn: bigint,
  deadline: number,
  options: NamespaceOptions | undefined,
): Promise<void> {
  const { client, info } = context;
  const { dense } = info;
  const question =
    dense === undefined
      ? { sparseVector: { indices: [0], values: [1] }, topK: 1 }
      : { vector: probeVector(dense.dimension, 1), topK: 1 };
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2000)) {
    const indexed = await client.data(
      `ask how fresh "${info.name}" is`,
      info.host,
      options,
      (index) => index.query({ ...(question as { vector: number[]; topK: number }), namespace }),
      (_body, headers) => readLsn(headers, 'x-pinecone-max-indexed-lsn'),
    );
    // Where a proxy drops the header, nobody can say; a reader has to expect older records anyway.
    if (indexed === undefined || indexed >= lsn) return;
    if (performance.now() > deadline) {
      throw new RemoteError(
        `pinecone: writes to "${info.name}" were accepted, but cannot be read yet: the namespace "${namespace}" stands at ${indexed} of ${lsn}`,
        { adapter: 'pinecone', retryable: true },
      );
    }
    await pause(waitMs, 'pinecone', options?.signal);
  }
}

function readLsn(headers: HttpAnswer['headers'], name: string): bigint | undefined {
  const text = headers[name]; // own key: of ours
  return typeof text === 'string' && /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** @throws WrongAnswer where the service says that it took another number of records */
function checkUpserted({ upsertedCount: count }: Readonly<Record<string, unknown>>, sent: number): void {
  if (count === undefined || checkCount(Number(count), 'the count of written records') === sent) return;
  throw new WrongAnswer(`${sent} records were sent, but it says that it took ${Number(count)}`);
}
