import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import type { Job, Measured } from './measured-job.ts';
import { COLLECTION, type Limits, type Pair } from './pairs.ts';
import { printSummary, roundRatio, summarize, type Goal, type Summary } from './report.ts';
import { CommandFailed, runCommand, runJob, type Server } from './run.ts';
import { commandOf, type Tool } from './tools.ts';

export interface Found {
  readonly summaries: Readonly<Record<string, Summary>>;
  /** Tools that failed, and their last line. */
  readonly failed: Readonly<Record<string, string>>;
  readonly goals: readonly Goal[];
}

/** Where both sides and we share cores, their CPU adds up: docs/performance.md says of what these are made. */
const LIMITS = {
  shared: { wall: 1.25, once: 2, twice: 2.5 },
  apart: { wall: 1.25, once: 1.5, twice: 1.9 },
} as const;
const ONCE = 'migration, source read once';
const REST_LIMIT = 1.2;
const BINARY_LIMIT = 0.5;

/** CPU a record is that of a long run: code that is compiled and a heap that has its size. */
const WARM_UPS = 2;
/** The limits on CPU are narrow, and one run more or less garbage collection is a tenth. */
const RUNS = 3;

export const targetName = (): string => `vsm_bench_${randomBytes(4).toString('hex')}`;

interface Turns {
  readonly summaries: Readonly<Record<string, Summary>>;
  readonly failed: Readonly<Record<string, string>>;
}

/** What others wrote, which may fail without ending the run. */
class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

async function notOurs(work: () => Promise<Measured>): Promise<Measured> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CommandFailed ? new NotOurs(error.message, { cause: error }) : error;
  }
}

/** Measures in rounds, in turn, and each into a new collection, which the ways drop again. A tool that fails is not asked again. */
async function measureInTurn(
  title: string,
  ways: Readonly<Record<string, (target: string) => Promise<Measured>>>,
  rounds: number,
): Promise<Turns> {
  console.log(`\n${title}`);
  const all = new Map<string, Measured[]>(Object.keys(ways).map((name) => [name, []]));
  const failed: Record<string, string> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      if (failed[name] !== undefined) continue;
      try {
        all.get(name)?.push(await way(targetName()));
      } catch (error) {
        if (!(error instanceof NotOurs)) throw error;
        failed[name] = error.message;
        all.delete(name);
      }
    }
  }
  const summaries = Object.fromEntries([...all].map(([name, found]) => [name, summarize(found)]));
  for (const [name, summary] of Object.entries(summaries)) printSummary(name, summary);
  for (const [name, why] of Object.entries(failed)) console.log(`  ${name.padEnd(28)}   FAILED ${why}`);
  return { summaries, failed };
}

export async function measurePair(
  pair: Pair,
  { rounds, tools }: { readonly rounds: number; readonly tools: readonly Tool[] },
): Promise<Found> {
  const { id, title, source, target, sourceCollection, records, shape } = pair;
  const job = (what: Job['what'], targetCollection: string, more: Partial<Job> = {}): Promise<Measured> =>
    runJob({ what, source, target, sourceCollection, targetCollection, records, shape, ...more });
  // Two stores that make up and throw away hold nothing to compare.
  const verify = source.kind !== 'generating';
  const ways: Record<string, (to: string) => Promise<Measured>> = {
    migration: (to) => job('migrate', to, { verify, dropAfter: true }),
    ...(verify && {
      [ONCE]: (to: string) => job('migrate', to, { verify, sourceRead: 'once', dropAfter: true }),
    }),
    'reading alone': (to) => job('read', to),
    'writing alone': (to) => job('write', to, { dropAfter: true }),
    ...(pair.loop && { 'loop of SDKs': (to: string) => notOurs(() => job('loop', to, { dropAfter: true })) }),
  };
  for (const tool of tools.filter((one) => one.pair === id)) {
    ways[tool.name] = async (to) => {
      try {
        return await notOurs(async () => ({ records, ...(await runCommand(commandOf(tool, pair, to))) }));
      } finally {
        await job('drop', to);
      }
    };
  }
  const what = `${title}, ${records} records of ${shape.dimension} dimensions`;
  const { summaries: found, failed } = await measureInTurn(what, ways, rounds);
  const { migration, [ONCE]: once, 'reading alone': read, 'writing alone': write, ...others } = found;
  if (migration === undefined || read === undefined || write === undefined) throw new Error('nothing was measured');
  const sum = (seconds: number[]): number => seconds.reduce((total, one) => total + one, 0);
  const longer = (seconds: number[]): number => Math.max(...seconds);
  const ofSum = roundRatio(migration, [read, write], sum);
  const ofLonger = roundRatio(migration, [read, write], longer);
  console.log(
    `  ${ofSum.toFixed(2)} of reading + writing, ${ofLonger.toFixed(2)} of the longer one` +
      Object.entries(others)
        .map(([name, other]) => `, ${roundRatio(other, [migration], sum).toFixed(1)} × as fast as ${name}`)
        .join(''),
  );
  // On loopback both sides share the cores of this machine with each other and with us, so that only their sum is a bound.
  const bound = sharesCores(pair)
    ? { name: 'reading + writing', ratio: ofSum }
    : { name: 'the longer of reading and writing', ratio: ofLonger };
  const limits: Limits = { ...LIMITS[sharesCores(pair) ? 'shared' : 'apart'], ...pair.limits };
  return {
    summaries: named(id, found),
    failed: named(id, failed),
    goals: [
      { name: `${id}: wall time of ${bound.name}`, ratio: bound.ratio, limit: limits.wall },
      ...verifiedGoals(id, migration, { once, twice: migration }, limits),
    ],
  };
}

