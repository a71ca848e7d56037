import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import type { VectorRecord } from '@vsm/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';
import { packages } from '../cli/process.ts';
import { startDoubles, type Doubles } from './doubles.ts';
import { COUNT, KEYS, stopsOf } from './ring-stops.ts';
import { goRound } from './ring.ts';

let folder: string;
let doubles: Doubles;
beforeAll(async () => {
  [folder, doubles] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-ring-')), startDoubles()]);
});
afterAll(async () => {
  await doubles.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a thousand real records go through every store and come back the same', async () => {
  const stops = stopsOf(doubles.urls, folder, 'packages');
  await goRound(stops, { count: COUNT, env: KEYS, allowed: new Map() });
}, 600_000);
