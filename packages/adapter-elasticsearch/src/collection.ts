import { type CollectionV1, objectAt, own, parsePlainJson, VsmError } from '@vsm/core/adapter';
import { createBulkLoad } from './bulk-load.ts';
import type { Client, Server } from './client.ts';
import { pathOf, type CollectionContext, type Seen } from './context.ts';
import { describeIndex } from './describe.ts';
import { readIndex, type IndexInfo } from './index-info.ts';
import { understandIndex } from './layout.ts';
import { ADAPTER, type ElasticsearchConnection } from './options.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import type { Rules } from './rules.ts';
import { readHits } from './search.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export interface Opening {
  readonly name: string;
  readonly opened: IndexInfo;
  readonly client: Client;
  readonly server: Server;
  readonly connection: ElasticsearchConnection;
}

/** Documents by whose fields an index of others is understood. */
const SAMPLE = 200;

export function openIndex({ name, opened, client, server, connection }: Opening): CollectionV1 {
  const { reading } = connection;
  let seen: Promise<Seen> | undefined;
  const see = async (info: IndexInfo, signal?: AbortSignal): Promise<Seen> => {
    const { manifest, vectors } = info;
    // Fields that VSM made take whatever it puts there.
    const rules = manifest?.keeps === true ? undefined : rulesOf(info);
    if (manifest !== undefined) return { info, places: { ...manifest, vectors, rules } };
    const sources = await sample(info, signal);
    const { layout, reading: readings, undecided } = understandIndex(info, sources, reading);
    return { info, places: { layout, vectors, copies: [], keeps: false, rules }, reading: readings, undecided };
  };
  const sample = (info: IndexInfo, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>[]> => {
    const source = server.hidesVectors ? { exclude_vectors: false } : true;
    const body = { size: SAMPLE, _source: source, sort: ['_doc'] };
    const request = {
      method: 'POST',
      path: pathOf(info, '_search'),
      action: `look into "${name}"`,
      body,
      signal,
    } as const;
    return client.askText(request, (text) =>
      readHits(text, (walker) => {
        let found: Readonly<Record<string, unknown>> | undefined;
        walker.object((key) => {
          const value = walker.value();
          if (key === '_source') found = parsePlainJson(value) as Readonly<Record<string, unknown>>;
        });
        return found;
      }),
    );
  };
  const keep = async (looking: Promise<Seen>): Promise<Seen> => {
    seen = looking;
    try {
      return await looking;
    } catch (error) {
      seen = undefined;
      throw error;
    }
  };
  const context: CollectionContext = {
    name,
    client,
    server,
    reading,
    seen: (signal) => seen ?? keep(see(opened, signal)),
    async look(signal) {
      const info = await readNow(client, opened.index, name, signal);
      if (info.uuid !== opened.uuid)
        throw new VsmError('NOT_FOUND', `${ADAPTER}: cannot read "${name}": the index was dropped and made anew`, {
          adapter: ADAPTER,
        });
      return keep(see(info, signal));
    },
  };
  const reader = createReader(context);
  return {
    name,
    describe: async (options) => describeIndex(name, await context.look(options?.signal), server),
    identify: async () => (server.uuid === undefined ? undefined : `${server.uuid}/${opened.uuid}`),
    count: reader.count,
    witness: reader.witness,
    partition: reader.partition,
    scan: reader.scan,
    fetch: reader.fetch,
    query: createQuery(context),
    witnessRecords: createWitness(context),
    ...createWriter(context, reader),
    ...createBulkLoad(context),
  };
}

function rulesOf({ mappings, settings }: IndexInfo): Rules {
  const ignores = objectAt(settings, 'mapping')?.['ignore_malformed'];
  return { mapping: mappings, ignoresMalformed: ignores === 'true' || ignores === true };
}

/** An index by its own name. */
export function readNow(client: Client, index: string, name: string, signal?: AbortSignal): Promise<IndexInfo> {
  const path = encodeURIComponent(index);
  return client.ask({ method: 'GET', path, action: `describe "${name}"`, signal }, (value) =>
    readIndex(index, own(value as Record<string, unknown>, index)),
  );
}
