import {
  HTTP_PARAMETERS,
  httpParameters,
  invalidOption,
  invalidPath,
  parseLocation,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createS3Vectors } from './s3vectors.ts';

const PARAMETERS = ['region', 'endpoint', 'document', 'metadata', 'ignore', ...HTTP_PARAMETERS];

/** Opens `s3vectors:bucket/index?region=us-east-1`. Keys come from the credential chain of the SDK alone. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters, query } = parseLocation(location, PARAMETERS);
  const [, bucket, index] = /^([a-z0-9-]+)(?:\/([a-z0-9.-]+|\*))?\/?$/.exec(path) ?? [];
  if (bucket === undefined) {
    throw invalidPath(
      's3vectors',
      path,
      'a vector bucket and an index, such as s3vectors:my-bucket/docs?region=us-east-1',
      'another address goes behind ?endpoint=',
    );
  }
  if (options.apiKey !== undefined) {
    throw invalidOption(
      's3vectors',
      'there is no single key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
    );
  }
  return {
    store: createS3Vectors({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      bucket,
      region: parameters.get('region'),
      endpoint: parameters.get('endpoint'),
    }),
    collection: index,
  };
}
