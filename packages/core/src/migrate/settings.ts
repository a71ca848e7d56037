import { randomBytes } from 'node:crypto';
import { ValidationError } from '../errors.ts';
import { DEFAULT_BYTES_IN_FLIGHT } from '../scan/byte-budget.ts';
import { VERIFY_LEVELS, type VerifyLevel } from '../verify/comparison.ts';

export interface Pace {
  /** Records a page; pages of large records are cut smaller. @default 1000 */
  readonly batchSize?: number | undefined;
  /** Parts of the collection that are read and written at once, at the most. @default 4 */
  readonly concurrency?: number | undefined;
  /** Records in memory at once, in bytes, over all parts together. @default 64 MiB */
  readonly maxBytesInFlight?: number | undefined;
}

export interface CheckedPace {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
}

export function checkPace(pace: Pace): CheckedPace {
  return {
    batchSize: wholeNumber('batchSize', pace.batchSize ?? 1000),
    concurrency: wholeNumber('concurrency', pace.concurrency ?? 4),
    maxBytesInFlight: wholeNumber('maxBytesInFlight', pace.maxBytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT),
  };
}

export function checkLevel(level: VerifyLevel): VerifyLevel {
  if (VERIFY_LEVELS.includes(level)) return level;
  throw new ValidationError(`There is no verification level "${level}". Choose one of ${VERIFY_LEVELS.join(', ')}.`);
}

function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ValidationError(`${name} must be a whole number of at least 1, but is ${value}.`);
}

export function atLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new ValidationError(`${name} must be a number of at least ${least}, but is ${value}.`);
}

/** Sorts by time, and is a valid file name everywhere. */
export function newRunId(started: Date): string {
  return `${started.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
}
