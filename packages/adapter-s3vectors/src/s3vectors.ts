import {
  checkList,
  checkObject,
  checkText,
  collectionNotFound,
  EndingList,
  guardStore,
  ifThere,
  VsmError,
  type CallOptions,
  type DisposableStore,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createClient, type Client } from './client.ts';
import { openIndex } from './collection.ts';
import { askInfo, nameParts } from './index-info.ts';
import { readOptions, type S3VectorsOptions } from './options.ts';
import { isIndexName, planCreation } from './schema.ts';

/** The indexes of one vector bucket of Amazon S3. Nothing is sent before the first call. */
export function createS3Vectors(options: S3VectorsOptions): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  const { location, fields } = connection;

  return guardStore({
    specificationVersion: 'v1',
    adapter: 's3vectors',
    location,
    capabilities,
    listCollections: (callOptions) => listIndexes(client, callOptions),
    async createCollection(schema, callOptions) {
      const { name } = schema;
      const { body, warnings } = planCreation(schema, fields.document);
      if ((await ifThere(() => askInfo(client, name, callOptions))) !== undefined) {
        const message = `s3vectors: the index "${name}" exists already in ${location}`;
        throw new VsmError('CONFLICT', message, { adapter: 's3vectors' });
      }
      const action = `create collection "${name}"`;
      await client.ask('CreateIndex', action, `${nameParts(client, name)},${body}}`, callOptions, () => undefined);
      return warnings;
    },
    async openCollection(name, callOptions) {
      // The service refuses such a name with another error than a missing one.
      if (!isIndexName(name)) throw collectionNotFound('s3vectors', name, location);
      return openIndex(client, name, fields, callOptions);
    },
    async dropCollection(name, callOptions) {
      if (!isIndexName(name)) return;
      const action = `drop collection "${name}"`;
      await client.ask('DeleteIndex', action, `${nameParts(client, name)}}`, callOptions, () => undefined);
    },
    async close() {
      client.close();
    },
  });
}

async function listIndexes(client: Client, options: CallOptions | undefined): Promise<string[]> {
  const names = new EndingList('the list of indexes');
  let token = '';
  do {
    const next = token === '' ? '' : `,"nextToken":${JSON.stringify(token)}`;
    const body = `{"vectorBucketName":${JSON.stringify(client.bucket)}${next}}`;
    token = await client.ask('ListIndexes', 'list collections', body, options, (value) => {
      const { indexes, nextToken } = checkObject(value, 'the answer');
      names.add(
        checkList(indexes, 'the indexes').map((one) => checkText(checkObject(one, 'an index')['indexName'], 'a name')),
      );
      return typeof nextToken === 'string' ? nextToken : '';
    });
  } while (token !== '');
  return names.values;
}
