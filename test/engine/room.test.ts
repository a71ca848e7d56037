import { createMemory } from '@vsm/adapter-memory';
import { plan } from '@vsm/core';
import { expect, it } from 'vitest';
import { filledMemory, makeRecords } from './stores.ts';

it('a plan warns where the target reports less room than the records will need, by what the target builds', async () => {
  const source = await filledMemory(makeRecords(1000));
  const target = { ...createMemory(), room: async () => ({ graphLinks: 32, copies: 3, freeDiskBytes: 1000 }) };
  const base = { source, sourceCollection: 'docs', estimate: false } as const;
  const tight = await plan({ ...base, target });
  expect(tight.headroom).toMatchObject({ indexBytes: 272_000, freeDiskBytes: 1000 });
  expect(tight.warnings).toEqual([
    expect.stringMatching(/^the target has too little disk: about 1\.\d MB are needed, and it reports 0\.0 MB free$/),
  ]);
  expect((await plan({ ...base, target: createMemory() })).warnings).toEqual([]);
});
