import {
  cutBatches,
  writeHalving,
  type CallOptions,
  type CollectionV1,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nameParts } from './index-info.ts';
import { toWire } from './mapping.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'delete'>>;

interface Line {
  readonly record: VectorRecord;
  readonly wire: string;
}

/** Below the 20 MiB of a request. */
const BODY_BYTES = 18 * 1024 * 1024;
const bytesOf = ({ wire }: Line): number => Buffer.byteLength(wire) + 1;

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
      for (const batch of cutBatches(lines, bytesOf, { bytes: BODY_BYTES })) {
        // One bad vector has all of them refused, and the answer does not always say which.
        await writeHalving(batch, { write: (some) => send(some, options), rejected });
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    async delete(ids, options) {
      const body = `${nameParts(client, name)},"keys":${JSON.stringify(ids)}}`;
      await client.ask('DeleteVectors', `delete from "${name}"`, body, options, () => undefined);
    },
  };
}
