// A process that opens the embedded database of a folder and asks it something, while V8 looks for code to free whenever it can, and
// says so. With `freeing`, it is told once more that it may.
import { setFlagsFromString } from 'node:v8';
import { openThread } from '../src/pglite-thread.ts';

const [folder = '', freeing] = process.argv.slice(2);
// Not before: Node itself runs code of this kind to load these files.
for (const flag of ['--stress-wasm-code-gc', '--trace-wasm-code-gc']) setFlagsFromString(flag);
const opening = openThread(folder);
if (freeing === 'freeing') setFlagsFromString('--wasm-code-gc');
const database = await opening;
for (let count = 0; count < 200; count += 1) await database.query('SELECT count(*) FROM pg_class');
await database.close();
