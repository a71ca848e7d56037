import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { etagOf, type StoredObject } from './objects.ts';
import { S3Problem } from './problem.ts';

/** What a request says about itself, checked. */
export function checkSum(headers: IncomingHttpHeaders, bytes: Buffer): void {
  const wanted = headers['x-amz-checksum-sha256'];
  if (wanted === undefined || wanted === createHash('sha256').update(bytes).digest('base64')) return;
  throw new S3Problem(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
}

/** @throws S3Problem `PreconditionFailed` where another object is there than was expected */
export function checkCondition(headers: IncomingHttpHeaders, stored: StoredObject | undefined): void {
  const { 'if-match': wanted, 'if-none-match': unwanted } = headers;
  if (unwanted !== undefined && unwanted !== '*') throw notImplemented();
  if (wanted !== undefined && stored === undefined) throw noSuchKey();
  const isMet =
    (wanted === undefined || (stored !== undefined && etagOf(stored) === wanted)) &&
    (unwanted === undefined || stored === undefined);
  if (isMet) return;
  const message = 'At least one of the pre-conditions you specified did not hold';
  throw new S3Problem(412, 'PreconditionFailed', message);
}

/** The part of an object that is asked for, `undefined` for all of it. */
export function rangeOf(headers: IncomingHttpHeaders, size: number): { start: number; end: number } | undefined {
  if (headers.range === undefined) return undefined;
  const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range) ?? [];
  if (start === undefined || last === undefined) throw notImplemented();
  if (Number(start) >= size) throw new S3Problem(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { start: Number(start), end: Math.min(size, Number(last) + 1) };
}

export function metadataOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}

export function noSuchKey(): S3Problem {
  return new S3Problem(404, 'NoSuchKey', 'The specified key does not exist.');
}

export function notImplemented(): S3Problem {
  return new S3Problem(501, 'NotImplemented', 'A header or operation that this emulator does not have');
}
