import { parseLocation } from '@vsm/core/adapter';
import { invalidOptions } from '../errors.ts';

export interface S3Location {
  readonly bucket: string;
  /** Without a slash at its end; empty for the bucket itself. */
  readonly prefix: string;
  /** Of a server that speaks the protocol; Amazon's where left out. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

export function isS3(path: string): boolean {
  return /^s3:\/\//i.test(path);
}

/** Reads `s3://bucket/prefix?endpoint=https://…&region=…`. */
export function parseS3(path: string): S3Location {
  const { path: rest, parameters } = parseLocation(path, ['endpoint', 'region']);
  const [, bucket, prefix = ''] = /^\/\/([^/]+)(?:\/(.*?))?\/*$/s.exec(rest) ?? [];
  if (bucket === undefined) throw invalidOptions(`"${path}" names no bucket. Write s3://bucket/prefix.`);
  return { bucket, prefix, endpoint: parameters.get('endpoint'), region: parameters.get('region') };
}
