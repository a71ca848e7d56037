/**
 * Writes batch after batch until it is killed, and says after each what was accepted; with a number of records as the third argument, it
 * finishes the file after as many. Started by durability.test.ts.
 */
import { createFile, type Format } from '../src/index.ts';

const [path = '', format = 'parquet', most = 'Infinity'] = process.argv.slice(2);
const store = createFile({ path, format: format as Format });
await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } });
const collection = await store.openCollection('docs');
for (let first = 0; first < Number(most); first += 50) {
  await collection.upsert(
    Array.from({ length: 50 }, (_, at) => ({
      id: `record-${first + at}`,
      vectors: { '': [first, at, 0.5] },
      metadata: { number: first + at, label: 'x'.repeat(500) },
    })),
  );
  process.stdout.write(`${first + 50}\n`);
}
await collection.flush?.();
await store.close();
