import { VsmError, type CallOptions, type CountRequest, type Partition } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { readIdPage } from './listing.ts';
import { namespaceField } from './mapping.ts';
import { toWireNamespace } from './names.ts';
import { listNamespaces } from './namespaces.ts';
import { groupPrefixes, outsidePrefixes, splitByPrefix } from './prefixes.ts';
import { probeVector, readMatches } from './query.ts';

/** A disjoint part of a scan. Names and ids are as the service has them. */
export interface Part {
  /** Absent: all of them. */
  readonly namespace?: string | undefined;
  /** Ids that begin with one of these. */
  readonly prefixes?: readonly string[] | undefined;
  /** Ids that begin with none of these, from the id `first` on. */
  readonly outside?: readonly string[] | undefined;
  readonly first?: string | undefined;
}

/** Fewer records than this are listed in one go. */
const SMALLEST_PART = 1000;
const LIST_PAGE = 100;
/** Ids that one search into a direction gives. */
const SAMPLE = 250;
/** Prefixes that are looked at together, see the listing. */
export const LOOK_AHEAD = 32;

/** One part for every namespace; large ones are split by what their ids begin with. */
export async function splitCollection(
  context: CollectionContext,
  target: number,
  request: CountRequest | undefined,
  options: CallOptions | undefined,
): Promise<Partition[]> {
  const all = await listNamespaces(context, options);
  const wanted = request?.namespace === undefined ? undefined : toWireNamespace(request.namespace);
  const namespaces = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  // The listing is a moment old: records may be there that it does not know of.
  if (namespaces.length === 0) return [toPartition({ namespace: wanted }, undefined)];
  const total = namespaces.reduce((sum, { count }) => sum + count, 0);
  const partitions = await Promise.all(
    namespaces.map(async ({ name, count }) => {
      const share = Math.min(Math.round((target * count) / Math.max(1, total)), Math.floor(count / SMALLEST_PART));
      const split = share < 2 ? undefined : await splitNamespace(context, name, count, share, options);
      return split ?? [toPartition({ namespace: name }, count)];
    }),
  );
  return partitions.flat();
}

async function splitNamespace(
  context: CollectionContext,
  namespace: string,
  count: number,
  parts: number,
  options: CallOptions | undefined,
): Promise<Partition[] | undefined> {
  const [sample, first] = await Promise.all([
    sampleIds(context, namespace, options),
    firstId(context, namespace, options),
  ]);
  if (first === undefined || sample.length < parts * 4) return undefined;
  const prefixes = splitByPrefix(sample, parts);
  const outside = prefixes.map(({ prefix }) => prefix);
  const looks = outsidePrefixes(outside, first).prefixes.length;
  // Proving that nothing lies outside must not take longer than half of what there is to win.
  if (prefixes.length < 2 || looks / LOOK_AHEAD > count / LIST_PAGE / 2) return undefined;
  return [
    toPartition({ namespace, outside, first }, 0),
    ...groupPrefixes(prefixes, parts).map((group) => {
      const weight = group.reduce((sum, one) => sum + one.weight, 0);
      const part = { namespace, prefixes: group.map(({ prefix }) => prefix).toSorted() };
      return toPartition(part, Math.round((count * weight) / sample.length));
    }),
  ];
}

/** Ids from all over a namespace, by searching into a few directions: the listing itself begins at the smallest id. */
async function sampleIds(
  { client, info }: CollectionContext,
  namespace: string,
  options: CallOptions | undefined,
): Promise<string[]> {
  const { dense } = info;
  if (dense === undefined) return [];
  const found = await Promise.all(
    [1, 2, 3, 4].map((seed) =>
      client.data(
        `sample the ids of "${info.name}"`,
        info.host,
        options,
        (index) => index.query({ vector: probeVector(dense.dimension, seed), topK: SAMPLE, namespace }),
        (body) => readMatches(body, SAMPLE),
      ),
    ),
  );
  return [...new Set(found.flat().map(({ id }) => id))];
}

async function firstId(
  { client, info }: CollectionContext,
  namespace: string,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  const { ids } = await client.data(
    `list the first id of "${info.name}"`,
    info.host,
    options,
    (index) => index.listPaginated({ limit: 1, namespace }),
    (body) => readIdPage(body, 1),
  );
  return ids[0];
}

function toPartition(part: Part, estimatedCount: number | undefined): Partition {
  return {
    id: JSON.stringify(part),
    ...(part.namespace !== undefined && { namespace: namespaceField(part.namespace).namespace ?? '' }),
    ...(estimatedCount !== undefined && { estimatedCount }),
  };
}

/** @throws VsmError where the partition is not one of this adapter. */
export function readPart(partition: Partition | undefined, namespace: string | undefined): Part {
  const wanted = namespace === undefined ? {} : { namespace: toWireNamespace(namespace) };
  if (partition === undefined) return wanted;
  try {
    return { ...(JSON.parse(partition.id) as Part), ...wanted };
  } catch (cause) {
    throw new VsmError('INVALID_OPTIONS', `pinecone: "${partition.id}" is not a partition of this store`, {
      adapter: 'pinecone',
      cause,
    });
  }
}
