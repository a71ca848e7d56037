import {
  createEmulator,
  createFaults,
  sendJson,
  type Emulator,
  type InitialFaults,
  type Refusal,
  type RefusalBody,
} from '@vsm/emulator-faults';
import { randomBytes } from 'node:crypto';
import type { ServerHttp2Session } from 'node:http2';
import { createServer as createNetServer, type AddressInfo, type Server } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import * as collections from './collection-handlers.ts';
import { createGrpcServer, type GrpcCall } from './grpc-server.ts';
import type { Call, Handler, State } from './handler.ts';
import * as points from './point-handlers.ts';
import { isObject, JsonSyntaxError, parseBody } from './json.ts';
import { formatError, Problem } from './problem.ts';

export interface QdrantEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** The version to be. From 1.19.0 on there is the `slice` condition. Default: 1.18.3. */
  readonly version?: string | undefined;
  /** Keys that the `api-key` header must hold; without them every request is let in. */
  readonly apiKey?: string | undefined;
  readonly readOnlyApiKey?: string | undefined;
  /** Whether custom shard keys can be created, as in a cluster. */
  readonly distributed?: boolean | undefined;
  /** Whether it speaks gRPC too, on the next port. Default: `false`. */
  readonly grpc?: boolean | undefined;
  /** Whether vectors go out over gRPC in the deprecated fields, as some versions send them. Default: `false`. */
  readonly deprecatedVectors?: boolean | undefined;
  readonly faults?: InitialFaults | undefined;
}

export interface QdrantEmulator extends Emulator {
  /** Called for every answered call over gRPC. */
  onCall: ((call: GrpcCall) => void) | undefined;
}

const BODY_LIMIT = 32 * 1024 * 1024;
const READS = /\/points(\/(scroll|count|query|query\/batch))?$/;
const OPEN = new Set(['/', '/healthz', '/readyz', '/livez']);

