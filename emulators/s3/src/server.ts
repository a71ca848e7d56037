import { createEmulator, createFaults, bytesOf, textOf, type Emulator, type InitialFaults } from '@vsm/emulator-faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listing } from './listing.ts';
import { etagOf, type StoredObject } from './objects.ts';
import { escapeXml, printProblem, S3Problem } from './problem.ts';
import { checkCondition, checkSum, metadataOf, noSuchKey, notImplemented, rangeOf } from './requests.ts';
import { answer, Uploads, type MultipartUpload } from './uploads.ts';

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
  /** Of a bucket, the multipart uploads that were begun and neither completed nor aborted. */
  readonly uploadsOf: (bucket: string) => readonly MultipartUpload[];
}

const BODY_BYTES = 64 * 1024 * 1024;

interface Bucket {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Uploads;
}

/** Amazon S3 in this process, on loopback, in memory, with buckets in the path. */
export async function startS3Emulator(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const buckets = new Map(
    (options.buckets ?? []).map((name): [string, Bucket] => [
      name,
      { name, objects: new Map(), uploads: new Uploads() },
    ]),
  );
  const { server, emulator, listen } = createEmulator(createFaults(options.faults ?? {}), {
    bodyLimit: BODY_BYTES,
    print: ({ status, message }) => ({
      type: 'application/xml',
      body: printProblem(status === 429 || status === 503 ? 'SlowDown' : 'InternalError', message),
    }),
  });
  server.all('/*', async (request, reply) => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://s3');
    const [name = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new S3Problem(404, 'NoSuchBucket', 'The specified bucket does not exist');
    const key = rest.join('/');
    if (key !== '')
      return isOfUpload(query) ? ofUpload(bucket, key, query, request, reply) : ofObject(bucket, key, request, reply);
    if (request.method !== 'GET') throw notImplemented();
    if (query.has('uploads')) return xml(reply, bucket.uploads.list(name, query.get('prefix') ?? ''));
    if (query.get('list-type') !== '2') throw notImplemented();
    return xml(reply, listing(name, bucket.objects, query, options.pageKeys ?? 1000));
  });
  server.setErrorHandler((error, request, reply) => {
    if (!(error instanceof S3Problem)) throw error;
    // An answer to HEAD has no body.
    if (request.method === 'HEAD') return reply.code(error.status).send();
    return xml(reply.code(error.status), printProblem(error.code, error.message));
  });
  await listen(options.port);
  return Object.assign(emulator, {
    buckets: new Map([...buckets].map(([name, { objects }]) => [name, objects])),
    uploadsOf: (name: string) => [...(buckets.get(name)?.uploads.open.values() ?? [])],
  });
}

function ofObject({ objects }: Bucket, key: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { headers, method } = request;
  const stored = objects.get(key);
  switch (method) {
    case 'PUT': {
      const bytes = bytesOf(request);
      checkSum(headers, bytes);
      checkCondition(headers, stored);
      objects.set(key, { bytes, modified: new Date(), metadata: metadataOf(headers) });
      return reply.header('etag', etagOf({ bytes })).send();
    }
    case 'GET':
    case 'HEAD': {
      if (stored === undefined) throw noSuchKey();
      checkCondition(headers, stored);
      const { bytes, modified, metadata } = stored;
      reply
        .header('etag', etagOf(stored))
        .header('last-modified', modified.toUTCString())
        .header('content-type', 'binary/octet-stream')
        .headers({ ...metadata });
      if (method === 'HEAD') return reply.header('content-length', bytes.length).send();
      const range = rangeOf(headers, bytes.length);
      if (range === undefined) return reply.send(bytes);
      const { start, end } = range;
      reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${bytes.length}`);
      return reply.send(bytes.subarray(start, end));
    }
    case 'DELETE':
      objects.delete(key);
      return reply.code(204).send();
    default:
      throw notImplemented();
  }
}

function isOfUpload(query: URLSearchParams): boolean {
  return query.has('uploads') || query.has('uploadId');
}

function ofUpload(
  { name, objects, uploads }: Bucket,
  key: string,
  query: URLSearchParams,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { headers, method } = request;
  const place = `<Bucket>${escapeXml(name)}</Bucket><Key>${escapeXml(key)}</Key>`;
  if (query.has('uploads')) {
    if (method !== 'POST') throw notImplemented();
    const { id } = uploads.begin(key, metadataOf(headers));
    return xml(reply, answer('InitiateMultipartUploadResult', `${place}<UploadId>${id}</UploadId>`));
  }
  const upload = uploads.find(key, query.get('uploadId') ?? '');
  switch (method) {
    case 'PUT': {
      const bytes = bytesOf(request);
      checkSum(headers, bytes);
      upload.parts.set(Number(query.get('partNumber')), bytes);
      return reply.header('etag', etagOf({ bytes })).send();
    }
    case 'POST': {
      checkCondition(headers, objects.get(key));
      const stored = uploads.complete(upload, textOf(request));
      objects.set(key, stored);
      uploads.open.delete(upload.id);
      const etag = escapeXml(etagOf(stored));
      return xml(reply, answer('CompleteMultipartUploadResult', `${place}<ETag>${etag}</ETag>`));
    }
    case 'DELETE':
      uploads.open.delete(upload.id);
      return reply.code(204).send();
    default:
      throw notImplemented();
  }
}

function xml(reply: FastifyReply, body: string): FastifyReply {
  return reply.header('content-type', 'application/xml').send(Buffer.from(body));
}
