import type { VectorRecord } from '@vsm/core/adapter';
import type { Place } from './client.ts';
import { fromAnswer } from './mapping.ts';
import type { ChromaCollection } from './schema.ts';

// Chroma that keeps its records in SQLite forgets the lists in metadata when it drops a collection. They stay under the numbers of rows
// that are used again, and show on the records of other collections (https://github.com/chroma-core/chroma/issues/7594; 1.5.9 is the
// newest release and has it). Such a server calls itself 1.0.0 like all others, so it is known by what it does.

export interface Ghosts {
  /** Takes the lists that others left away from `records`, which have just been written. */
  removeFrom(collection: ChromaCollection, records: readonly VectorRecord[], signal?: AbortSignal): Promise<void>;
  /** Deletes the records that hold lists, so that dropping the collection leaves none behind. */
  beforeDrop(collection: ChromaCollection, signal?: AbortSignal): Promise<void>;
  /** Whether the server has the fault: it may hold lists and has no index of the distributed kind. */
  haunt(collection: ChromaCollection, signal?: AbortSignal): Promise<boolean>;
}

/** Records in a page, and ids in a request. */
const PAGE = 2000;

export function createGhosts(place: Place, takesLists: (signal?: AbortSignal) => Promise<boolean>): Ghosts {
  const read = (
    { id, name }: ChromaCollection,
    request: { readonly ids?: readonly string[]; readonly offset?: number; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<VectorRecord[]> => {
    const asked = { ...request, include: ['metadatas'] } as const;
    const body = JSON.stringify(asked);
    const call = {
      method: 'POST',
      path: `${pathOf(id)}/get`,
      action: `look for lists in "${name}"`,
      body,
      signal,
    } as const;
    return place.bytes(call, (bytes) => fromAnswer(bytes, asked));
  };
  const change = (
    { id }: ChromaCollection,
    verb: 'update' | 'delete',
    action: string,
    body: object,
    signal?: AbortSignal,
  ): Promise<void> =>
    place.ask(
      { method: 'POST', path: `${pathOf(id)}/${verb}`, action, body: JSON.stringify(body), signal },
      () => undefined,
    );

  const haunt: Ghosts['haunt'] = async ({ configuration_json: { spann } }, signal) =>
    (spann === undefined || spann === null) && (await takesLists(signal));

  return {
    haunt,
    async removeFrom(collection, records, signal) {
      const written = new Map(records.map(({ id, metadata }) => [id, metadata]));
      for (const ids of pages([...written.keys()])) {
        const haunted = (await read(collection, { ids, limit: ids.length }, signal)).flatMap(({ id, metadata }) => {
          const foreign = listKeys(metadata).filter((key) => !Object.hasOwn(written.get(id) ?? {}, key));
          return foreign.length === 0 ? [] : [{ id, metadata: Object.fromEntries(foreign.map((key) => [key, null])) }];
        });
        if (haunted.length === 0) continue;
        // Null takes a key away. A key that is written takes the place of what was there under its name.
        const body = { ids: haunted.map(({ id }) => id), metadatas: haunted.map(({ metadata }) => metadata) };
        await change(collection, 'update', `take foreign lists out of "${collection.name}"`, body, signal);
      }
    },
    async beforeDrop(collection, signal) {
      if (!(await haunt(collection, signal))) return;
      const withLists: string[] = [];
      for (let offset = 0; ; offset += PAGE) {
        const page = await read(collection, { offset, limit: PAGE }, signal);
        withLists.push(...page.filter(({ metadata }) => listKeys(metadata).length > 0).map(({ id }) => id));
        if (page.length < PAGE) break;
      }
      for (const ids of pages(withLists)) {
        const action = `delete the records with lists in "${collection.name}" before it is dropped`;
        await change(collection, 'delete', action, { ids }, signal);
      }
    },
  };
}

function pathOf(id: string): string {
  return `collections/${encodeURIComponent(id)}`;
}

function listKeys(metadata: VectorRecord['metadata']): string[] {
  return Object.keys(metadata).filter((key) => Array.isArray(metadata[key]));
}

function pages(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) => ids.slice(page * PAGE, (page + 1) * PAGE));
}
