import {
  VsmError,
  writeHalving,
  type CallOptions,
  type CollectionV1,
  type Rejection,
  type RemoteError,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nameParts } from './index-info.ts';
import { toWire } from './mapping.ts';

export interface Writer {
  readonly upsert: CollectionV1['upsert'];
  readonly delete: CollectionV1['delete'];
}

interface Line {
  readonly record: VectorRecord;
  readonly wire: string;
}

/** Below the 20 MiB of a request. */
const BODY_BYTES = 18 * 1024 * 1024;

export function createWriter({ client, name, places }: CollectionContext): Writer {
  const send = async (lines: readonly Line[], options: CallOptions | undefined): Promise<void> => {
    const body = `${nameParts(client, name)},"vectors":[${lines.map(({ wire }) => wire).join(',')}]}`;
    await client.ask('PutVectors', `write to "${name}"`, body, options, () => undefined);
  };

  return {
    async upsert(records, options) {
      const rejected: Rejection[] = [];
      const lines = records.flatMap((record): Line[] => {
        const wire = toWire(record, places());
        if (typeof wire === 'string') return [{ record, wire }];
        rejected.push({ id: record.id, ...wire });
        return [];
      });
      for (const batch of cutBatches(lines)) {
        // One bad vector has all of them refused, and the answer does not always say which.
        await writeHalving(batch, { write: (some) => send(some, options), problemOf: refusalOf, rejected });
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    async delete(ids, options) {
      const body = `${nameParts(client, name)},"keys":${JSON.stringify(ids)}}`;
      await client.ask('DeleteVectors', `delete from "${name}"`, body, options, () => undefined);
    },
  };
}

function cutBatches(lines: readonly Line[]): Line[][] {
  const batches: Line[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const size = Buffer.byteLength(line.wire) + 1;
    bytes += size;
    if (bytes > BODY_BYTES) {
      batches.push([]);
      bytes = size;
    }
    batches.at(-1)?.push(line);
  }
  return batches;
}

/** What the service says against the vectors; `undefined` for what has nothing to do with them. */
function refusalOf(error: unknown): string | undefined {
  if (!VsmError.isInstance(error) || error.code !== 'REMOTE_FAILED') return undefined;
  const { retryable, status, message } = error as RemoteError;
  return !retryable && (status === 400 || status === 413) ? message : undefined;
}
