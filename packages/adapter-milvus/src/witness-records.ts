import { own, setOwn, type CollectionV1, type Metric, type WitnessedRecord } from '@vsm/core/adapter';
import { callOf, type CollectionContext } from './context.ts';
import { METRIC_TYPES } from './fields.ts';
import { amongKeys, decodeKey, encodeKey } from './keys.ts';
import { namespaceOfPartition } from './layout.ts';
import { searchField } from './searching.ts';

/** From a score to a distance. */
const APART: Partial<Readonly<Record<Metric, (score: number) => number>>> = {
  cosine: (score) => 1 - score,
  dot: (score) => -score,
  euclidean: Math.sqrt,
};

/** What the server computes of single vectors: how near each is to the probe. Indexes that keep vectors rounded compute of those. */
export function createWitness(
  context: CollectionContext,
  {
    metrics,
    indexes,
  }: { readonly metrics: ReadonlyMap<string, string>; readonly indexes: ReadonlyMap<string, string> },
): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids, namespace = '', probes }, options) => {
    const layout = context.layout();
    const keys = ids.map((id) => encodeKey({ id, namespace }, layout)).filter((key) => key !== undefined);
    const partition = layout.partitions.find((one) => namespaceOfPartition(one) === namespace);
    if (keys.length === 0 || (layout.namespaces === 'partitions' && partition === undefined)) return undefined;
    await context.load(options?.signal);
    const found = new Map<string, Record<string, number>>();
    const measured: Record<string, Metric> = {};
    const unwitnessed = ['the document', 'metadata', 'sparse vectors'];
    for (const { name, column } of layout.columns.vectors) {
      const [probe, type] = [own(probes, name), metrics.get(column) ?? ''];
      const metric = own(METRIC_TYPES, type);
      const apart = metric === undefined ? undefined : APART[metric];
      if (probe === undefined || metric === undefined || apart === undefined) continue;
      if (!EXACT.test(indexes.get(column) ?? '')) {
        unwitnessed.push(`vectors of "${column}", which its index may keep rounded`);
        continue;
      }
      setOwn(measured, name, metric);
      const searched = {
        column,
        vector: probe,
        metric: type,
        topK: keys.length,
        filter: amongKeys(keys, layout),
        partition,
      };
      const call = callOf(context, 'witness records of', options);
      for (const { key, score } of await searchField(context, searched, call)) {
        const { id } = decodeKey(key, layout);
        const distances = found.get(id) ?? {};
        if (!Number.isNaN(score)) setOwn(distances, name, apart(score));
        found.set(id, distances);
      }
    }
    const records = [...found].map(([id, distances]): WitnessedRecord => ({ id, distances }));
    return { by: 'the scores of Milvus against a probe', records, metrics: measured, unwitnessed };
  };
}

const EXACT = /^(?:FLAT|IVF_FLAT|HNSW|AUTOINDEX)$/;
