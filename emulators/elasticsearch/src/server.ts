import { own, setOwn } from '@vsm/core/adapter';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bulk } from './bulk.ts';
import { Problem } from './problem.ts';
import { search, sourceOf } from './search.ts';
import { Index, State, type Json, type Object_ } from './state.ts';

export interface ElasticsearchEmulator {
  readonly url: string;
  close(): Promise<void>;
}

interface Asked {
  readonly state: State;
  readonly name: string;
  readonly body: string;
  readonly parameters: URLSearchParams;
}
type Handler = (asked: Asked) => object | string;

const parse = (body: string): Object_ => (body === '' ? {} : (JSON.parse(body) as Object_));
const shardsOf = ({ shards }: Index): object => ({ total: shards, successful: shards, skipped: 0, failed: 0 });

/** By method and path, in which `*` is the name of an index. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /': ({ state }) => ({
    name: 'n1',
    cluster_name: 'vsm-test',
    cluster_uuid: state.uuid,
    version: { distribution: 'opensearch', number: '2.19.1' },
    tagline: 'The OpenSearch Project: https://opensearch.org/',
  }),
  'GET /*/allocation': () => [
    { node: 'n1', host: '127.0.0.1', 'disk.avail': '50000000000' },
    // The copies that one node has no place for.
    { node: 'UNASSIGNED', host: null, 'disk.avail': null },
  ],
  'GET /_resolve/index/*': ({ state, name }) => {
    if (!name.includes('*')) state.index(name);
    const names = [...state.indices.keys()].filter((one) => name === '*' || one === name).toSorted();
    return { indices: names.map((one) => ({ name: one, attributes: ['open'] })), aliases: [], data_streams: [] };
  },
  'PUT /*': ({ state, name, body }) => {
    if (state.indices.has(name)) {
      throw new Problem(
        400,
        'resource_already_exists_exception',
        `index [${name}/${state.index(name).uuid}] already exists`,
      );
    }
    state.indices.set(name, new Index(name, parse(body)));
    return { acknowledged: true, shards_acknowledged: true, index: name };
  },
  'GET /*': ({ state, name }) => {
    const { mappings, properties, settings } = state.index(name);
    return { [name]: { aliases: {}, mappings: { ...mappings, properties }, settings: { index: settings } } };
  },
  'DELETE /*': ({ state, name }) => {
    state.index(name);
    state.indices.delete(name);
    return { acknowledged: true };
  },
  'GET /*/_alias': ({ state, name }) => ({ [state.index(name).name]: { aliases: {} } }),
  'PUT /*/_mapping': ({ state, name, body }) => {
    Object.assign(state.index(name).properties, parse(body)['properties']);
    return { acknowledged: true };
  },
  'GET /*/_settings': ({ state, name }) => ({ [name]: { settings: { index: state.index(name).settings } } }),
  'GET /*/_settings/index.uuid': ({ state, name }) => ({
    [name]: { settings: { index: { uuid: state.index(name).uuid } } },
  }),
  'PUT /*/_settings': ({ state, name, body }) => {
    const { settings } = state.index(name);
    for (const [key, value] of Object.entries(parse(body)['index'] as Object_)) {
      if (value === null) delete settings[key];
      else setOwn(settings, key, JSON.stringify(value).replaceAll('"', ''));
    }
    return { acknowledged: true };
  },
  'POST /*/_bulk': ({ state, name, body, parameters }) => {
    const index = state.index(name);
    const result = bulk(index, body);
    if (parameters.get('refresh') === 'true') index.refresh();
    return result;
  },
  'POST /*/_refresh': ({ state, name }) => {
    const index = state.index(name);
    index.refresh();
    return { _shards: { total: index.shards, successful: index.shards, failed: 0 } };
  },
  'GET /*/_count': (asked) => count(asked),
  'POST /*/_count': (asked) => count(asked),
  'GET /*/_stats/docs': ({ state, name }) => {
    const primaries = { docs: { count: state.index(name).visible.length, deleted: 0 } };
    return { _all: { primaries, total: primaries } };
  },
  'POST /*/_mget': ({ state, name, body }) => {
    const index = state.index(name);
    const docs = (parse(body)['ids'] as readonly string[]).map((id) => {
      const found = index.documents.get(id);
      const head = `"_index":${JSON.stringify(name)},"_id":${JSON.stringify(id)}`;
      return found === undefined
        ? `{${head},"found":false}`
        : `{${head},"found":true,"_source":${sourceOf(found, true)}}`;
    });
    return `{"docs":[${docs.join(',')}]}`;
  },
  'POST /*/_search': ({ state, name, body, parameters }) => search(state.index(name), parse(body), parameters),
};

function count({ state, name, body }: Asked): object {
  const index = state.index(name);
  const query: Json = parse(body)['query'] ?? { match_all: {} };
  const found = JSON.parse(search(index, { query, size: 10_000, _source: false }, new URLSearchParams())) as {
    readonly hits: { readonly hits: readonly unknown[] };
  };
  return { count: found.hits.hits.length, _shards: shardsOf(index) };
}

/** An OpenSearch in this process, on loopback, that keeps everything in memory. `apiKey`: what the header must have. */
export async function startElasticsearchEmulator(
  options: { readonly apiKey?: string } = {},
): Promise<ElasticsearchEmulator> {
  const state = new State();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const refused = options.apiKey !== undefined && request.headers.authorization !== `ApiKey ${options.apiKey}`;
      const body = Buffer.concat(chunks).toString();
      const { status, text } = refused
        ? { status: 401, text: '{"error":"Unauthorized","status":401}' }
        : answer(state, request.method ?? '', request.url ?? '/', body);
      response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a request gets. */
export function answer(
  state: State,
  method: string,
  url: string,
  body: string,
): { readonly status: number; readonly text: string } {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, prefix = '/', raw = '', rest = ''] = /^(\/_resolve\/index\/|\/)([^/]*)(\/.*)?$/.exec(pathname) ?? [];
  const route = `${method} ${prefix}${raw === '' ? '' : '*'}${rest}`;
  const handler = own(HANDLERS, route);
  if (handler === undefined)
    return { status: 400, text: JSON.stringify({ error: `no handler found for uri [${url}] and method [${method}]` }) };
  try {
    const result = handler({ state, name: decodeURIComponent(raw), body, parameters: searchParams });
    return { status: 200, text: typeof result === 'string' ? result : JSON.stringify(result) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: error.status, text: JSON.stringify(error.body) };
  }
}
