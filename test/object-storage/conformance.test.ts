import { createFile, openLocation } from '@vsm/adapter-file';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll } from 'vitest';
import { openBucket } from './bucket.ts';

const bucket = await openBucket();
afterAll(() => bucket.close());

const path = bucket.at('all');
testAdapter({
  adapter: 'file',
  connect: () => createFile({ path }),
  locations: { open: openLocation, of: (collection) => `file:${path}&collection=${collection}` },
});
