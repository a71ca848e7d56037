import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorRecord } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Spill } from './spill.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-spill-'));
});
afterEach(() => rm(folder, { recursive: true }));

function record(at: number, document = `text ${at}`): VectorRecord {
  const namespace = at % 3 === 0 ? 'eu' : undefined;
  return { id: `id ${at}`, namespace, vectors: { '': Float32Array.of(at, 0.5) }, metadata: { at }, document };
}

function fail(): never {
  throw new Error('no key came twice');
}

async function sorted(spill: Spill): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  for await (const one of spill.sorted()) found.push(one.record);
  return found;
}

const shuffled = Array.from({ length: 300 }, (_, at) => (at * 127) % 300);

it.each([
  ['in memory', 1_000_000],
  ['in some runs', 4000],
  ['in more runs than are merged at once', 1],
])('sorts by namespace and id %s', async (_name, budget) => {
  const spill = new Spill(folder, new Set(), budget, fail);
  await Promise.all([
    spill.add(shuffled.slice(0, 150).map((at) => record(at))),
    spill.add(shuffled.slice(150).map((at) => record(at))),
  ]);
  const found = await sorted(spill);
  const expected = Array.from({ length: 300 }, (_, at) => record(at)).toSorted((one, other) => {
    const [left, right] = [one, other].map(({ namespace = '', id }) => `${namespace}\0${id}`) as [string, string];
    return left < right ? -1 : 1;
  });
  expect(found).toEqual(expected);
});

it.each([1, 1_000_000])(
  'gives an id once that came twice, and says so, and records larger than a window',
  async (budget) => {
    const repeated: unknown[] = [];
    const spill = new Spill(folder, new Set(), budget, (...one) => repeated.push(one));
    await spill.add([record(1), record(2, 'x'.repeat(1_000_000)), record(1), record(4), record(4, 'another')]);
    const found = await sorted(spill);
    expect(found.map(({ id }) => id)).toEqual(['id 1', 'id 2', 'id 4']);
    expect(found[1]?.document).toHaveLength(1_000_000);
    expect(repeated).toEqual([
      [['', 'id 1'], true],
      [['', 'id 4'], false],
    ]);
  },
);
