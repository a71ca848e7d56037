import {
  checkNames,
  guardStore,
  pause,
  RemoteError,
  VsmError,
  type CallOptions,
  type DisposableStore,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createClient, type Client } from './client.ts';
import { createCollection } from './collection.ts';
import { checkReadable, createRequest, describeIndex, type IndexInfo } from './schema.ts';
import { readOptions, type PineconeOptions } from './options.ts';

/** The serverless indexes of a Pinecone project that the vectors API serves. Nothing is loaded or sent before the first call. */
export function createPinecone(options: PineconeOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'pinecone',
    location: connection.location,
    capabilities: capabilities(connection.documentKey),
    async listCollections(callOptions) {
      return client.control(
        'list indexes',
        callOptions,
        (sdk) => sdk.indexes.list(),
        (body) => checkNames(body['indexes'] ?? [], 'the indexes'),
      );
    },
    async createCollection(schema, callOptions) {
      checkName(schema.name);
      const request = createRequest(schema, connection);
      await client.control(
        `create index "${schema.name}"`,
        callOptions,
        (sdk) => sdk.indexes.create(request as never),
        () => undefined,
      );
      await untilReady(client, schema.name, callOptions);
      const vector = schema.vectors[''];
      if (vector?.kind !== 'dense' || vector.metric !== undefined) return [];
      return [{ type: 'approximated', feature: 'metric', detail: 'no metric was given, so Pinecone takes cosine' }];
    },
    async openCollection(name, callOptions) {
      const info = await untilReady(client, name, callOptions);
      checkReadable(info);
      const { documentKey, sparseName } = connection;
      const sparse = info.sparseName ?? (info.dense === undefined ? '' : sparseName);
      return createCollection({
        client,
        info,
        names: { documentKey, dense: info.dense === undefined ? undefined : '', sparse },
      });
    },
    async dropCollection(name, callOptions) {
      await client.control(
        `drop index "${name}"`,
        callOptions,
        (sdk) => sdk.indexes.delete(name),
        () => undefined,
      );
      await untilGone(client, name, callOptions);
    },
    async close() {
      client.close();
    },
  });
}

const BROKEN = new Set(['InitializationFailed', 'Failed', 'Terminating', 'Disabled']);

/** The client has such a wait, but not one that can be aborted. */
async function untilReady(client: Client, name: string, options: CallOptions | undefined): Promise<IndexInfo> {
  const { readyTimeoutMs } = client.connection;
  const deadline = performance.now() + readyTimeoutMs;
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 5000)) {
    const info = await describeIndex(client, name, options);
    if (info.ready) return info;
    const late = performance.now() > deadline;
    if (late || BROKEN.has(info.state)) {
      const why = late ? `it is still not ready after ${readyTimeoutMs} ms` : 'it will not become ready';
      throw new RemoteError(`pinecone: cannot use index "${name}": ${why} (state ${info.state})`, {
        adapter: 'pinecone',
        retryable: late,
      });
    }
    await pause(waitMs, 'pinecone', options?.signal);
  }
}

/** Until then its name is taken, and its records can still be read. @throws VsmError with code `NOT_FOUND` once it is gone. */
async function untilGone(client: Client, name: string, options: CallOptions | undefined): Promise<void> {
  const deadline = performance.now() + client.connection.readyTimeoutMs;
  for (let waitMs = 50; performance.now() < deadline; waitMs = Math.min(waitMs * 2, 5000)) {
    await describeIndex(client, name, options);
    await pause(waitMs, 'pinecone', options?.signal);
  }
}

function checkName(name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/.test(name)) return;
  throw new VsmError(
    'INVALID_OPTIONS',
    `pinecone: an index cannot be called "${name}": it takes 1 to 45 lower-case letters, digits and hyphens, no hyphen first or last`,
    { adapter: 'pinecone' },
  );
}
