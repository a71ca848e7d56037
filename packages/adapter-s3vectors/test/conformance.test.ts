import { testAdapter } from '@vsm/conformance/vitest';
import { startS3VectorsEmulator, type S3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { createS3Vectors, openLocation } from '@vsm/adapter-s3vectors';
import { afterAll } from 'vitest';
import { readRaw } from './raw.ts';

// S3VECTORS_BUCKET leads to the real service, by the credential chain of the SDK, and nothing else changes.
const realBucket = process.env['S3VECTORS_BUCKET'];
const secret = 'a-secret-that-must-not-show';
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: secret };
const bucket = realBucket ?? 'conformance';
const emulator: S3VectorsEmulator | undefined =
  realBucket === undefined ? await startS3VectorsEmulator({ credentials, buckets: [bucket] }) : undefined;
const place = emulator === undefined ? {} : { endpoint: emulator.url, region: 'us-east-1', credentials };
if (emulator !== undefined) {
  // A location has no place for them.
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = secret;
}
const others: S3VectorsEmulator[] = [];
afterAll(async () => {
  await emulator?.close();
  for (const other of others) await other.close();
});

testAdapter({
  adapter: 's3vectors',
  connect: () => createS3Vectors({ bucket, ...place }),
  raw: { read: (collection, id) => readRaw({ ...place, bucket }, collection, id) },
  locations: {
    open: (location) => openLocation(location),
    of: (collection) =>
      `s3vectors:${bucket}/${collection}${emulator === undefined ? '' : `?region=us-east-1&endpoint=${encodeURIComponent(emulator.url)}`}`,
  },
  async busy() {
    const busy = await startS3VectorsEmulator({ faults: { failureRate: 1, failures: ['throttle'] } });
    others.push(busy);
    return {
      store: createS3Vectors({ bucket, ...place, endpoint: busy.url, region: 'us-east-1', credentials }),
      call: (store) => store.listCollections(),
    };
  },
  async rules(store, name) {
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
    const record = { id: 'fits', vectors: { '': [0.25, -0.5, 0.75, 1] }, metadata: {} };
    return { fits: [record], unfit: [{ ...record, id: 'long', document: 'x'.repeat(41 * 1024) }] };
  },
  unreachable: () => createS3Vectors({ bucket, endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials }),
  secret,
  ...(realBucket !== undefined && { timeoutMs: 600_000 }),
});
