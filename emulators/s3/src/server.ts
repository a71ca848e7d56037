import { createHash } from 'node:crypto';
import { createEmulator, createFaults, bytesOf, type Emulator, type InitialFaults } from '@vsm/emulator-faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listing } from './listing.ts';
import { etagOf, type StoredObject } from './objects.ts';
import { printProblem, S3Problem } from './problem.ts';

export interface S3EmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** Buckets that are there from the beginning. */
  readonly buckets?: readonly string[] | undefined;
  /** Keys of one page of a list. Default: 1000. */
  readonly pageKeys?: number | undefined;
  readonly faults?: InitialFaults | undefined;
}

export interface S3Emulator extends Emulator {
  /** Objects by key, of each bucket. Change them to damage them. */
  readonly buckets: ReadonlyMap<string, Map<string, StoredObject>>;
}

const BODY_BYTES = 64 * 1024 * 1024;

/** Amazon S3 in this process, on loopback, in memory, with buckets in the path. */
export async function startS3Emulator(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const buckets = new Map((options.buckets ?? []).map((name) => [name, new Map<string, StoredObject>()]));
  const { server, emulator, listen } = createEmulator(createFaults(options.faults ?? {}), {
    bodyLimit: BODY_BYTES,
    print: ({ status, message }) => ({
      type: 'application/xml',
      body: printProblem(status === 429 || status === 503 ? 'SlowDown' : 'InternalError', message),
    }),
  });
  server.all('/*', async (request, reply) => {
    const { pathname, searchParams } = new URL(request.url, 'http://s3');
    const [bucketName = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const bucket = buckets.get(bucketName);
    if (bucket === undefined) throw new S3Problem(404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '') {
      const isList = request.method === 'GET' && searchParams.get('list-type') === '2';
      if (!isList || searchParams.has('delimiter')) throw notImplemented();
      return xml(reply, listing(bucketName, bucket, searchParams, options.pageKeys ?? 1000));
    }
    switch (request.method) {
      case 'PUT':
        return put(bucket, key, request, reply);
      case 'GET':
        return get(bucket, key, request, reply);
      case 'DELETE':
        bucket.delete(key);
        return reply.code(204).send();
      default:
        throw notImplemented();
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof S3Problem)) throw error;
    return xml(reply.code(error.status), printProblem(error.code, error.message));
  });
  await listen(options.port);
  return Object.assign(emulator, { buckets });
}

function put(
  bucket: Map<string, StoredObject>,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const bytes = bytesOf(request);
  const wanted = request.headers['x-amz-checksum-sha256'];
  if (wanted !== undefined && wanted !== createHash('sha256').update(bytes).digest('base64')) {
    throw new S3Problem(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
  bucket.set(key, { bytes, modified: new Date() });
  return reply.header('etag', etagOf(bytes)).send();
}

function get(
  bucket: Map<string, StoredObject>,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (request.headers.range !== undefined) throw notImplemented();
  const stored = bucket.get(key);
  if (stored === undefined) throw new S3Problem(404, 'NoSuchKey', 'The specified key does not exist.');
  const { bytes, modified } = stored;
  reply
    .header('etag', etagOf(bytes))
    .header('last-modified', modified.toUTCString())
    .header('content-type', 'binary/octet-stream');
  return reply.send(bytes);
}

function notImplemented(): S3Problem {
  return new S3Problem(501, 'NotImplemented', 'A header or operation that this emulator does not have');
}

function xml(reply: FastifyReply, body: string): FastifyReply {
  return reply.header('content-type', 'application/xml').send(Buffer.from(body));
}
