import { Index } from '@upstash/vector';
import type { Metadata, VectorRecord } from '@vsm/core/adapter';

interface Account {
  readonly controller: string;
  readonly email: string;
  readonly apiKey: string;
}

/** An index through the vendor's client, with the token that the management API gives. */
export async function rawIndex({ controller, email, apiKey }: Account, name: string): Promise<Index> {
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;
  const response = await fetch(`${controller}/v2/vector/index`, { headers: { authorization } });
  const indexes = (await response.json()) as readonly {
    readonly name: string;
    readonly endpoint: string;
    readonly token: string;
  }[];
  const found = indexes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no index ${name}`);
  const url = found.endpoint.startsWith('http') ? found.endpoint : `https://${found.endpoint}`;
  return new Index({ url, token: found.token, retry: false });
}

/** Past the adapter. */
export async function readRaw(
  account: Account,
  collection: string,
  id: string,
  namespace = '',
): Promise<VectorRecord | undefined> {
  const index = await rawIndex(account, collection);
  const options = { includeMetadata: true, includeVectors: true, includeData: true, namespace };
  const [found] = await index.fetch([id], options);
  if (found === undefined || found === null) return undefined;
  const { vector, sparseVector, metadata, data } = found;
  return {
    id,
    vectors: { ...(vector !== undefined && { '': vector }), ...(sparseVector !== undefined && { '': sparseVector }) },
    metadata: (metadata ?? {}) as Metadata,
    ...(data !== undefined && { document: data }),
  };
}
