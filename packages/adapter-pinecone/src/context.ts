import type { CallOptions } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { IndexInfo } from './schema.ts';
import { readWireRecords, type RecordNames, type WireRecord } from './mapping.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly client: Client;
  /** As it was when the collection was opened. */
  readonly info: IndexInfo;
  readonly names: RecordNames;
}

/** Longest URL of a fetch, well below the 8 KB that servers and proxies commonly allow. */
const URL_LENGTH = 7500;
/** A page of ids, so that a fetch can begin as soon as a page is listed. */
const FETCH_IDS = 100;

/** Records by id, in the order of the ids. Those that are not there are left out. */
export async function fetchWire(
  { client, info }: CollectionContext,
  namespace: string,
  ids: readonly string[],
  options: CallOptions | undefined,
): Promise<WireRecord[]> {
  const fetched = await Promise.all(
    chunkByUrl(ids, info.host.length + encodeURIComponent(namespace).length).map((chunk) =>
      client.limit(() =>
        client.data(
          `fetch ${chunk.length} records of "${info.name}"`,
          info.host,
          options,
          (index) => index.fetch({ ids: [...chunk], namespace }),
          (body) => readWireRecords(body, chunk),
        ),
      ),
    ),
  );
  // Their keys come in an order of their own.
  const records = new Map(fetched.flat().map((record) => [record.id, record]));
  return ids.flatMap((id) => records.get(id) ?? []);
}

/** The ids stand in the URL, so their number is bounded by what their encoding takes. */
export function chunkByUrl(ids: readonly string[], otherLength: number): string[][] {
  const chunks: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const size = '&ids='.length + encodeURIComponent(id).length;
    const last = chunks.at(-1);
    if (last === undefined || length + size > URL_LENGTH || last.length >= FETCH_IDS) {
      chunks.push([id]);
      length = otherLength + '/vectors/fetch?&namespace='.length + size;
    } else {
      last.push(id);
      length += size;
    }
  }
  return chunks;
}
