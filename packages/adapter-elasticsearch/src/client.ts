import { checkObject, checkText, createHttp, parsePlainJson, VsmError, type HttpRequest } from '@vsm/core/adapter';
import { exceptions } from './errors.ts';
import { ADAPTER, type ElasticsearchConnection } from './options.ts';
import { createSigner } from './sign.ts';

/** What answers. */
export interface Server {
  readonly dialect: 'elasticsearch' | 'opensearch';
  readonly version: string;
  /** Of the cluster, where it says so. */
  readonly uuid: string | undefined;
  /** Whether vectors have to be asked for by name, and may be: from Elasticsearch 9.1 on. */
  readonly hidesVectors: boolean;
}

interface Request extends Pick<HttpRequest, 'action' | 'method'> {
  /** Below the server; names in it are encoded. */
  readonly path: string;
  readonly body?: string | object | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** HTTP of one server. No SDK: each of the two speaks to one dialect, and rounds integers. */
export interface Client {
  readonly location: string;
  /** Gives what `read` makes of the parsed answer, whose numbers are rounded. */
  ask<Result>(request: Request, read: (value: unknown) => Result): Promise<Result>;
  /** The same with the text of the answer. */
  askText<Result>(request: Request, read: (text: string) => Result): Promise<Result>;
  server(signal?: AbortSignal): Promise<Server>;
  close(): void;
}

export function createClient(connection: ElasticsearchConnection): Client {
  const { server: base, http: settings, location } = connection;
  const http = createHttp(settings, exceptions);
  const sign = createSigner(connection.sign);
  const askText: Client['askText'] = async ({ path, body: given, ...request }, read) => {
    const body = typeof given === 'object' ? JSON.stringify(given) : given;
    const url = base + path;
    const headers = await sign?.({ method: request.method, url, body });
    return http.ask({ ...request, location, url, body, headers }, ({ bytes }) => read(bytes.toString()));
  };
  const ask: Client['ask'] = (request, read) => askText(request, (text) => read(parsePlainJson(text)));
  let known: Promise<Server> | undefined;
  return {
    location,
    ask,
    askText,
    async server(signal) {
      known ??= recognize(ask, signal);
      try {
        return await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
    close: () => http.close(),
  };
}

async function recognize(ask: Client['ask'], signal: AbortSignal | undefined): Promise<Server> {
  const action = 'recognise the server';
  const read = (value: unknown): Server => {
    const { version, cluster_uuid: uuid, tagline } = checkObject(value, 'the answer');
    const { number, distribution, build_flavor: flavor } = checkObject(version, 'the version');
    const isOpenSearch = distribution === 'opensearch' || /OpenSearch/.test(String(tagline));
    return serverOf(isOpenSearch, checkText(number, 'the number of the version'), uuid, flavor);
  };
  try {
    return await ask({ method: 'GET', path: '', action, signal }, read);
  } catch (error) {
    // Its root may be closed to a key, and is a module of its own that a node can lack.
    if (!VsmError.isInstance(error) || !/: 40[345] from /.test(error.message)) throw error;
  }
  const path = '_nodes?filter_path=nodes.*.version,nodes.*.build_flavor';
  const found = await ask({ method: 'GET', path, action, signal }, (value) => {
    const [node] = Object.values(checkObject(checkObject(value, 'the answer')['nodes'], 'the nodes'));
    return checkObject(node, 'a node');
  });
  const state = '_cluster/state/metadata?filter_path=cluster_uuid';
  const uuid = await ask(
    { method: 'GET', path: state, action, signal },
    (value) => checkObject(value, 'the state')['cluster_uuid'],
  );
  const { version, build_flavor: flavor } = found;
  return serverOf(flavor === undefined, checkText(version, 'the version of a node'), uuid, flavor);
}

function serverOf(isOpenSearch: boolean, version: string, uuid: unknown, flavor: unknown): Server {
  if (flavor === 'serverless') {
    const why = 'serverless projects hide their shards, in whose order records are read';
    throw new VsmError('UNSUPPORTED', `${ADAPTER}: ${why}`, { adapter: ADAPTER });
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return {
    dialect: isOpenSearch ? 'opensearch' : 'elasticsearch',
    version,
    uuid: typeof uuid === 'string' && uuid !== '_na_' ? uuid : undefined,
    hidesVectors: !isOpenSearch && (major > 9 || (major === 9 && minor >= 1)),
  };
}
