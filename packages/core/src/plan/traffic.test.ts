import { expect, it } from 'vitest';
import { trafficOf } from './traffic.ts';

it('a run reads the source twice, and writes and reads the target once, in as many requests as its limits make', () => {
  const made = trafficOf({
    totalVectors: 2500,
    bytesPerRecord: 5000,
    headroom: { vectorBytes: 2500 * 3072, metadataBytes: 2500 * 428 },
    limits: { upsertBatch: 500, fetchIds: 100 },
  });
  const stored = 2500 * 3500;
  expect(made.source).toEqual({
    scanned: 5000,
    fetched: 0,
    written: 0,
    bytesRead: 25_000_000,
    bytesWritten: 0,
    readRequests: 6,
    writeRequests: 0,
    bytesStored: 12_500_000,
  });
  expect(made.target).toEqual({
    scanned: 0,
    fetched: 2500,
    written: 2500,
    bytesRead: stored,
    bytesWritten: stored,
    readRequests: 25,
    writeRequests: 5,
    bytesStored: stored,
  });
});
