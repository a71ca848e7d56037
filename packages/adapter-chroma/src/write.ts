import { cutBatches, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { bodyBytes, toBody } from './mapping.ts';
import type { Reader } from './read.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'delete'>>;

/** Bodies stay well below the server's 40 MiB. */
const BODY_BYTES = 16 * 1024 * 1024;

/** What is to be done about lists that others left; see ghosts.ts. */
export interface WriterGhosts {
  haunt(signal?: AbortSignal): Promise<boolean>;
  removeFrom(records: readonly VectorRecord[], signal?: AbortSignal): Promise<void>;
}

export function createWriter(
  { place, path, name }: CollectionContext,
  { present }: Pick<Reader, 'present'>,
  ghosts: WriterGhosts,
): Writer {
  const send = (verb: 'add' | 'upsert' | 'delete', body: string, signal?: AbortSignal): Promise<void> =>
    place.ask(
      { method: 'POST', path: `${path}/${verb}`, action: `${verb} in "${name}"`, body, signal },
      () => undefined,
    );
  const remove = async (ids: readonly string[], signal?: AbortSignal): Promise<void> => {
    if (ids.length > 0) await send('delete', JSON.stringify({ ids }), signal);
  };
  return {
    async upsert(records, options) {
      for (const batch of cutBatches(records, bodyBytes, { bytes: BODY_BYTES })) {
        const signal = options?.signal;
        const add = options?.mode === 'insert-only';
        const haunted = await ghosts.haunt(signal);
        const ids = batch.map((record) => record.id);
        const known = add && !haunted ? [] : await present(ids, signal);
        // Chroma's upsert merges: old metadata keys, document and uri would survive. What is there is deleted first.
        if (!add) await remove(known, signal);
        await send(add ? 'add' : 'upsert', toBody(batch), signal);
        if (!haunted) continue;
        const kept = new Set(add ? known : []);
        await ghosts.removeFrom(
          batch.filter(({ id }) => !kept.has(id)),
          signal,
        );
      }
      return { accepted: records.length, rejected: [] };
    },
    delete: (ids, options) => remove(ids, options?.signal),
  };
}
