// One process that backs up, restores or prunes, and kills itself when it is about to touch the disk for the n-th time.
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { backup, createBackup, pruneBackup } from '@vsm/adapter-file/backup';
import { createFile } from '@vsm/adapter-file';
import { migrate } from '@vsm/core';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf } from '../fingerprint/records.ts';
import { recordsOf, type Action } from './kills.ts';

const [action, path, version, last] = process.argv.slice(2) as [Action, string, string, string];

let steps = 0;
function step(): void {
  steps += 1;
  if (steps === Number(last)) process.kill(process.pid, 'SIGKILL');
}

type Verbs = Record<string, (...values: unknown[]) => unknown>;

function counting(verbs: Verbs, names: readonly string[]): void {
  for (const name of names) {
    const verb = verbs[name];
    if (verb === undefined) throw new Error(`no ${name}`);
    verbs[name] = function (this: unknown, ...values: unknown[]) {
      step();
      return verb.apply(this, values);
    };
  }
}

const handle = await promises.open(process.execPath, 'r');
counting(Object.getPrototypeOf(handle) as Verbs, ['write', 'writeFile', 'sync', 'datasync']);
await handle.close();
counting(promises as unknown as Verbs, ['mkdir', 'rename', 'rm', 'rmdir', 'writeFile', 'link']);
// What was imported by name is counted too.
syncBuiltinESMExports();
steps = 0;

// Whoever had the lock was killed for certain.
const takeOver = true;
if (action === 'backup') {
  const source = await filledMemory(recordsOf(Number(version)), schemaOf('euclidean'));
  await backup({ source, collection: 'docs', path, takeOver, maxBytesInFlight: 20_000, batchSize: 50 });
} else if (action === 'prune') await pruneBackup({ path, keepLast: 2, takeOver });
else {
  const source = createBackup({ path });
  const target = createFile({ path: `${path}-restored-${version}`, format: 'jsonl' });
  await migrate({ source, target, sourceCollection: 'docs', checkpoints: false });
  await Promise.all([source.close(), target.close()]);
}
process.stdout.write(`${steps}\n`);
