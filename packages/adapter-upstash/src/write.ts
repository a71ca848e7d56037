import {
  cutBatches,
  own,
  pause,
  printLines,
  rejectedRows,
  RemoteError,
  writeHalving,
  type CallOptions,
  type CollectionV1,
  type RecordLine,
  type RecordProblem,
  type VectorRecord,
} from '@vsm/core/adapter';
import { askInfo } from './client.ts';
import { pathOf, type CollectionContext } from './context.ts';
import { toWire } from './mapping.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete' | 'flush'>>;

/** Nothing is documented of the size of a request. */
const BODY_BYTES = 4 * 1024 * 1024;
const bytesOf = ({ text }: RecordLine): number => Buffer.byteLength(text) + 1;

export function createWriter({ client, name, names, flushTimeoutMs }: CollectionContext): Writer {
  const send = (namespace: string, lines: readonly RecordLine[], options: CallOptions | undefined): Promise<void> =>
    client.ask(
      pathOf('upsert', namespace),
      `write to "${name}"`,
      `[${lines.map(({ text }) => text).join(',')}]`,
      options,
      () => undefined,
    );

  /** An index of both kinds wants both of every record. */
  const problemOf = (record: VectorRecord): RecordProblem | undefined => {
    const missing = [names.dense, names.sparse].find(
      (one) => one !== undefined && own(record.vectors, one) === undefined,
    );
    if (missing === undefined) return undefined;
    const what = missing === '' ? 'the vector' : `vector "${missing}"`;
    return { reason: 'invalid-vector', detail: `every record of this index must have ${what}` };
  };

  const print = (record: VectorRecord): string | RecordProblem => problemOf(record) ?? toWire(record, names);

  return {
    wouldReject: async (records) => rejectedRows(records, print),
    async upsert(records, options) {
      const { lines, rejected } = printLines(records, print);
      for (const [namespace, group] of Map.groupBy(lines, ({ record }) => record.namespace ?? '')) {
        for (const batch of cutBatches(group, bytesOf, { bytes: BODY_BYTES })) {
          const write = (some: readonly RecordLine[]): Promise<void> => send(namespace, some, options);
          await writeHalving(batch, { write, rejected });
        }
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    async delete(ids, options) {
      const body = JSON.stringify({ ids });
      await client.ask(pathOf('delete', options?.namespace), `delete from "${name}"`, body, options, () => undefined);
    },
    async flush(options) {
      const deadline = performance.now() + flushTimeoutMs;
      for (let waitMs = 25; ; waitMs = Math.min(waitMs * 2, 2000)) {
        const { pending } = await askInfo(client, `ask how fresh "${name}" is`, options);
        if (pending === 0) return;
        if (performance.now() > deadline) {
          const message = `upstash: writes to "${name}" were accepted, but ${pending} vectors cannot be read yet`;
          throw new RemoteError(message, { adapter: 'upstash', retryable: true });
        }
        await pause(waitMs, 'upstash', options?.signal);
      }
    },
  };
}
