// A process that opens the embedded database of a folder and asks it something; with `freeing`, V8 is told to free code again.
import { setFlagsFromString } from 'node:v8';
import { openThread } from '../src/pglite-thread.ts';

const [folder = '', freeing] = process.argv.slice(2);
const database = await openThread(folder);
if (freeing === 'freeing') setFlagsFromString('--wasm-code-gc');
for (let count = 0; count < 200; count += 1) await database.query('SELECT count(*) FROM pg_class');
await database.close();
