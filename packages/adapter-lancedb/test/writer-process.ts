/** Writes a record, says so, and waits to be told to end. Started by overlap.test.ts. */
import { createLanceDb } from '../src/index.ts';

const [uri = ''] = process.argv.slice(2);
const store = createLanceDb({ uri });
const collection = await store.openCollection('docs');
await collection.upsert([{ id: 'of the process', vectors: { '': [1, 2] }, metadata: {} }]);
process.stdout.write('written\n');
process.stdin.resume();
