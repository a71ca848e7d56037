// What a live move costs an application: a write with its mark against the same write without, and a read that is compared against one
// that is not, on Chroma, with the journal in memory, in a file, in PostgreSQL and in Redis; in turns, so that whatever else the machine
// does falls on both. And how many marks each journal takes in a second. The table of docs/live.md, by medians of rounds, and whether they agree.
//   npm run bench:live -- [--rounds N]
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createChroma } from '@vsm/adapter-chroma';
import type { CollectionV1, VectorRecord } from '@vsm/core';
import type { LedgerStorage } from '@vsm/distributed';
import { createJournal, joinMove, planMove, startMove, type Live } from '@vsm/live';
import { startChroma } from '@vsm/service-chroma';
import { journalPlaces, marksPerSecond } from './live-journals.ts';
import { LiveReport, median, printed, type Round } from './live-report.ts';

const DIMENSION = 384;
const TURNS = 60;
const WARM = 10;
const RECORDS = 2000;
const FIGURES = [
  'Write of one',
  'Write of a hundred',
  'Read, a tenth compared',
  'Read, all compared',
  'Marks a second, one by one',
  'By the hundred',
];
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const ROUNDS = Number(values.rounds);

function recordOf(at: number): VectorRecord {
  const vector = Float32Array.from({ length: DIMENSION }, (_, component) => Math.sin(at * DIMENSION + component));
  return { id: `r${at}`, vectors: { '': vector }, metadata: { at } };
}

/** Medians, in milliseconds, of what is done in turns. */
async function compare(ways: Readonly<Record<string, (turn: number) => Promise<unknown>>>): Promise<number[]> {
  const times = Object.values(ways).map((): number[] => []);
  for (let turn = 0; turn < WARM + TURNS; turn += 1) {
    for (const [at, way] of Object.values(ways).entries()) {
      const started = performance.now();
      await way(turn);
      if (turn >= WARM) times[at]?.push(performance.now() - started);
    }
  }
  return times.map(median);
}

/** Each but the first one, as a multiple of that. */
function ratios([without = Number.NaN, ...others]: readonly number[]): number[] {
  return others.map((ms) => ms / without);
}

const folder = await mkdtemp(join(tmpdir(), 'vsm-bench-live-'));
const chroma = await startChroma();
const store = createChroma({ url: chroma.url });

async function measure(storage: LedgerStorage, source: CollectionV1, target: CollectionV1): Promise<Round> {
  const move = `bench-${Date.now()}`;
  const journal = createJournal(storage, move);
  const header = await planMove({
    move,
    source: store,
    target: store,
    sourceCollection: 'docs',
    targetCollection: 'copy',
    replaceTarget: true,
  });
  await startMove(journal, header);
  await journal.change(1, { phase: 'shadow' });
  const [seldom, always] = [await joinMove(journal, { shadowShare: 0.1 }), await joinMove(journal, { shadowShare: 1 })];
  const [writes, plainMs]: [number[], number[]] = [[], []];
  for (const size of [1, 100]) {
    const records = (turn: number): VectorRecord[] =>
      Array.from({ length: size }, (_, at) => recordOf((turn * size + at) % RECORDS));
    const times = await compare({
      plain: (turn) => source.upsert(records(turn)),
      marked: (turn) =>
        seldom.write(records(turn), {
          source: () => source.upsert(records(turn)),
          target: () => target.upsert(records(turn)),
        }),
    });
    plainMs.push(times[0] ?? Number.NaN);
    writes.push(...ratios(times));
  }
  const vectorOf = (turn: number): Float32Array =>
    Float32Array.from({ length: DIMENSION }, (_, at) => Math.cos(turn + at));
  const query = (collection: CollectionV1, turn: number) => collection.query({ vector: vectorOf(turn), topK: 10 });
  const read = (live: Live) => (turn: number) =>
    live.read({
      source: () => query(source, turn),
      target: () => query(target, turn),
      ids: (matches) => matches.map(({ id }) => id),
    });
  // One after the other: what is compared after the reply would fall on the next way.
  const times: number[] = [];
  for (const way of [(turn: number) => query(source, turn), read(seldom), read(always)]) {
    times.push(...(await compare({ way })));
  }
  await Promise.all([seldom.close(), always.close()]);
  const rates = [await marksPerSecond(storage, move, 1), await marksPerSecond(storage, move, 100)];
  return { plainMs: [...plainMs, times[0] ?? Number.NaN], figures: [...writes, ...ratios(times), ...rates] };
}

const perCore = (): number => (loadavg()[0] ?? 0) / availableParallelism();
const load = perCore();

try {
  const opened = await Promise.all(
    ['docs', 'copy'].map(async (name) => {
      await store.createCollection({
        name,
        vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
      });
      const collection = await store.openCollection(name);
      await collection.upsert(Array.from({ length: RECORDS }, (_, at) => recordOf(at)));
      return collection;
    }),
  );
  const [source, target] = opened;
  if (source === undefined || target === undefined) throw new Error('two collections were made');
  const report = new LiveReport(FIGURES);
  for await (const { name, open, stop } of journalPlaces(folder)) {
    const storage = await open();
    try {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push(await measure(storage, source, target));
        console.error(`${name}, round ${round + 1} of ${ROUNDS}: ${rounds.at(-1)?.figures.map(printed).join(', ')}`);
      }
      report.add(name, rounds);
    } finally {
      await storage.close();
      await stop();
    }
  }
  console.log(report.text({ before: load, after: perCore() }));
} finally {
  await store.close();
  await chroma.stop();
  await rm(folder, { recursive: true, force: true });
}
