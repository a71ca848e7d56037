import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripTypeScriptTypes } from 'node:module';
import * as memory from '@vsm/adapter-memory';
import * as core from '@vsm/core';
import * as ai from 'ai';
import { MockEmbeddingModelV4 } from 'ai/test';
import { expect, it } from 'vitest';

// The recipe for the Vercel AI SDK, as it stands in the docs, with a model that asks nobody.

/** Near for texts that share words. */
function vectorOf(text: string): number[] {
  const values = Array.from({ length: 16 }, () => 0);
  for (const word of text.split(' ')) {
    const digest = createHash('sha256').update(word).digest();
    for (let at = 0; at < 16; at += 1) values[at] = (values[at] ?? 0) + (digest[at] ?? 0) / 255 - 0.5;
  }
  return values;
}

const model = new MockEmbeddingModelV4({
  maxEmbeddingsPerCall: 100,
  doEmbed: async ({ values }) => ({ embeddings: values.map(vectorOf), warnings: [] }),
});

it('what the AI SDK embedded is found by it after the move', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/guides/recipes.md'), 'utf8');
  const [, recipe = ''] = /^## An application of the Vercel AI SDK.*?^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  expect(recipe).toContain("const model = 'openai/");
  const code = stripTypeScriptTypes(recipe.replaceAll('await using ', 'const '))
    .replaceAll(/^import (\{.*\}) from '(.*)';$/gm, "const $1 = packages['$2'];")
    .replace(/^const model = .*$/m, '')
    .replace('console.log(best?.id)', 'return best?.id');
  const packages = { '@vsm/adapter-memory': memory, '@vsm/core': core, ai };
  const body = `return (async () => {${code}})()`;
  // oxlint-disable-next-line typescript/no-implied-eval -- it is the text of our own page
  const run = new Function('packages', 'model', body) as (...given: readonly unknown[]) => Promise<unknown>;
  expect(await run(packages, model)).toBe('1');
});
