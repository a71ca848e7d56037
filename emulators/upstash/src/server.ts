import { parseJson, stringifyJson, type MetadataValue } from '@vsm/core/adapter';
import {
  createEmulator,
  createFaults,
  sendJson,
  textOf,
  type Emulator,
  type InitialFaults,
} from '@vsm/emulator-faults';
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as control from './control-handlers.ts';
import * as data from './data-handlers.ts';
import type { DataHandler } from './data-handlers.ts';
import { printProblem, Problem } from './problem.ts';
import type { Body, State } from './state.ts';

export interface UpstashEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** Of the management API; without it every key is let in. */
  readonly account?: { readonly email: string; readonly apiKey: string } | undefined;
  /** Of every index. Default: each has one of its own. */
  readonly token?: string | undefined;
  /** `writeLagMs` is 25 unless given: Upstash never shows a write at once. */
  readonly faults?: InitialFaults | undefined;
}

/** `url` is that of the management API, which says where an index is: its requests begin with `/hosts/` and its name. */
export type UpstashEmulator = Emulator;

const HANDLERS: Readonly<Record<string, DataHandler>> = {
  upsert: data.upsert,
  fetch: data.fetchVectors,
  range: data.range,
  delete: data.remove,
  query: data.query,
  info: data.info,
  'list-namespaces': data.listNamespaces,
  'delete-namespace': data.deleteNamespace,
};

/** Upstash Vector in this process, on loopback, in memory: the management API and the REST of its indexes. */
export async function startUpstashEmulator(options: UpstashEmulatorOptions = {}): Promise<UpstashEmulator> {
  const faults = createFaults({ writeLagMs: 25, ...options.faults });
  const { server, emulator, listen } = createEmulator(faults, {
    bodyLimit: 64 * 1024 * 1024,
    print: (refusal) => ({ type: 'application/json', body: printProblem(refusal) }),
  });
  const state: State = {
    indexes: new Map(),
    lagMs: () => faults.writeLagMs,
    newToken: () => options.token ?? randomUUID(),
    endpointOf: (name) => `${emulator.url}/hosts/${name}`,
  };

  const checkAccount = ({ headers }: FastifyRequest): void => {
    const { account } = options;
    const wanted = account && `Basic ${Buffer.from(`${account.email}:${account.apiKey}`).toString('base64')}`;
    if (wanted !== undefined && headers.authorization !== wanted) throw new Problem(401, 'Unauthorized');
  };
  server.get('/v2/vector/index', (request, reply) => {
    checkAccount(request);
    return send(reply, control.listIndexes(state));
  });
  server.post('/v2/vector/index', (request, reply) => {
    checkAccount(request);
    return send(reply, control.createIndex(state, bodyOf(request) as Body));
  });
  server.delete('/v2/vector/index/:id', (request, reply) => {
    checkAccount(request);
    return send(reply, control.deleteIndex(state, (request.params as { readonly id: string }).id));
  });
  for (const [operation, handler] of Object.entries(HANDLERS)) {
    const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const { index: named, namespace: name = '' } = request.params as {
        readonly index: string;
        readonly namespace?: string;
      };
      const index = state.indexes.get(named);
      if (index === undefined) throw new Problem(404, 'no such index');
      if (request.headers.authorization !== `Bearer ${index.token}`)
        throw new Problem(401, 'Unauthorized: Invalid auth token');
      return send(reply, { result: handler({ state, index, name, body: bodyOf(request) }) });
    };
    server.post(`/hosts/:index/${operation}`, answer);
    server.post(`/hosts/:index/${operation}/:namespace`, answer);
  }
  server.setNotFoundHandler((_request, reply) => refuse(reply, new Problem(404, 'Not Found')));
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Problem) return refuse(reply, error);
    throw error;
  });
  await listen(options.port);
  return emulator;
}

function bodyOf(request: FastifyRequest): MetadataValue {
  const text = textOf(request);
  try {
    return parseJson(text === '' ? '{}' : text);
  } catch {
    throw new Problem(400, 'The body must be JSON');
  }
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  return sendJson(reply, problem.status, printProblem(problem));
}

function send(reply: FastifyReply, answer: object | string): FastifyReply {
  return sendJson(reply, 200, stringifyJson(answer as MetadataValue));
}
