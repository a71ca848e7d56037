import { createMemory } from '@vsm/adapter-memory';
import { createUpstash } from '@vsm/adapter-upstash';
import { migrate, type VectorStoreV1 } from '@vsm/core';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { expect, it, onTestFinished } from 'vitest';

const HALF = 'tenant \ud800';
const account = { email: 'someone@example.org', apiKey: 'key' };

async function sourceOf(namespaces: readonly string[]): Promise<VectorStoreV1> {
  const source = createMemory();
  onTestFinished(() => source.close());
  await source.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    namespaces: true,
  });
  const docs = await source.openCollection('docs');
  await docs.upsert(
    namespaces.map((namespace) => ({ id: 'a', namespace, vectors: { '': [1, 2] }, metadata: { namespace } })),
  );
  return source;
}

it('records of a namespace that the target cannot spell are rejected by name, and what is there is verified', async () => {
  const emulator = await startUpstashEmulator({ account });
  onTestFinished(() => emulator.close());
  const target = createUpstash({ controller: emulator.url, ...account });
  onTestFinished(() => target.close());
  const source = await sourceOf([HALF, 'whole']);
  const result = await migrate({
    source,
    target,
    sourceCollection: 'docs',
    targetCollection: 'docs',
    namespaces: ['whole', HALF],
    allowLoss: [],
    checkpoints: false,
  });
  expect(result.rejected).toMatchObject([{ id: 'a', namespace: HALF, reason: 'refused' }]);
  expect(result.verification).toMatchObject({
    passed: true,
    counts: [{ namespace: 'whole', expected: 1, found: 1 }],
  });
});
