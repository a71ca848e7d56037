import {
  checkList,
  checkObject,
  checkText,
  collectionNotFound,
  EndingList,
  guardStore,
  ifThere,
  vectorText,
  VsmError,
  type CallOptions,
  type DisposableStore,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createClient, type Client } from './client.ts';
import { openNamespace } from './collection.ts';
import { createContext, pathOf, type CollectionContext } from './context.ts';
import { askInfo, MARK, type NamespaceInfo } from './namespace-info.ts';
import { readOptions, type TurbopufferOptions } from './options.ts';
import { isNamespaceName, markId, ownSchema, planCreation } from './schema.ts';
import { metricPart, write } from './write.ts';

/** The namespaces of one region of Turbopuffer. Nothing is sent before the first call. */
export function createTurbopuffer(options: TurbopufferOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  const { location, fields } = connection;
  const contexts = new Map<string, CollectionContext>();

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'turbopuffer',
    location,
    capabilities,
    listCollections: (callOptions) => listNamespaces(client, callOptions),
    async createCollection(schema, callOptions) {
      const { name } = schema;
      const { info, warnings } = planCreation(schema);
      if ((await infoOf(client, name, callOptions)) !== undefined) {
        const message = `turbopuffer: the namespace "${name}" exists already`;
        throw new VsmError('CONFLICT', message, { adapter: 'turbopuffer' });
      }
      const action = `create collection "${name}"`;
      await write(client, name, action, firstWrite(info), callOptions);
      await write(client, name, action, `{"deletes":[${markId(info)}]}`, callOptions);
      return warnings;
    },
    async openCollection(name, callOptions) {
      const opened = await infoOf(client, name, callOptions);
      if (opened === undefined) throw collectionNotFound('turbopuffer', name, location);
      const known = contexts.get(name);
      // One that was dropped and made anew is another.
      const isSame = known?.places().info.createdAt === opened.createdAt;
      const context = known !== undefined && isSame ? known : createContext(client, name, opened, fields);
      context.adopt(opened);
      contexts.set(name, context);
      return openNamespace(context);
    },
    async dropCollection(name, callOptions) {
      const request = { method: 'DELETE', path: pathOf(name), action: `drop collection "${name}"` } as const;
      await client.ask(request, callOptions, () => undefined);
    },
    async close() {
      client.close();
    },
  });
}

/** A namespace is made by its first document: https://turbopuffer.com/docs/write. Its vector must not be zero under cosine. */
function firstWrite(info: NamespaceInfo): string {
  const vector = vectorText(Array.from({ length: info.vectors[0]?.dimension ?? 1 }, () => 1));
  const row = `{"id":${markId(info)},"vector":${vector},"${MARK}":true}`;
  return `{${[`"upsert_rows":[${row}]`, `"schema":${JSON.stringify(ownSchema(info))}`, ...metricPart(info)].join(',')}}`;
}

async function infoOf(
  client: Client,
  name: string,
  options: CallOptions | undefined,
): Promise<NamespaceInfo | undefined> {
  // The service refuses such a name with another error than a missing one.
  if (!isNamespaceName(name)) return undefined;
  return ifThere(() => askInfo(client, name, options));
}

async function listNamespaces(client: Client, options: CallOptions | undefined): Promise<string[]> {
  const names = new EndingList('the list of namespaces');
  let cursor = '';
  do {
    const path = `/v1/namespaces?page_size=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const next = await client.ask({ method: 'GET', path, action: 'list collections' }, options, (value) => {
      const { namespaces, next_cursor: behind } = checkObject(value, 'the answer');
      names.add(
        checkList(namespaces, 'the namespaces').map((one) =>
          checkText(checkObject(one, 'a namespace')['id'], 'a name'),
        ),
      );
      return typeof behind === 'string' ? behind : '';
    });
    cursor = next;
  } while (cursor !== '');
  return names.values;
}
