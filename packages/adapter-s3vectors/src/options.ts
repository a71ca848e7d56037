import type { S3VectorsClientConfig } from '@aws-sdk/client-s3vectors';
import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  namedFields,
  readHttpOptions,
  readServiceUrl,
  type HttpOptions,
  type HttpSettings,
  type NamedFields,
  type ReadingOptions,
} from '@vsm/core/adapter';

export interface S3VectorsOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
  /** The vector bucket whose indexes are the collections. It has to be there. */
  readonly bucket: string;
  /** Default: what the SDK finds: `AWS_REGION`, then the profile. */
  readonly region?: string | undefined;
  /** In place of the service, such as a VPC endpoint. Default: what the SDK finds: `AWS_ENDPOINT_URL_S3VECTORS`, then the profile. */
  readonly endpoint?: string | undefined;
  /** Whose calls these are. Default: the credential chain of the SDK: environment, profile, SSO, the role of the machine. */
  readonly credentials?: S3VectorsClientConfig['credentials'] | undefined;
}

export interface Connection {
  readonly bucket: string;
  readonly config: Pick<S3VectorsClientConfig, 'region' | 'endpoint' | 'credentials'>;
  readonly http: HttpSettings;
  /** Without secrets. */
  readonly location: string;
  readonly fields: NamedFields;
}

const ADAPTER = 's3vectors';
const URL_RULES = {
  adapter: ADAPTER,
  option: 'endpoint',
  example: 'https://vpce-1a2b3c4d.s3vectors.us-east-1.vpce.amazonaws.com',
};

const NAMES: OptionNames<S3VectorsOptions> = {
  ...HTTP_OPTIONS,
  document: true,
  metadata: true,
  ignore: true,
  bucket: true,
  region: true,
  endpoint: true,
  credentials: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: S3VectorsOptions): Connection {
  checkOptionNames('s3vectors', options, NAMES);
  const { bucket, region = process.env['AWS_REGION'], credentials, document, metadata, ignore } = options;
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalidOption(
      ADAPTER,
      `\`bucket\` is a name of 3 to 63 small letters, digits and "-", but is ${JSON.stringify(bucket)}`,
    );
  }
  const endpoint = options.endpoint === undefined ? undefined : readServiceUrl(options.endpoint, URL_RULES);
  return {
    bucket,
    config: {
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials !== undefined && { credentials }),
    },
    http: readHttpOptions(ADAPTER, options),
    location: `${endpoint ?? (region === undefined ? 's3vectors:/' : `https://s3vectors.${region}.api.aws`)}/${bucket}`,
    fields: namedFields({ document, metadata, ignore }),
  };
}
