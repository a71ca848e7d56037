import type { CollectionSchema, JsonObject, JsonValue, Warning } from '@vsm/core/adapter';
import type { ChromaCollection } from './describe.ts';
import type { Transport } from './transport.ts';

/** Creates a collection with the settings of the one it comes from. `space` is Chroma's word for the metric. */
export async function postCollection(
  transport: Transport,
  { name, native }: CollectionSchema,
  space: string | undefined,
  what: string,
): Promise<readonly Warning[]> {
  const { configuration, metadata } = native?.['chroma'] ?? {};
  const { hnsw, spann, embedding_function } = isObject(configuration) ? configuration : {};
  const kind = isObject(spann) ? 'spann' : 'hnsw';
  const wanted = isObject(spann) ? spann : hnsw;
  const index = { ...(isObject(wanted) && wanted), ...(space !== undefined && { space }) };
  const settings = { [kind]: index, ...(isObject(embedding_function) && { embedding_function }) };
  const body = { name, configuration: settings, ...(isObject(metadata) && { metadata }), get_or_create: false };
  const answer = await transport.send('POST', 'collections', what, JSON.stringify(body));
  const made = (JSON.parse(answer) as ChromaCollection).configuration_json;
  if (isObject(made[kind])) return [];
  // Distributed servers have SPANN and single ones HNSW; each takes the other's space and drops its settings.
  const detail = `the server has no ${kind.toUpperCase()} index and takes the default settings of its own kind`;
  return [{ type: 'approximated', feature: 'index', detail }];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
