export { createS3Vectors } from './s3vectors.ts';
export { openLocation } from './location.ts';
export type { S3VectorsOptions } from './options.ts';
