import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killAgainAndAgain, type Source } from './crowd.ts';
import { writeTexts } from './texts.ts';

let folder: string;
let source: Source;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-embed-source-'));
  source = await writeTexts(join(folder, 'docs.jsonl'), 2000);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(['qdrant', 'pglite'] as const)(
  '2,000 records are re-embedded into %s with 5 kills, and nothing but what was on its way is paid for twice',
  async (into) => {
    const { paid, twice, bound } = await killAgainAndAgain(source, 5, into);
    // One more, by which the dimension was found out.
    expect(paid).toBe(2001);
    expect(twice).toBeLessThanOrEqual(bound);
  },
  600_000,
);