/** A verified migration beside the copy alone, which is timed by itself in both. */
function verifiedGoals(
  id: string,
  { seconds }: Summary,
  verified: Readonly<Record<'once' | 'twice', Summary | undefined>>,
  limits: Limits,
): Goal[] {
  return (['once', 'twice'] as const).flatMap((read) => {
    const summary = verified[read];
    if (summary?.verifySeconds === undefined) return [];
    const ratio = (summary.seconds + summary.verifySeconds) / seconds;
    return [{ name: `${id}: verified, source read ${read}, of the copy alone`, ratio, limit: limits[read] }];
  });
}

const named = <Item>(id: string, items: Readonly<Record<string, Item>>): Record<string, Item> =>
  Object.fromEntries(Object.entries(items).map(([name, item]) => [`${id}: ${name}`, item]));

function sharesCores({ source, target }: Pair): boolean {
  const isHere = (spec: Pair['source']): boolean =>
    !('url' in spec) || /^https?:\/\/(127\.|localhost|\[::1])/.test(spec.url);
  return isHere(source) && isHere(target) && cpus().length <= 4;
}

/** CPU of our own process on the two ways into and out of Qdrant, beside the floor of bare JSON. */
export async function measurePaths(emulator: Server, rounds: number): Promise<Found> {
  const spec = { kind: 'qdrant', url: emulator.url } as const;
  const job = (what: Job['what'], targetCollection: string, rest: boolean): Promise<Measured> => {
    const side = { ...spec, rest };
    const shape = { dimension: 384 };
    return runJob({
      what,
      source: side,
      target: side,
      sourceCollection: COLLECTION,
      targetCollection,
      records: 0,
      shape,
      concurrency: 1,
      warmUps: WARM_UPS,
      runs: RUNS,
      dropAfter: what === 'print' || what === 'write',
    });
  };
  const { summaries: found, failed } = await measureInTurn(
    'The paths into and out of Qdrant',
    {
      'parse, bare JSON': (to) => job('parse', to, true),
      'read over REST': (to) => job('read', to, true),
      'read over gRPC': (to) => job('read', to, false),
      'print, bare JSON': (to) => job('print', to, true),
      'write over REST': (to) => job('write', to, true),
      'write over gRPC': (to) => job('write', to, false),
    },
    rounds,
  );
  const cpu = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (found[name]?.cpuPer100k ?? Number.NaN), 0);
  const floor = cpu('parse, bare JSON', 'print, bare JSON');
  return {
    summaries: named('qdrant-paths', found),
    failed,
    goals: [
      {
        name: 'qdrant-paths: CPU over REST of bare parse + print',
        ratio: cpu('read over REST', 'write over REST') / floor,
        limit: REST_LIMIT,
      },
      {
        name: 'qdrant-paths: CPU over gRPC of bare parse + print',
        ratio: cpu('read over gRPC', 'write over gRPC') / floor,
        limit: BINARY_LIMIT,
      },
    ],
  };
}
