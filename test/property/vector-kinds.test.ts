import { createMemory } from '@vsm/adapter-memory';
import {
  VectorStoreMigrator,
  VsmError,
  type CollectionSchema,
  type LossName,
  type Vector,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';
import { MIDDLES, middleStores, seed, type Middle } from './middles.ts';

const open = middleStores();

const component = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(0.1), max: 1 });
const dense = fc.array(component, { minLength: 3, maxLength: 3 });
const sparse = fc
  .uniqueArray(fc.integer({ min: 0, max: 4_294_967_295 }), { minLength: 1, maxLength: 5 })
  .chain((indices) =>
    fc
      .array(component, { minLength: indices.length, maxLength: indices.length })
      .map((values) => ({ indices: indices.toSorted((left, right) => left - right), values })),
  );
const multi = fc.array(dense, { minLength: 1, maxLength: 3 }).map((rows) => ({ rows }));
const byKind: Record<VectorSchema['kind'], fc.Arbitrary<Vector>> = { dense, sparse, multi };

const schemaOf = (kind: VectorSchema['kind']): VectorSchema =>
  kind === 'sparse' ? { kind } : { kind, dimension: 3, metric: 'dot' };

/** A collection with an unnamed dense vector, some others, and namespaces or none. */
const collection = fc
  .record({
    others: fc.dictionary(
      fc.constantFrom('title', 'text-sparse', 'late', 'image'),
      fc.constantFrom('dense', 'sparse', 'multi'),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    ),
    namespaces: fc.constantFrom<readonly (string | undefined)[]>([undefined], [undefined, 'a'], ['a', 'b', 'über/1']),
  })
  .chain(({ others, namespaces }) => {
    const kinds: [string, VectorSchema['kind']][] = [['', 'dense'], ...Object.entries(others)];
    const vectors: fc.Arbitrary<Record<string, Vector>> = fc.record(
      Object.fromEntries(kinds.map(([name, kind]) => [name, byKind[kind]])),
      { requiredKeys: [''] },
    );
    const record = fc.record({
      id: fc.integer({ min: 0, max: 30 }).map(String),
      namespace: fc.constantFrom(...namespaces),
      vectors,
      metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer({ min: -100, max: 100 }), {
        noNullPrototype: true,
      }),
    });
    return fc.record({
      schema: fc.constant({
        vectors: Object.fromEntries(kinds.map(([name, kind]) => [name, schemaOf(kind)])),
        ...(namespaces.length > 1 && { namespaces: true }),
      } satisfies Omit<CollectionSchema, 'name'>),
      records: fc.uniqueArray(record, { minLength: 12, maxLength: 12, selector: keyOf }),
    });
  });

function keyOf({ id, namespace }: { readonly id: string; readonly namespace?: string | undefined }): string {
  return `${namespace ?? ''} ${id}`;
}

/** Float32 in plain lists, as every store gives them in its own way. */
function plain(vector: Vector | undefined): unknown {
  if (vector === undefined) return undefined;
  const list = (values: ArrayLike<number>): number[] => Array.from(values, Math.fround);
  if ('rows' in vector) return vector.rows.map(list);
  return 'indices' in vector ? { indices: [...vector.indices], values: list(vector.values) } : list(vector);
}

/** Records by key, with the vectors that `names` knows, by the names it gives them. */
const shown = (records: readonly VectorRecord[], names?: Readonly<Record<string, string>>): Map<string, unknown> =>
  new Map(
    records.map(({ id, namespace, vectors, metadata }) => [
      keyOf({ id, namespace }),
      {
        metadata,
        vectors: Object.fromEntries(
          Object.entries(vectors)
            .map(([name, vector]) => [names === undefined ? name : names[name], plain(vector)])
            .filter(([name]) => name !== undefined),
        ),
      },
    ]),
  );

/** Stores that hold vectors of every kind. */
const WHOLE: Partial<Record<Middle, true>> = { Qdrant: true, 'a Parquet file': true, 'a JSON Lines file': true };

let collections = 0;

it.each(MIDDLES)(
  'vectors of all kinds in all namespaces come back from %s, or the plan had listed the loss',
  async (place) => {
    let lossless = 0;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(collection, async ({ schema, records }) => {
        collections += 1;
        const name = `kinds-${collections}`;
        const source = await filledMemory(records, { ...schema, name });
        const middle = open(place);
        const migrator = new VectorStoreMigrator({ source, target: middle, checkpoints: false });
        // SQLite has no inner product, and a plan without another metric would end there.
        const metric = middle.capabilities.metrics.includes('dot') ? undefined : 'cosine';
        const { losses, vectorNames } = await migrator.plan({ sourceCollection: name, metric });
        if (losses.length === 0) lossless += 1;
        else {
          const error = await migrator.migrate({ sourceCollection: name, metric }).catch((caught: unknown) => caught);
          outcomes.add(VsmError.isInstance(error) ? error.code : 'done');
          outcomes.add((await middle.listCollections()).includes(name) ? 'created' : 'untouched');
        }
        const allowLoss: LossName[] = losses.map((loss) => loss.name);
        const there = await migrator.migrate({ sourceCollection: name, metric, allowLoss });
        // What is refused is rejected by name, and only where the plan had said so.
        const refused = new Set(there.rejected.map(keyOf));
        expect(refused.size > 0).toBe(allowLoss.includes('rejected-records'));
        const restored = createMemory();
        await new VectorStoreMigrator({ source: middle, target: restored, checkpoints: false }).migrate({
          sourceCollection: name,
        });
        const sent = (await allRecords(source, name)).filter((record) => !refused.has(keyOf(record)));
        expect(shown(await allRecords(restored, name))).toEqual(shown(sent, vectorNames));
        await middle.dropCollection?.(name);
        await middle.close();
      }),
      { numRuns: 12, endOnFailure: true, seed },
    );
    // Wherever something would be lost, nothing was written before it was allowed.
    expect([...outcomes]).toEqual(place in WHOLE ? [] : ['SCHEMA_INCOMPATIBLE', 'untouched']);
    // Some collections have nothing that a store could lose.
    expect(lossless).toBeGreaterThan(0);
  },
  120_000,
);
