import { GetVectorsCommand, S3VectorsClient, type S3VectorsClientConfig } from '@aws-sdk/client-s3vectors';
import type { Metadata, VectorRecord } from '@vsm/core/adapter';

/** Past the adapter, through the vendor's client. */
export async function readRaw(
  { bucket, ...config }: S3VectorsClientConfig & { readonly bucket: string },
  collection: string,
  id: string,
): Promise<VectorRecord | undefined> {
  const client = new S3VectorsClient(config);
  const { vectors } = await client.send(
    new GetVectorsCommand({
      vectorBucketName: bucket,
      indexName: collection,
      keys: [id],
      returnData: true,
      returnMetadata: true,
    }),
  );
  const [found] = vectors ?? [];
  if (found === undefined) return undefined;
  const { document, vsm_rest: rest, ...metadata } = found.metadata as Record<string, unknown>;
  return {
    id: found.key ?? '',
    vectors: { '': found.data?.float32 ?? [] },
    metadata: { ...metadata, ...JSON.parse(typeof rest === 'string' ? rest : '{}') } as Metadata,
    ...(typeof document === 'string' && { document }),
  };
}
