import { isMetadataObject, parseJson, stringifyJson, type MetadataValue } from '@vsm/core/adapter';
import {
  createEmulator,
  createFaults,
  sendJson,
  textOf,
  type Emulator,
  type InitialFaults,
} from '@vsm/emulator-faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as indexes from './index-handlers.ts';
import type { Handler } from './index-handlers.ts';
import { invalid, printProblem, Problem, statusOf, typeOf } from './problem.ts';
import { isSigned, type Credentials } from './signature.ts';
import type { Body, State } from './state.ts';
import * as vectors from './vector-handlers.ts';

export interface S3VectorsEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** Whose signature every request must bear; without it anybody is let in. */
  readonly credentials?: Credentials | undefined;
  /** Vector buckets that are there from the beginning. */
  readonly buckets?: readonly string[] | undefined;
  readonly faults?: InitialFaults | undefined;
}

export type S3VectorsEmulator = Emulator;

const BODY_BYTES = 20 * 1024 * 1024;

const HANDLERS: Readonly<Record<string, Handler>> = {
  '/CreateVectorBucket': indexes.createVectorBucket,
  '/CreateIndex': indexes.createIndex,
  '/GetIndex': indexes.getIndex,
  '/ListIndexes': indexes.listIndexes,
  '/DeleteIndex': indexes.deleteIndex,
  '/PutVectors': vectors.putVectors,
  '/GetVectors': vectors.getVectors,
  '/ListVectors': vectors.listVectors,
  '/DeleteVectors': vectors.deleteVectors,
  '/QueryVectors': vectors.queryVectors,
};

/** Amazon S3 Vectors in this process, on loopback, in memory. */
export async function startS3VectorsEmulator(options: S3VectorsEmulatorOptions = {}): Promise<S3VectorsEmulator> {
  const faults = createFaults(options.faults ?? {});
  const state: State = { buckets: new Map((options.buckets ?? []).map((name) => [name, new Map()])) };
  const { server, emulator, listen } = createEmulator(faults, {
    bodyLimit: 2 * BODY_BYTES,
    print: ({ status, message }) => ({
      type: 'application/json',
      body: printProblem(typeOf(status), message),
    }),
  });
  for (const [url, handler] of Object.entries(HANDLERS)) {
    server.post(url, (request, reply) => {
      const { credentials } = options;
      if (credentials !== undefined && !isSigned(request, textOf(request), credentials)) {
        throw new Problem(
          'AccessDeniedException',
          'The request signature we calculated does not match the signature you provided',
        );
      }
      return sendJson(reply, 200, stringifyJson(handler(state, bodyOf(request)) as MetadataValue));
    });
  }
  server.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Problem)) throw error;
    return refuse(reply, statusOf(error), error.type, error.message, error.path);
  });
  server.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'UnknownOperationException', 'no such operation'));
  await listen(options.port);
  return emulator;
}

function bodyOf(request: FastifyRequest): Body {
  const text = textOf(request);
  if (Buffer.byteLength(text) > BODY_BYTES) throw invalid('', 'Request size exceeds 20 MiB');
  const parsed = parseJson(text === '' ? '{}' : text);
  if (isMetadataObject(parsed)) return parsed;
  throw invalid('', 'The body must be a structure');
}

function refuse(reply: FastifyReply, status: number, type: string, message: string, path?: string): FastifyReply {
  return sendJson(reply.header('x-amzn-errortype', type), status, printProblem(type, message, path));
}
