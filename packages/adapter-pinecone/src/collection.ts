import type { CallOptions, CollectionV1 } from '@vsm/core/adapter';
import { fetchWire, type CollectionContext } from './context.ts';
import { describeIndex, describeInfo } from './schema.ts';
import { fromWire } from './mapping.ts';
import { fromWireNamespace, toWireName, toWireNamespace } from './names.ts';
import { listNamespaces } from './namespaces.ts';
import { splitCollection } from './parts.ts';
import { readIdPage } from './listing.ts';
import { createQuery } from './query.ts';
import { createScan } from './read.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export function createCollection(context: CollectionContext): CollectionV1 {
  const { client, info, names } = context;
  const { name } = info;
  const writer = createWriter(context);
  return {
    name,
    async describe(options) {
      const described = await describeIndex(client, name, options);
      return describeInfo(described, await sparseNameOf({ ...context, info: described }, options));
    },
    // Each index has a host of its own.
    identify: async () => info.host,
    async count(request, options) {
      const namespaces = await listNamespaces(context, options);
      const wanted = request?.namespace === undefined ? undefined : toWireNamespace(request.namespace);
      const counted = namespaces.filter(({ name: one }) => wanted === undefined || one === wanted);
      // As of some moments ago; `readAfterWrite` says so. Nothing is filtered before it is counted.
      const value = counted.reduce((total, { count }) => total + count, 0);
      return { value, exact: request?.filter === undefined };
    },
    async listNamespaces(options) {
      return (await listNamespaces(context, options)).map((namespace) => fromWireNamespace(namespace.name));
    },
    async listEmptyNamespaces(options) {
      const empty = (await listNamespaces(context, options)).filter(({ count }) => count === 0);
      return empty.map(({ name: one }) => fromWireNamespace(one)).filter((one) => one !== '');
    },
    partition: (target, request, options) => splitCollection(context, target, request, options),
    scan: createScan(context),
    upsert: writer.upsert,
    wouldReject: writer.wouldReject,
    async fetch(ids, options) {
      const namespace = toWireNamespace(options?.namespace);
      const found = await fetchWire(context, namespace, ids.map(toWireName), options);
      return found.map((wire) => fromWire(wire, namespace, names));
    },
    delete: writer.delete,
    query: createQuery(context),
    witnessRecords: createWitness(context),
    flush: writer.flush,
  };
}

/** How many records are looked at where the index does not say whether it has sparse values. */
const SAMPLE = 10;

/**
 * The name of the sparse vector beside the dense one. The API reports both kinds for every dense index, so that only the tag of
 * those that VSM made, or the records, can tell; an empty index gets the benefit of the doubt where sparse values can be searched.
 */
async function sparseNameOf(context: CollectionContext, options: CallOptions | undefined): Promise<string | undefined> {
  const { client, info, names } = context;
  if (info.dense === undefined || info.sparseName !== undefined) return info.sparseName;
  const [namespace] = await listNamespaces(context, options);
  const { ids } = await client.data(
    `list the first ids of "${info.name}"`,
    info.host,
    options,
    (index) => index.listPaginated({ limit: SAMPLE, namespace: namespace?.name ?? '__default__' }),
    (body) => readIdPage(body, SAMPLE),
  );
  if (ids.length === 0) return info.dense.metric === 'dot' ? names.sparse : undefined;
  const records = await fetchWire(context, namespace?.name ?? '__default__', ids, options);
  return records.some(({ sparseValues }) => sparseValues !== undefined && sparseValues !== null)
    ? names.sparse
    : undefined;
}
