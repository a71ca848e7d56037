import { createChroma } from '@vsm/adapter-chroma';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killAgainAndAgain } from './crowd.ts';
import { textRecords, textOf } from './texts.ts';

let chroma: ChromaServer;
beforeAll(async () => {
  chroma = await startChroma();
});
afterAll(() => chroma.stop());

it('20,000 records go from Chroma with 20 kills', async () => {
  const store = createChroma({ url: chroma.url });
  await store.createCollection?.({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection('docs');
  for (let from = 0; from < 20_000; from += 1000) await collection.upsert(textRecords(1000, from));
  await store.close();
  const location = `chroma://${new URL(chroma.url).host}/docs`;
  const { paid, twice, bound } = await killAgainAndAgain({ location, count: 20_000, textOf }, 20);
  expect(paid).toBe(20_001);
  expect(twice).toBeLessThanOrEqual(bound);
}, 1_800_000);
