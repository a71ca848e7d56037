import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VsmError, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import type { LocationHarness } from '../options.ts';
import { readAll } from '../reading.ts';
import { DIMENSION, makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const locationCases: readonly ConformanceCase[] = [
  {
    id: 'locations/lead-to-the-named-collection',
    title: 'openLocation opens the store and the collection that a location names',
    hint: 'The name is decoded twice or not at all; a port or a path that is not said is guessed in another way than by the factory.',
    needs: 'locations',
    async run({ adapter, store, capabilities, comparison, filled, offered }) {
      const records = makeRecords(capabilities, 3);
      const { name } = await filled(records);
      const { open, of } = locationsOf(offered);
      const { store: opened, collection } = open(of(name));
      await closing(opened, async () => {
        expectEqual(opened.adapter, adapter, 'adapter');
        expectEqual(collection, name, 'collection that the location names');
        expectEqual(opened.location, store.location, 'location of the store');
        expectSameRecords(await readAll(await opened.openCollection(name)), records, 'what it holds', comparison);
      });
    },
  },
  {
    id: 'locations/refuse-parameters-they-do-not-know',
    title: 'a parameter of a location that the adapter does not know is INVALID_OPTIONS',
    hint: 'Use parseLocation: a typo in an option must not be silently ignored.',
    needs: 'locations',
    async run({ offered }) {
      const { open, of } = locationsOf(offered);
      const location = of('docs');
      const typo = `${location}${location.includes('?') ? '&' : '?'}unheardOf=1`;
      await expectRefusal(async () => open(typo), 'INVALID_OPTIONS', 'a parameter unheardOf');
    },
  },
  {
    id: 'locations/reading-makes-nothing',
    title: 'reading where nothing is makes nothing: no file and no folder',
    hint: 'The engine creates what it opens: look first whether it is there.',
    needs: 'folders',
    async run({ offered }) {
      const { open, inFolder } = foldersOf(offered);
      await inNewFolder(async (folder) => {
        for (const place of [folder, join(folder, 'missing')]) {
          const { store } = open(inFolder(place, 'docs'));
          await closing(store, async () => {
            await orNothing(() => store.listCollections());
            await expectRefusal(() => store.openCollection('docs'), 'NOT_FOUND', 'opening what is not there');
          });
          expectEqual(
            await readdir(folder),
            [],
            `what reading ${place === folder ? 'an empty folder' : 'a missing folder'} made`,
          );
        }
      });
    },
  },
  {
    id: 'locations/stay-where-they-were',
    title: 'a relative location means the same place after the process has gone to another folder',
    hint: 'The path is kept as it was given: resolve it when the store is made.',
    appliesTo: canWrite,
    needs: 'folders',
    async run({ capabilities, comparison, metric, offered }) {
      const { open, inFolder } = foldersOf(offered);
      const records = makeRecords(capabilities, 3);
      const before = process.cwd();
      await inNewFolder(async (folder) => {
        const [home, elsewhere] = [join(folder, 'home'), join(folder, 'elsewhere')];
        await Promise.all([mkdir(home), mkdir(elsewhere)]);
        try {
          process.chdir(home);
          const { store } = open(inFolder('.', 'docs'));
          process.chdir(elsewhere);
          await closing(store, async () => {
            await store.createCollection({
              name: 'docs',
              vectors: { '': { kind: 'dense', dimension: DIMENSION, metric } },
            });
            const collection = await store.openCollection('docs');
            await collection.upsert(records);
            await collection.flush?.();
          });
        } finally {
          process.chdir(before);
        }
        expectEqual(await readdir(elsewhere), [], 'what was made in the folder that the process had gone to');
        const { store } = open(inFolder(home, 'docs'));
        await closing(store, async () => {
          expectSameRecords(
            await readAll(await store.openCollection('docs')),
            records,
            'the place that was meant',
            comparison,
          );
        });
      });
    },
  },
];

type Spelled<Part extends 'of' | 'inFolder'> = Pick<LocationHarness, 'open'> & {
  readonly [Key in Part]: NonNullable<LocationHarness[Key]>;
};

function locationsOf({ locations }: ConformanceContext['offered']): Spelled<'of'> {
  expectThat(locations?.of !== undefined, 'the option `locations.of` is not given');
  return { open: locations.open, of: locations.of };
}

function foldersOf({ locations }: ConformanceContext['offered']): Spelled<'inFolder'> {
  expectThat(locations?.inFolder !== undefined, 'the option `locations.inFolder` is not given');
  return { open: locations.open, inFolder: locations.inFolder };
}

async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-conformance-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function closing(store: VectorStoreV1, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await store.close();
  }
}

/** Where nothing is, a listing may be empty, or say that there is nothing. */
async function orNothing(list: () => Promise<readonly string[]>): Promise<void> {
  try {
    expectEqual(await list(), [], 'collections where nothing is');
  } catch (error) {
    if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
  }
}
