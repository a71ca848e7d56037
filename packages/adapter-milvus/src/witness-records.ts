import { own, setOwn, type CollectionV1, type Metric, type WitnessedRecord } from '@vsm/core/adapter';
import { callOf, ofCollection, type CollectionContext } from './context.ts';
import { METRIC_TYPES } from './fields.ts';
import { placeholders, search } from './grpc/service.ts';
import { amongKeys, decodeKey, encodeKey } from './keys.ts';
import { namespaceOfPartition, OURS } from './layout.ts';
import { searchBytes } from './vectors.ts';

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
    const inPartition = layout.namespaces === 'partitions';
    const partition = layout.partitions.find((one) => namespaceOfPartition(one) === namespace);
    if (keys.length === 0 || (inPartition && partition === undefined)) return undefined;
    await context.load(options?.signal);
    const found = new Map<string, Record<string, number>>();
    const measured: Record<string, Metric> = {};
    const unwitnessed = ['the document', 'metadata', 'sparse vectors'];
    for (const { name, column } of layout.columns.vectors) {
      const [probe, field, type] = [own(probes, name), layout.fields.get(column), metrics.get(column) ?? ''];
      const metric = own(METRIC_TYPES, type);
      const apart = metric === undefined ? undefined : APART[metric];
      if (probe === undefined || field === undefined || metric === undefined || apart === undefined) continue;
      if (!EXACT.test(indexes.get(column) ?? '')) {
        unwitnessed.push(`vectors of "${column}", which its index may keep rounded`);
        continue;
      }
      setOwn(measured, name, metric);
      // Where a vector is missing, its field holds zeros, which are no answer.
      const isThere =
        layout.ours && layout.columns.vectors.length > 1 ? ` and not (${OURS.absent} like "%,${column},%")` : '';
      const params = {
        anns_field: column,
        topk: String(keys.length),
        metric_type: type,
        params: '{}',
        round_decimal: '-1',
      };
      const request = {
        ...ofCollection(context),
        partitions: inPartition && partition !== undefined ? [partition] : [],
        filter: `(${amongKeys(keys, layout)})${isThere}`,
        vectors: placeholders(field.type, searchBytes(field, probe)),
        dialect: 1,
        params: Object.entries(params).map(([key, value]) => ({ key, value })),
        count: 1n,
      };
      const { hits } = await context.client.call(search, request, callOf(context, 'witness records of', options));
      const hit = hits?.ids?.strings?.data ?? hits?.ids?.ints?.data ?? [];
      hit.forEach((key, at) => {
        const { id } = decodeKey(String(key), layout);
        const distances = found.get(id) ?? {};
        const score = hits?.scores[at];
        if (score !== undefined) setOwn(distances, name, apart(score));
        found.set(id, distances);
      });
    }
    const records = [...found].map(([id, distances]): WitnessedRecord => ({ id, distances }));
    return { by: 'the scores of Milvus against a probe', records, metrics: measured, unwitnessed };
  };
}

const EXACT = /^(?:FLAT|IVF_FLAT|HNSW|AUTOINDEX)$/;
