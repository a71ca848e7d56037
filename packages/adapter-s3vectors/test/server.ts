import { CreateIndexCommand, PutVectorsCommand, S3VectorsClient, type PutInputVector } from '@aws-sdk/client-s3vectors';
import { createS3Vectors, type S3VectorsOptions } from '@vsm/adapter-s3vectors';
import type { DisposableStore } from '@vsm/core/adapter';
import { startS3VectorsEmulator, type S3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { onTestFinished } from 'vitest';

export interface TestServer {
  readonly emulator: S3VectorsEmulator;
  readonly client: S3VectorsClient;
  readonly open: (options?: Partial<S3VectorsOptions>) => DisposableStore;
  /** An index as an application makes it, with these vectors in it. */
  readonly application: (name: string, nonFilterable: string[], vectors: PutInputVector[]) => Promise<void>;
}

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** A service of this test's own, with the vendor's client beside ours. */
export async function testServer(): Promise<TestServer> {
  const emulator = await startS3VectorsEmulator({ credentials, buckets: ['bucket'] });
  const place = { endpoint: emulator.url, region: 'us-east-1', credentials };
  const client = new S3VectorsClient({ ...place, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await emulator.close();
  });
  return {
    emulator,
    client,
    open(options) {
      const store = createS3Vectors({ bucket: 'bucket', ...place, ...options });
      onTestFinished(() => store.close());
      return store;
    },
    async application(indexName, nonFilterableMetadataKeys, vectors) {
      const index = { vectorBucketName: 'bucket', indexName };
      const shape = { dataType: 'float32', dimension: 2, distanceMetric: 'cosine' } as const;
      const config = nonFilterableMetadataKeys.length > 0 && { metadataConfiguration: { nonFilterableMetadataKeys } };
      await client.send(new CreateIndexCommand({ ...index, ...shape, ...config }));
      await client.send(new PutVectorsCommand({ ...index, vectors }));
    },
  };
}
