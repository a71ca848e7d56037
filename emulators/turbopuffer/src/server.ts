import { isMetadataObject, parseJson, stringifyJson, type MetadataValue } from '@vsm/core/adapter';
import {
  createEmulator,
  createFaults,
  sendJson,
  textOf,
  type Emulator,
  type InitialFaults,
} from '@vsm/emulator-faults';
import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import type { Namespace } from './namespace.ts';
import { printProblem, Problem } from './problem.ts';
import { query } from './query.ts';
import type { Body, State } from './state.ts';
import { write } from './write.ts';

export interface TurbopufferEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** A key that the bearer token must be; without one every request with a token is let in. */
  readonly apiKey?: string | undefined;
  readonly faults?: InitialFaults | undefined;
}

export type TurbopufferEmulator = Emulator;

const NAMES_AT_ONCE = 100;

/** Turbopuffer in this process, on loopback, in memory. */
export async function startTurbopufferEmulator(options: TurbopufferEmulatorOptions = {}): Promise<TurbopufferEmulator> {
  const faults = createFaults(options.faults ?? {});
  const state: State = { namespaces: new Map() };
  const { server, emulator, listen } = createEmulator(faults, {
    bodyLimit: 512 * 1024 * 1024,
    print: (refusal) => ({ type: 'application/json', body: printProblem(refusal) }),
  });
  server.addHook('onRequest', async (request, reply) => {
    const token = request.headers.authorization;
    const right = options.apiKey === undefined ? token?.startsWith('Bearer ') : token === `Bearer ${options.apiKey}`;
    return right === true ? undefined : sendJson(reply, 401, printProblem({ message: 'invalid API key' }));
  });
  addRoutes(server, state);
  server.setNotFoundHandler((_request, reply) => sendJson(reply, 404, printProblem({ message: 'not found' })));
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Problem) return sendJson(reply, error.status, printProblem(error));
    throw error;
  });
  await listen(options.port);
  return emulator;
}

type Handler = (state: State, name: string, request: FastifyRequest) => MetadataValue | object;

function addRoutes(server: FastifyInstance, state: State): void {
  const routes: [HTTPMethods, string, Handler][] = [
    [
      'GET',
      '/v1/namespaces',
      (_state, _name, request) => listNamespaces(state, new URLSearchParams(request.url.split('?')[1])),
    ],
    ['POST', '/v2/namespaces/:name', (_state, name, request) => write(state, name, bodyOf(request))],
    ['DELETE', '/v2/namespaces/:name', (_state, name) => drop(state, name)],
    ['POST', '/v2/namespaces/:name/query', (_state, name, request) => query(namespaceOf(state, name), bodyOf(request))],
    ['GET', '/v2/namespaces/:name/metadata', (_state, name) => metadata(namespaceOf(state, name))],
    ['GET', '/v1/namespaces/:name/schema', (_state, name) => schemaOf(namespaceOf(state, name))],
  ];
  for (const [method, url, handler] of routes) {
    server.route({
      method,
      url,
      handler(request, reply) {
        const { name = '' } = request.params as { readonly name?: string };
        return sendJson(reply, 200, stringifyJson(handler(state, name, request) as MetadataValue));
      },
    });
  }
}

function namespaceOf(state: State, name: string): Namespace {
  const namespace = state.namespaces.get(name);
  if (namespace === undefined) throw new Problem(404, `namespace ${JSON.stringify(name)} was not found`);
  return namespace;
}

function listNamespaces(state: State, asked: URLSearchParams): object {
  const size = Math.min(Number(asked.get('page_size') ?? NAMES_AT_ONCE), 1000);
  const after = asked.get('cursor') ?? '';
  const names = [...state.namespaces.keys()]
    .filter((name) => name.startsWith(asked.get('prefix') ?? '') && name > after)
    .toSorted();
  const page = names.slice(0, size);
  return { namespaces: page.map((id) => ({ id })), ...(names.length > size && { next_cursor: page.at(-1) }) };
}

function drop(state: State, name: string): object {
  namespaceOf(state, name);
  state.namespaces.delete(name);
  return { status: 'OK' };
}

function schemaOf(namespace: Namespace): object {
  return Object.fromEntries(
    [...namespace.schema].map(([name, { type, filterable, ann }]) => [
      name,
      { type, filterable, ...(ann !== undefined && { ann }) },
    ]),
  );
}

function metadata(namespace: Namespace): object {
  return {
    schema: schemaOf(namespace),
    approx_logical_bytes: namespace.size * 100,
    approx_row_count: namespace.size,
    created_at: namespace.createdAt,
    updated_at: namespace.updatedAt,
    encryption: { mode: 'default' },
    index: { status: 'up-to-date' },
  };
}

function bodyOf(request: FastifyRequest): Body {
  try {
    const parsed = parseJson(textOf(request));
    if (isMetadataObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new Problem(400, 'the body must be a JSON object');
}
