import { VsmError, type CollectionSchema, type JsonObject, type JsonValue, type Warning } from '@vsm/core/adapter';
import type { Transport } from './transport.ts';

/** Creates a collection with the settings of the one it comes from, where the server takes them. `space` is Chroma's word for the metric. */
export async function postCollection(
  transport: Transport,
  { name, native }: CollectionSchema,
  space: string | undefined,
  what: string,
): Promise<readonly Warning[]> {
  const { configuration, metadata } = native?.['chroma'] ?? {};
  const { hnsw, spann, embedding_function } = isObject(configuration) ? configuration : {};
  const post = async (settings: JsonObject): Promise<void> => {
    const body = { name, configuration: settings, ...(isObject(metadata) && { metadata }), get_or_create: false };
    await transport.send('POST', 'collections', what, JSON.stringify(body));
  };
  const withSpace = (index: JsonValue | undefined): JsonObject => ({
    ...(isObject(index) && index),
    ...(space !== undefined && { space }),
  });
  const own = isObject(embedding_function) ? { embedding_function } : {};
  if (!isObject(spann)) {
    await post({ hnsw: withSpace(hnsw), ...own });
    return [];
  }
  try {
    await post({ spann: withSpace(spann), ...own });
    return [];
  } catch (error) {
    // Only distributed servers have this index.
    if (!VsmError.isInstance(error) || error.code !== 'REMOTE_FAILED') throw error;
    await post({ hnsw: withSpace(undefined), ...own });
    const detail = 'the SPANN index of the source is an HNSW index with default settings here: the server has no other';
    return [{ type: 'approximated', feature: 'index', detail }];
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