/** A Qdrant server in this process, on loopback, that keeps everything in memory. */
export async function startQdrantEmulator(options: QdrantEmulatorOptions = {}): Promise<QdrantEmulator> {
  const version = options.version ?? '1.18.3';
  const [major = 1, minor = 0] = version.split('.').map(Number);
  const faults = createFaults(options.faults ?? {});
  const state: State = {
    settings: {
      version,
      slices: major > 1 || minor >= 19,
      distributed: options.distributed ?? false,
      deprecatedVectors: options.deprecatedVectors ?? false,
    },
    peerId: randomBytes(8).readBigUInt64BE() | (1n << 62n),
    collections: new Map(),
    aliases: new Map(),
    lagMs: () => faults.writeLagMs,
  };
  // Larger than the real limit, which is answered by hand with the real text.
  const {
    server,
    emulator: started,
    listen: listenTo,
  } = createEmulator(faults, {
    bodyLimit: 4 * BODY_LIMIT,
    print: printRefusal,
    isSpared: (url) => OPEN.has(url),
  });
  const emulator: QdrantEmulator = Object.assign(started, { onCall: undefined });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send());
  server.addHook('onRequest', async (request, reply) => authorize(request, reply, options));

  const text = { 'content-type': 'text/plain; charset=utf-8' };
  server.get('/', (_request, reply) => sendJson(reply, 200, JSON.stringify(root(version))));
  server.get('/healthz', (_request, reply) => reply.headers(text).send('healthz check passed'));
  server.get('/livez', (_request, reply) => reply.headers(text).send('healthz check passed'));
  server.get('/readyz', (_request, reply) => reply.headers(text).send('all shards are ready'));
  addRoutes(server, state);
  await listenTo(options.port ?? (options.grpc === true ? await freePair() : undefined));
  const grpc = createGrpcServer({
    state,
    faults,
    refuse: (key, path) => refusal(key, /\/(Scroll|Get)$/.test(path), options)?.text,
    onCall: (call) => emulator.onCall?.(call),
  });
  const sessions = new Set<ServerHttp2Session>();
  grpc.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  if (options.grpc === true) await listen(grpc, emulator.port + 1);
  return Object.assign(emulator, {
    async close() {
      for (const session of sessions) session.destroy();
      grpc.close();
      await server.close();
    },
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

/** The first of two ports that follow each other and that nobody has. */
async function freePair(): Promise<number> {
  for (;;) {
    const [first, second] = [createNetServer(), createNetServer()];
    try {
      await listen(first, 0);
      const { port } = first.address() as AddressInfo;
      await listen(second, port + 1);
      return port;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    } finally {
      await Promise.all([first, second].map((probe) => new Promise((resolve) => probe.close(resolve))));
    }
  }
}

const root = (version: string): object => ({
  title: 'qdrant - vector search engine',
  version,
  ...(version === '1.18.3' && { commit: 'db8fa43fcb6aedec1e739487e17a99731b74590a' }),
});

function addRoutes(server: FastifyInstance, state: State): void {
  const one = '/collections/:name';
  const routes: [HTTPMethods, string, Handler][] = [
    ['GET', '/collections', collections.listCollections],
    ['GET', '/aliases', collections.listAliases],
    ['POST', '/collections/aliases', collections.changeAliases],
    ['PUT', one, collections.createCollection],
    ['GET', one, collections.describeCollection],
    ['PATCH', one, collections.patchCollection],
    ['DELETE', one, collections.dropCollection],
    ['GET', `${one}/exists`, collections.collectionExists],
    ['GET', `${one}/cluster`, collections.clusterInfo],
    ['GET', `${one}/aliases`, collections.collectionAliases],
    ['GET', `${one}/shards`, collections.listShardKeys],
    ['PUT', `${one}/shards`, collections.createShardKey],
    ['PUT', `${one}/index`, collections.createIndex],
    ['DELETE', `${one}/index/:item`, collections.deleteIndex],
    ['PUT', `${one}/points`, points.upsertPoints],
    ['POST', `${one}/points`, points.fetchPoints],
    ['GET', `${one}/points/:item`, points.fetchPoint],
    ['POST', `${one}/points/delete`, points.deletePoints],
    ['POST', `${one}/points/payload/delete`, points.deletePayload],
    ['POST', `${one}/points/scroll`, points.scrollPoints],
    ['POST', `${one}/points/count`, points.countPoints],
    ['POST', `${one}/points/query`, points.queryPoints],
    ['POST', `${one}/points/query/batch`, points.queryBatch],
  ];
  for (const [method, url, handler] of routes) {
    server.route({ method, url, handler: (request, reply) => answer(state, handler, request, reply) });
  }
}

async function answer(
  state: State,
  handler: Handler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(9);
  try {
    const { name = '', item = '' } = request.params as { readonly name?: string; readonly item?: string };
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const result = await handler(state, { name, item, query, ...readBody(request.body) });
    return sendJson(reply, 200, `{"result":${result},"status":"ok","time":${seconds()}}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const status = JSON.stringify({ error: error.message });
    return sendJson(reply, error.status, `{"status":${status},"time":${error.instant ? '0.0' : seconds()}}`);
  }
}

function readBody(body: unknown): Pick<Call, 'body' | 'column'> {
  if (!(body instanceof Buffer) || body.length === 0) return { body: {}, column: 0 };
  if (body.length > BODY_LIMIT) {
    throw new Problem(
      400,
      `JSON payload (${body.length} bytes) is larger than allowed (limit: ${BODY_LIMIT} bytes).`,
      true,
    );
  }
  const text = body.toString();
  try {
    const parsed = parseBody(text);
    if (!isObject(parsed)) throw formatError('invalid type, expected a map at line 1 column 1');
    return { body: parsed, column: text.length };
  } catch (error) {
    throw error instanceof JsonSyntaxError ? formatError(error.message) : error;
  }
}

function authorize(request: FastifyRequest, reply: FastifyReply, options: QdrantEmulatorOptions): void {
  if (OPEN.has(request.url)) return;
  const [path = ''] = request.url.split('?');
  const reads = request.method === 'GET' || (request.method === 'POST' && READS.test(path));
  const given = request.headers['api-key'];
  const refused = refusal(typeof given === 'string' ? given : undefined, reads, options);
  if (refused === undefined) return;
  if (refused.status === 403) {
    sendJson(reply, 403, JSON.stringify({ status: { error: `Forbidden: ${refused.text}` }, time: 0 }));
    return;
  }
  reply.code(401).header('content-type', 'text/plain; charset=utf-8').send(refused.text);
}

/** What a key lacks for a request. */
function refusal(
  given: string | undefined,
  reads: boolean,
  { apiKey, readOnlyApiKey }: QdrantEmulatorOptions,
): { readonly status: 401 | 403; readonly text: string } | undefined {
  if (apiKey === undefined && readOnlyApiKey === undefined) return undefined;
  if (given !== undefined && given === apiKey) return undefined;
  if (given !== undefined && given === readOnlyApiKey) {
    return reads ? undefined : { status: 403, text: 'Global manage access is required' };
  }
  const text =
    given === undefined ? 'Must provide an API key or an Authorization bearer token' : 'Invalid API key or JWT';
  return { status: 401, text };
}

function printRefusal({ message }: Refusal): RefusalBody {
  return { type: 'application/json', body: JSON.stringify({ status: { error: message }, time: 0 }) };
}
