import type { Settings } from './setting.ts';

/** How fast, and how often again. */
export const PACE: Pick<
  Settings,
  | 'batchSize'
  | 'concurrency'
  | 'maxBytesInFlight'
  | 'maxRecordsPerSecond'
  | 'maxBytesPerSecond'
  | 'maxRetries'
  | 'retryDelaySeconds'
  | 'retryBackoff'
> = {
  batchSize: { type: 'whole number', help: 'records a page', default: 1000, flag: '--batch-size <n>', config: true },
  concurrency: {
    type: 'whole number',
    help: 'parts that are read and written at once',
    default: 4,
    flag: '--concurrency <n>',
    config: true,
  },
  maxBytesInFlight: {
    type: 'whole number',
    help: 'records in memory at once, in bytes, over all parts together',
    default: 67_108_864,
    flag: '--max-bytes-in-flight <n>',
    config: true,
  },
  maxRecordsPerSecond: {
    type: 'number',
    help: 'write no faster than this',
    flag: '--max-records-per-second <n>',
    config: true,
  },
  maxBytesPerSecond: { type: 'number', help: 'write no more bytes a second than this', config: true },
  maxRetries: {
    type: 'whole number',
    help: 'repeat calls that fail for a passing reason',
    flag: '--max-retries <n>',
    config: true,
  },
  retryDelaySeconds: {
    type: 'number',
    help: 'upper bound of the first pause before a retry',
    default: 1,
    config: true,
  },
  retryBackoff: { type: 'number', help: 'factor by which that bound grows', default: 2, config: true },
};
