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

export const S3_PARAMETERS: readonly string[] = ['endpoint', 'region'];

/** A path of a bucket with those of the parameters of its location that are of S3. */
export function withS3Parameters(path: string, parameters: ReadonlyMap<string, string>): string {
  const query = new URLSearchParams([...parameters].filter(([name]) => S3_PARAMETERS.includes(name))).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Reads `s3://bucket/prefix?endpoint=https://…&region=…`. */
export function parseS3(path: string): S3Location {
  const { path: rest, parameters } = parseLocation(path, S3_PARAMETERS);
  const [, bucket, prefix = ''] = /^\/\/([^/]+)(?:\/(.*?))?\/*$/s.exec(rest) ?? [];
  if (bucket === undefined) throw invalidOptions(`"${path}" names no bucket. Write s3://bucket/prefix.`);
  const endpoint = parameters.get('endpoint');
  if (endpoint !== undefined && !isPlain(endpoint))
    throw invalidOptions(
      'the endpoint of a bucket is an address such as https://minio.example.org:9000, without a name or a password in it. Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    );
  return { bucket, prefix, endpoint, region: parameters.get('region') };
}

function isPlain(endpoint: string): boolean {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
