import {
  checkList,
  checkObject,
  checkText,
  CursorTrail,
  invalidCursor,
  invalidPartition,
  RemoteError,
  VsmError,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { CollectionContext } from './context.ts';
import { nameParts } from './index-info.ts';
import { fromWire } from './mapping.ts';

export type Reader = Required<Pick<CollectionV1, 'count' | 'partition' | 'scan' | 'fetch'>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_S3VectorBuckets_ListVectors.html */
const [MOST_LISTED, MOST_SEGMENTS] = [1000, 16];
/** Pages without a vector, one behind the other, and still with a next one. */
const MOST_EMPTY = 1000;

interface Page<One> {
  readonly found: readonly One[];
  readonly token: string | undefined;
}

/** One page of a listing, whose parts are JSON. */
export function listVectors<One>(
  client: Client,
  name: string,
  request: {
    readonly action: string;
    readonly parts: readonly string[];
    readonly limit: number;
    readonly token?: string | undefined;
  },
  options: CallOptions | undefined,
  read: (value: unknown) => One,
): Promise<Page<One>> {
  const { action, parts, limit, token } = request;
  const next = token === undefined ? [] : [`"nextToken":${JSON.stringify(token)}`];
  const body = `${[nameParts(client, name), `"maxResults":${limit}`, ...parts, ...next].join(',')}}`;
  return client.ask('ListVectors', `${action} "${name}"`, body, options, (value) => {
    const { vectors, nextToken } = checkObject(value, 'the answer');
    const found = checkList(vectors, 'the vectors', limit).map(read);
    const behind =
      nextToken === undefined || nextToken === null ? '' : checkText(nextToken, 'the token of the next page');
    if (behind !== '' && behind === token)
      throw new WrongAnswer('the next page is the one that was asked for: it does not end');
    return { found, token: behind === '' ? undefined : behind };
  });
}

export function createReader({ client, name, places }: CollectionContext): Reader {
  const keyOf = (value: unknown): string => checkText(checkObject(value, 'a vector')['key'], 'a key');

  return {
    /** There is no count: https://github.com/aws/aws-sdk-js-v3/issues/7305 */
    async count(_request, options) {
      let value = 0;
      const trail = new CursorTrail(name);
      let token: string | undefined;
      let empty = 0;
      do {
        const request = { action: 'count the records of', parts: [], limit: MOST_LISTED, token };
        const page = await listVectors(client, name, request, options, keyOf);
        value += page.found.length;
        empty = page.found.length === 0 ? empty + 1 : 0;
        checkEmpty(empty, client, name);
        token = trail.next({ cursor: page.token ?? null });
      } while (token !== undefined);
      return { value, exact: true };
    },
    async partition(target) {
      const count = Math.min(target, MOST_SEGMENTS);
      return Array.from({ length: count }, (_, index) => ({ id: `${index}/${count}` }));
    },
    async scan({ partition, cursor, limit, include }, options) {
      const segment = partition === undefined ? [] : readSegment(partition.id, name);
      const [token, empty] = cursor === undefined ? [undefined, 0] : readCursor(cursor, name);
      const [vectors, metadata] = [include.includes('vectors'), include.includes('metadata')];
      const parts = [
        ...segment,
        ...(vectors ? ['"returnData":true'] : []),
        ...(metadata ? ['"returnMetadata":true'] : []),
      ];
      const request = { action: 'read', parts, limit: Math.min(limit, MOST_LISTED), token };
      const page = await listVectors(client, name, request, options, (value) => fromWire(value, places())).catch(
        (error: unknown) => {
          throw token === undefined ? error : staleToken(error, name);
        },
      );
      const without = page.found.length === 0 ? empty + 1 : 0;
      checkEmpty(without, client, name);
      return { records: page.found, cursor: page.token === undefined ? null : JSON.stringify([page.token, without]) };
    },
    async fetch(ids, options): Promise<VectorRecord[]> {
      const body = `${nameParts(client, name)},"keys":${JSON.stringify(ids)},"returnData":true,"returnMetadata":true}`;
      return client.ask('GetVectors', `fetch from "${name}"`, body, options, (value) =>
        checkList(checkObject(value, 'the answer')['vectors'], 'the vectors', ids.length).map((one) =>
          fromWire(one, places()),
        ),
      );
    },
  };
}

function checkEmpty(empty: number, { location }: Client, name: string): void {
  if (empty < MOST_EMPTY) return;
  const message = `s3vectors: cannot read "${name}": ${location} gave ${empty} pages without a vector; its pages do not end`;
  throw new RemoteError(message, {
    adapter: 's3vectors',
    retryable: false,
    cause: new WrongAnswer('the pages do not end'),
  });
}

function readSegment(id: string, name: string): string[] {
  const [, index, count] = /^(\d{1,2})\/(\d{1,2})$/.exec(id) ?? [];
  if (index !== undefined && count !== undefined)
    return [`"segmentIndex":${Number(index)}`, `"segmentCount":${Number(count)}`];
  throw invalidPartition('s3vectors', id, name);
}

function readCursor(cursor: string, name: string): [string, number] {
  try {
    const [token, empty] = JSON.parse(cursor) as unknown[];
    if (typeof token === 'string' && typeof empty === 'number') return [token, empty];
  } catch {
    // Said below.
  }
  throw invalidCursor('s3vectors', cursor, name);
}

/** How long a token is good is not documented; a scan with one that is not begins again. */
function staleToken(error: unknown, name: string): unknown {
  if (!(error instanceof RemoteError) || error.status !== 400 || !/token/i.test(error.message)) return error;
  const message = `s3vectors: the cursor into "${name}" is no longer good: ${error.message}`;
  return new VsmError('INVALID_CURSOR', message, { adapter: 's3vectors', cause: error });
}
