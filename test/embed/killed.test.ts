import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killAgainAndAgain } from './crowd.ts';
import { writeTexts } from './texts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-embed-source-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('2,000 records are re-embedded with 5 kills, and nothing but what was on its way is paid for twice', async () => {
  const { paid, twice, bound } = await killAgainAndAgain(await writeTexts(join(folder, 'docs.jsonl'), 2000), 5);
  // One more, by which the dimension was found out.
  expect(paid).toBe(2001);
  expect(twice).toBeLessThanOrEqual(bound);
}, 300_000);
