import { checkCount, type CollectionV1 } from '@vsm/core/adapter';
import type { Place } from './client.ts';
import type { CollectionContext } from './context.ts';
import type { Ghosts } from './ghosts.ts';
import { createQuery } from './query.ts';
import { createReader, type ReadQuota } from './read.ts';
import { describeCollection, readCollection, type ChromaCollection } from './schema.ts';
import { createScanner } from './scan.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export function openChromaCollection(
  opened: ChromaCollection,
  place: Place,
  quota: ReadQuota,
  ghosts: Ghosts | undefined,
  hosted: boolean,
): CollectionV1 {
  const { id, name } = opened;
  const path = `collections/${encodeURIComponent(id)}`;
  const context: CollectionContext = {
    name,
    place,
    path,
    count: (signal) =>
      place.ask({ method: 'GET', path: `${path}/count`, action: `count the records of "${name}"`, signal }, (value) =>
        checkCount(value, 'the count'),
      ),
  };
  const reader = createReader(context, quota);
  const scanner = createScanner(context, reader, hosted);
  const writer = createWriter(context, reader, {
    haunt: async (signal) => (await ghosts?.haunt(opened, signal)) === true,
    removeFrom: async (records, signal) => ghosts?.removeFrom(opened, records, signal),
  });
  return {
    name,
    describe(options) {
      const named = `collections/${encodeURIComponent(name)}`;
      const request = { method: 'GET', path: named, action: `describe "${name}"`, signal: options?.signal } as const;
      return place.ask(request, (value) => describeCollection(readCollection(value, name)));
    },
    // Made at random by the server that has it.
    identify: async () => id,
    async count(_request, options) {
      return { value: await context.count(options?.signal), exact: true };
    },
    ...scanner,
    ...writer,
    fetch: reader.fetch,
    query: createQuery(context),
    witnessRecords: createWitness(context, describeCollection(opened).vectors['']),
  };
}
