/** Which points a request of Qdrant touches. */
import { uuidText } from '@vsm/core/adapter';
import type { Schemas } from '@qdrant/js-client-rest';

type PointId = Schemas['ExtendedPointId'];

/** As far as it matters here, what all writing methods take. */
export interface Arguments {
  readonly points?: readonly (PointId | { readonly id: PointId })[] | null | undefined;
  readonly batch?: { readonly ids: readonly PointId[] } | undefined;
  readonly filter?: Schemas['Filter'] | null | undefined;
  readonly shard_key?: Schemas['ShardKeySelector'] | null | undefined;
  /** Of a batch: each an object of one key, the kind of the operation. */
  readonly operations?: readonly Readonly<Record<string, Arguments>>[] | undefined;
}

interface Touched {
  readonly named: readonly PointId[];
  /** Parts that select by filter. */
  readonly filters: readonly Arguments[];
}

/** The points that are named, and the filters that select others. */
export function touched(given: Arguments): Touched {
  const { points, batch, filter, operations } = given;
  if (operations !== undefined) {
    const all = operations.flatMap((operation) => Object.values(operation).map(touched));
    return { named: all.flatMap(({ named }) => named), filters: all.flatMap(({ filters }) => filters) };
  }
  if (batch !== undefined) return { named: batch.ids, filters: [] };
  // Where points are named, the server looks at no filter.
  if (points !== undefined && points !== null) {
    return { named: points.map((point) => (typeof point === 'object' ? point.id : point)), filters: [] };
  }
  return { named: [], filters: filter === undefined || filter === null ? [] : [given] };
}

/** The same request, in which filters select none but these: what comes to match meanwhile would have no mark. */
export function narrowed(given: Arguments, ids: readonly PointId[]): Arguments {
  if (given.operations !== undefined) {
    const operations = given.operations.map((operation) =>
      Object.fromEntries(Object.entries(operation).map(([kind, one]) => [kind, narrowed(one, ids)])),
    );
    return { ...given, operations };
  }
  if (touched(given).filters.length === 0) return given;
  return { ...given, filter: { must: [given.filter ?? {}, { has_id: [...ids] }] } };
}

/** The id as the store tells it back: the server takes UUIDs in several forms, and marks know one. */
export function pointKey(id: PointId): string {
  const text = String(id);
  const hex = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(hex)) return text;
  return uuidText(hex);
}
