// One process of a migration that is killed: begins the run, or takes it up where the last process died. Says on the way where it is.
import { fileCheckpoints, VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { endsOf, type Pair } from './pairs.ts';
import type { Moment } from './records.ts';

const [pair, url, home, moment] = process.argv.slice(2) as [Pair, string, string, Moment];
const folder = `${home}/target`;

const said = new Set<string>();
function say(word: string): void {
  if (said.has(word)) return;
  said.add(word);
  process.stdout.write(`${word}\n`);
}

/** Says when indexes are built, or the file is put together. */
function telling(store: VectorStoreV1): VectorStoreV1 {
  return {
    ...store,
    async openCollection(name, options) {
      return wrapCollection(await store.openCollection(name, options), {
        flush: (flush) => (callOptions) => {
          say('finishing');
          return flush(callOptions);
        },
        endBulkLoad: (end) => (token, callOptions) => {
          say('finishing');
          return end(token, callOptions);
        },
      });
    },
  };
}

const ends = endsOf(pair);
const [source, target] = [ends.source(url, home), ends.target(folder, url)];
const migrator = new VectorStoreMigrator({
  source,
  target: telling(target),
  // Whoever had the run was killed for certain.
  checkpoints: fileCheckpoints(`${folder}/runs`, { takeOver: true }),
  validate: moment === 'verifying',
  onProgress: ({ phase }) => say(phase),
});
const run = (await migrator.runs()).find(({ state }) => state === 'unfinished');
const sync = { mode: 'sync', deleteExtra: true } as const;
const settings = { sourceCollection: 'docs', batchSize: 100, ...(moment === 'syncing' && sync) } as const;
const result = run === undefined ? await migrator.migrate(settings) : await migrator.resume(run.runId);
await Promise.all([source.close(), target.close()]);
say(result.success ? 'ended well' : 'ended badly');
