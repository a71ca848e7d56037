import type { VectorRecord } from '@vsm/core/adapter';

interface RawObject {
  readonly id: string;
  readonly vector: readonly number[];
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** Reads one record with plain REST calls, past the adapter. */
export async function readRaw(url: string, collection: string, id: string): Promise<VectorRecord | undefined> {
  const { classes } = (await (await fetch(`${url}/v1/schema`)).json()) as {
    classes: { class: string; description?: string }[];
  };
  const found = classes.find(({ description }) => description?.includes(`"${collection}"`) === true);
  const response = await fetch(`${url}/v1/objects/${found?.class}/${id}?include=vector`);
  if (response.status === 404) return undefined;
  const { vector, properties } = (await response.json()) as RawObject;
  const { document, ...metadata } = properties;
  return { id, vectors: { '': vector }, metadata, document: String(document) };
}
