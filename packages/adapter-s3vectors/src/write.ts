import {
  cutBatches,
  printLines,
  rejectedRows,
  writeHalving,
  type CallOptions,
  type CollectionV1,
  type RecordLine,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nameParts } from './index-info.ts';
import { toWire } from './mapping.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete'>>;

/** Below the 20 MiB of a request. */
const BODY_BYTES = 18 * 1024 * 1024;
const bytesOf = ({ text }: RecordLine): number => Buffer.byteLength(text) + 1;

export function createWriter({ client, name, places }: CollectionContext): Writer {
  const send = async (lines: readonly RecordLine[], options: CallOptions | undefined): Promise<void> => {
    const body = `${nameParts(client, name)},"vectors":[${lines.map(({ text }) => text).join(',')}]}`;
    await client.ask('PutVectors', `write to "${name}"`, body, options, () => undefined);
  };

  return {
    wouldReject: async (records) => rejectedRows(records, (record) => toWire(record, places())),
    async upsert(records, options) {
      const { lines, rejected } = printLines(records, (record) => toWire(record, places()));
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
