import {
  type CallOptions,
  checkList,
  checkNames,
  checkObject,
  checkText,
  collectionNotFound,
  type DisposableStore,
  guardStore,
  ifThere,
  invalidOption,
  own,
  VsmError,
} from '@vsm/core/adapter';
import { capabilities, capabilitiesOf } from './capabilities.ts';
import { createClient } from './client.ts';
import { openIndex, readNow } from './collection.ts';
import { planIndex } from './create.ts';
import { ADAPTER, readOptions, type ElasticsearchOptions } from './options.ts';
import { roomOf } from './room.ts';

/** What no name of an index has: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create */
const FORBIDDEN = /[\\/*?"<>| ,#:]|^[-_+]|^\.{1,2}$|\p{Lu}/u;

/** What a name leads to. */
interface Resolved {
  readonly indices: readonly string[];
  readonly aliases: readonly { readonly name: string; readonly indices: readonly string[] }[];
  readonly streams: readonly string[];
}

/** The indices of an Elasticsearch or OpenSearch cluster. Nothing is sent before the first call. */
export function createElasticsearch(options: ElasticsearchOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  const { location } = connection;

  const resolve = (name: string, action: string, callOptions?: CallOptions): Promise<Resolved> => {
    const path = `_resolve/index/${encodeURIComponent(name)}?expand_wildcards=open`;
    return client.ask({ method: 'GET', path, action, signal: callOptions?.signal }, (value) => {
      const { indices, aliases, data_streams: streams } = checkObject(value, 'the answer');
      return {
        indices: checkNames(indices, 'the indices'),
        aliases: checkList(aliases, 'the aliases').map((one) => {
          const { name: alias, indices: of } = checkObject(one, 'an alias');
          const list = Array.isArray(of) ? of : [of];
          return {
            name: checkText(alias, 'the name of an alias'),
            indices: list.map((index) => checkText(index, 'an index')),
          };
        }),
        streams: checkNames(streams, 'the data streams'),
      };
    });
  };
  const refuse = (name: string, why: string): never => {
    throw new VsmError('UNSUPPORTED', `${ADAPTER}: cannot open "${name}": ${why}`, { adapter: ADAPTER });
  };
  /** The index that a name or an alias means. */
  const indexOf = async (name: string, callOptions?: CallOptions): Promise<string> => {
    if (FORBIDDEN.test(name)) throw collectionNotFound(ADAPTER, name, location);
    const { indices, aliases, streams } = await resolve(name, `open collection "${name}"`, callOptions);
    if (streams.length > 0)
      refuse(name, 'it is a data stream, whose documents are never replaced: open one of the indices behind it');
    const [alias] = aliases;
    const [index, ...others] = alias?.indices ?? indices;
    if (index === undefined) throw collectionNotFound(ADAPTER, name, location);
    if (others.length > 0)
      refuse(name, `it is an alias of several indices (${[index, ...others].join(', ')}): open them one by one`);
    return index;
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: ADAPTER,
    location,
    capabilities,
    effectiveCapabilities: async (callOptions) => capabilitiesOf(await client.server(callOptions?.signal)),
    async listCollections(callOptions) {
      const { indices } = await resolve('*', 'list collections', callOptions);
      // Those of the server itself and of its tools.
      return indices.filter((name) => !name.startsWith('.'));
    },
    async createCollection(schema, callOptions) {
      const { name } = schema;
      if (FORBIDDEN.test(name) || Buffer.byteLength(name) > 255) {
        throw invalidOption(
          ADAPTER,
          `"${name}" cannot be the name of an index, which has small letters, none of \\ / * ? " < > | , # : and no space, no - _ + in front, and 255 bytes at most`,
        );
      }
      const { body, warnings } = planIndex(schema, await client.server(callOptions?.signal));
      const request = {
        method: 'PUT',
        path: encodeURIComponent(name),
        action: `create collection "${name}"`,
        body,
      } as const;
      await client.ask({ ...request, signal: callOptions?.signal }, () => undefined);
      return warnings;
    },
    async openCollection(name, callOptions) {
      const signal = callOptions?.signal;
      const index = await indexOf(name, callOptions);
      const [server, opened] = [await client.server(signal), await readNow(client, index, name, signal)];
      const alias = own(opened.aliases, name);
      if (alias !== undefined && Object.keys(alias as object).some((key) => /filter|routing/.test(key))) {
        refuse(name, `it is an alias that shows a part of "${index}" (by a filter or a routing): open that index`);
      }
      return openIndex({ name, opened, client, server, connection });
    },
    room: (schema, callOptions) => roomOf(client, schema, callOptions?.signal),
    async dropCollection(name, callOptions) {
      // Never by another name, which others may have given it.
      const index = await ifThere(() => indexOf(name, callOptions));
      if (index !== name) return;
      const request = {
        method: 'DELETE',
        path: encodeURIComponent(name),
        action: `drop collection "${name}"`,
      } as const;
      await client.ask({ ...request, signal: callOptions?.signal }, () => undefined);
    },
    async close() {
      client.close();
    },
  });
}
