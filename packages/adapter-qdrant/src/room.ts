import type { CollectionSchema, JsonObject, StoreRoom } from '@vsm/core/adapter';

/** What Qdrant does where a collection is not told otherwise: https://qdrant.tech/documentation/concepts/indexing/ */
const USUAL_LINKS = 16;

/** By the settings that the collection has or will get. What a server of its own file has for default is not told by its interface. */
export function roomOf({ native }: CollectionSchema): StoreRoom {
  const { params, hnsw_config: graph, quantization_config: quantization } = object(native?.['qdrant']);
  const { m = USUAL_LINKS } = object(graph);
  const { replication_factor: copies = 1, vectors } = object(params);
  return {
    graphLinks: typeof m === 'number' ? m : USUAL_LINKS,
    quantizedBits: quantizedBits(object(quantization)),
    vectorsInMemory: object(vectors)['on_disk'] !== true,
    copies: typeof copies === 'number' ? copies : 1,
  };
}

function quantizedBits({ scalar, product, binary }: JsonObject): number | undefined {
  if (scalar !== undefined && scalar !== null) return 8;
  if (binary !== undefined && binary !== null) {
    const { encoding } = object(binary);
    return encoding === 'two_bits' ? 2 : encoding === 'one_and_half_bits' ? 1.5 : 1;
  }
  const { compression } = object(product);
  const ratio = typeof compression === 'string' ? /^x(\d+)$/.exec(compression)?.[1] : undefined;
  return ratio === undefined ? undefined : 32 / Number(ratio);
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
