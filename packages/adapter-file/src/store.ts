import { collectionNotFound, guardStore, VsmError, type Capabilities, type DisposableStore } from '@vsm/core/adapter';
import { freeDisk } from '@vsm/core/files';
import { capabilities as ofFiles } from './capabilities.ts';
import { fileCollection } from './collection.ts';
import type { Medium } from './medium.ts';
import type { FileOptions } from './options.ts';
import type { Place } from './place.ts';
import { schemaOnly } from './schema.ts';
import { Shelf } from './shelf.ts';

/** How the collections of a store lie on their medium. */
export interface Arrangement {
  readonly location: string;
  readonly root: string;
  readonly medium: Medium;
  readonly options: FileOptions;
  /** Default: those of files. */
  readonly capabilities?: Capabilities | undefined;
  /** Every collection, unfinished ones included. */
  readonly find: () => Promise<readonly Place[]>;
  /** Where a new collection goes. */
  readonly placeFor: (name: string) => Promise<Place>;
}

export function storeOf({
  location,
  root,
  medium,
  options,
  capabilities = ofFiles,
  find,
  placeFor,
}: Arrangement): DisposableStore {
  const shelf = new Shelf(options);
  return guardStore(
    {
      specificationVersion: 'v1',
      adapter: 'file',
      location,
      capabilities,
      async listCollections() {
        return (await find()).map(({ name }) => name).toSorted();
      },
      async createCollection(schema) {
        const place = await placeFor(schema.name);
        place.form?.check(schema);
        const taken = (await find()).some(({ name, path }) => name === schema.name || path === place.path);
        if (taken) {
          throw new VsmError('CONFLICT', `file: collection "${schema.name}" exists already in ${root}`, {
            adapter: 'file',
          });
        }
        await medium.prepare(place, undefined);
        await shelf.create(place, schemaOnly(schema));
        return [];
      },
      // Nothing but records: a file has no index.
      room: async () => ({ graphLinks: 0, freeDiskBytes: await freeDisk(root) }),
      async openCollection(name) {
        const place = (await find()).find((candidate) => candidate.name === name);
        const stored = place === undefined ? undefined : await shelf.open(place);
        if (stored === undefined) throw collectionNotFound('file', name, root);
        return fileCollection(stored);
      },
      async dropCollection(name) {
        const place = (await find()).find((candidate) => candidate.name === name);
        if (place !== undefined) await shelf.drop(place);
      },
      async close() {
        await shelf.close();
        await medium.close();
      },
    },
    // JSON that others wrote may hold halves of surrogate pairs.
    { readsAnyText: true },
  );
}
