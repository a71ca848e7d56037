import { parsePlainJson } from '@vsm/core/adapter';
import {
  bytesOf,
  createEmulator,
  createFaults,
  sendJson,
  type Emulator,
  type InitialFaults,
} from '@vsm/emulator-faults';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import * as control from './control-handlers.ts';
import type { Answer, ControlHandler } from './control-handlers.ts';
import * as data from './data-handlers.ts';
import type { DataHandler } from './data-handlers.ts';
import { printProblem, Problem } from './problem.ts';
import { isObject, type JsonObject } from './record.ts';
import { isReady, type State } from './state.ts';

export interface PineconeEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** The key that the `Api-Key` header must hold; without it every request with any key is let in. */
  readonly apiKey?: string | undefined;
  /** Answers as this version of the API, such as `2025-10`, whatever the header asks for. */
  readonly apiVersion?: string | undefined;
  /** How long a new index is not ready. Default: 10. */
  readonly readyAfterMs?: number | undefined;
  /** Longest path and query that are let through, in characters. Default: 8192. */
  readonly urlLimit?: number | undefined;
  /** `writeLagMs` is 25 unless given: Pinecone never shows a write at once. */
  readonly faults?: InitialFaults | undefined;
}

/** `url` is that of the control plane; requests to the data plane begin with `/hosts/` and the name of the index. */
export type PineconeEmulator = Emulator;

const BODY_LIMIT = 2 * 1024 * 1024;
const NEWEST = '2026-07';

/** Pinecone in this process, on loopback, in memory: the control plane and the vectors API of its serverless indexes. */
export async function startPineconeEmulator(options: PineconeEmulatorOptions = {}): Promise<PineconeEmulator> {
  const faults = createFaults({ writeLagMs: 25, ...options.faults });
  const { server, emulator, listen } = createEmulator(faults, {
    // Larger than the real limits, which are answered by hand with the real texts.
    bodyLimit: 16 * BODY_LIMIT,
    maxHeaderSize: 256 * 1024,
    print: (refusal, path) => printProblem(refusal, planeOf(path)),
  });
  const state: State = {
    indexes: new Map(),
    lagMs: () => faults.writeLagMs,
    readyAfterMs: options.readyAfterMs ?? 10,
    hostOf: (index) => `${emulator.url}/hosts/${index}`,
  };
  const check = (request: FastifyRequest): void => {
    if (request.url.length > (options.urlLimit ?? 8192)) throw new Problem(414, 'URI Too Long');
    const key = request.headers['api-key'];
    if (key === undefined || (options.apiKey !== undefined && key !== options.apiKey)) {
      throw new Problem(401, 'Invalid API Key');
    }
  };
  addRoutes(server, state, check, options.apiVersion);
  server.setNotFoundHandler((request, reply) => refuse(request, reply, new Problem(404, 'Not Found')));
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof Problem) return refuse(request, reply, error);
    throw error;
  });
  await listen(options.port);
  return emulator;
}

function addRoutes(
  server: FastifyInstance,
  state: State,
  check: (request: FastifyRequest) => void,
  fixedVersion: string | undefined,
): void {
  const controls: [HTTPMethods, string, ControlHandler][] = [
    ['GET', '/indexes', control.listIndexes],
    ['POST', '/indexes', control.createIndex],
    ['GET', '/indexes/:name', control.describeIndex],
    ['DELETE', '/indexes/:name', control.deleteIndex],
  ];
  for (const [method, url, handler] of controls) {
    server.route({
      method,
      url,
      async handler(request, reply) {
        check(request);
        const { name = '' } = request.params as { readonly name?: string };
        const asked = request.headers['x-pinecone-api-version'];
        const apiVersion = fixedVersion ?? (typeof asked === 'string' ? asked : NEWEST);
        return send(reply, handler(state, { name, body: readBody(request), apiVersion }));
      },
    });
  }
  const datas: [HTTPMethods, string, DataHandler][] = [
    ['POST', 'vectors/upsert', data.upsert],
    ['GET', 'vectors/fetch', data.fetchByIds],
    ['POST', 'vectors/fetch_by_metadata', data.fetchByMetadata],
    ['GET', 'vectors/list', data.list],
    ['POST', 'vectors/update', data.update],
    ['POST', 'vectors/delete', data.remove],
    ['POST', 'query', data.search],
    ['POST', 'describe_index_stats', data.stats],
    ['GET', 'namespaces', data.listNamespaces],
    ['POST', 'namespaces', data.makeNamespace],
    ['DELETE', 'namespaces/:item', data.dropNamespace],
  ];
  for (const [method, path, handler] of datas) {
    server.route({
      method,
      url: `/hosts/:index/${path}`,
      async handler(request, reply) {
        check(request);
        const { index: name = '', item = '' } = request.params as { readonly index?: string; readonly item?: string };
        const index = state.indexes.get(name);
        if (index === undefined) throw new Problem(404, `Index ${name} not found`);
        if (!isReady(index)) throw new Problem(503, `Index ${name} is not ready`);
        const { shape } = index.model;
        if (shape === undefined) throw new Problem(400, 'This index is served by the documents API');
        const query = new URLSearchParams(request.url.split('?')[1] ?? '');
        return send(reply, handler({ state, index, shape, query, body: readBody(request), item }));
      },
    });
  }
}

function readBody(request: FastifyRequest): JsonObject {
  const body = bytesOf(request);
  if (body.length > BODY_LIMIT) {
    const size = Math.ceil(body.length / 1024 / 1024);
    throw new Problem(400, `Request size ${size}MB exceeds the maximum supported size of 2MB`);
  }
  if (body.length === 0) return {};
  try {
    const parsed = parsePlainJson(body.toString());
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new Problem(400, 'The request body is not a JSON object');
}

const planeOf = (url: string): 'control' | 'data' => (url.startsWith('/hosts/') ? 'data' : 'control');

function refuse(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { type, body } = printProblem(problem, planeOf(request.url));
  return reply.code(problem.status).header('content-type', type).send(body);
}

function send(reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
  return sendJson(reply.headers({ ...headers }), status, body);
}
