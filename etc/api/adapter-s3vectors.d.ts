// index.d.ts
export { createS3Vectors } from './s3vectors.ts';
export { openLocation } from './location.ts';
export type { S3VectorsOptions } from './options.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import type { S3VectorsClientConfig } from '@aws-sdk/client-s3vectors';
import { type HttpOptions, type HttpSettings, type NamedFields, type ReadingOptions } from '@vsm/core/adapter';
export interface S3VectorsOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
    readonly bucket: string;
    readonly region?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly credentials?: S3VectorsClientConfig['credentials'] | undefined;
}
export interface Connection {
    readonly bucket: string;
    readonly config: Pick<S3VectorsClientConfig, 'region' | 'endpoint' | 'credentials'>;
    readonly http: HttpSettings;
    readonly location: string;
    readonly fields: NamedFields;
}
export declare function readOptions(options: S3VectorsOptions): Connection;

// s3vectors.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type S3VectorsOptions } from './options.ts';
export declare function createS3Vectors(options: S3VectorsOptions): DisposableStore;
