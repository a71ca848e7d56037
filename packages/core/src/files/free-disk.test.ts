import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeDisk } from './free-disk.ts';

it('a path that is not there yet has what its disk has, and a place elsewhere has none', async () => {
  const { bsize, blocks } = statfsSync(tmpdir());
  const found = await freeDisk(join(tmpdir(), 'not', 'there', 'yet'));
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThanOrEqual(bsize * blocks);
  expect(await freeDisk('s3://bucket/x')).toBeUndefined();
});
