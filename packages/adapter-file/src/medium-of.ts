import { resolve } from 'node:path';
import { disk } from './disk.ts';
import type { Medium } from './medium.ts';
import { bucketMedium } from './s3/bucket.ts';
import { isS3 } from './s3/location.ts';

/** Where a path of the options leads. */
export function mediumOf(path: string): {
  readonly medium: Medium;
  readonly root: string;
  /** With everything that finds it again. */
  readonly location: string;
} {
  if (isS3(path)) return bucketMedium(path);
  const root = resolve(path);
  return { medium: disk, root, location: root };
}
