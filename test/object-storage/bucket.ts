import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3Emulator, type S3Emulator, type S3EmulatorOptions } from '@vsm/emulator-s3';
import { vi } from 'vitest';

export interface Bucket {
  readonly emulator: S3Emulator;
  /** Where exports lie on this machine until they are whole. */
  readonly runs: string;
  /** The location of a key, such as `docs.parquet`, with what follows `?` behind it. */
  readonly at: (key: string) => string;
  readonly keys: () => string[];
  readonly close: () => Promise<void>;
}

/** A bucket of the emulator, and a folder of runs of its own, which the environment names until it is closed. */
export async function openBucket(options: Omit<S3EmulatorOptions, 'buckets'> = {}): Promise<Bucket> {
  const emulator = await startS3Emulator({ pageKeys: 7, ...options, buckets: ['bucket'] });
  const runs = mkdtempSync(join(tmpdir(), 'vsm-bucket-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  vi.stubEnv('VSM_RUN_DIR', runs);
  return {
    emulator,
    runs,
    at: (key) => `s3://bucket/${key}?endpoint=${emulator.url}`,
    keys: () => [...(emulator.buckets.get('bucket')?.keys() ?? [])].toSorted(),
    async close() {
      vi.unstubAllEnvs();
      await emulator.close();
      rmSync(runs, { recursive: true });
    },
  };
}
