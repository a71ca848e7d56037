// An application of LangChain on Chroma goes on writing, deleting and searching while it moves to Qdrant and back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createChroma } from '@vsm/adapter-chroma';
import { createQdrant } from '@vsm/adapter-qdrant';
import { decodeRecord, type VectorStoreV1 } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { back, next, openJournal, planMove, runMove, startMove, TIMINGS, type Phase } from '@vsm/live';
import { startChroma } from '@vsm/service-chroma';
import { EARLIER, Notes } from './notes.ts';
import { openChroma, openStore } from './store.ts';

/** Both servers are on this machine: what still travels after a tenth of a second never arrives. */
const QUICK = { ...TIMINGS, lease: 6000, late: 100, poll: 50, answer: 5000 };
const SCAN = 10_000;

const cleanUp: (() => Promise<unknown>)[] = [];
try {
  await run();
} finally {
  // Each on its own: one that fails must not keep the others from running.
  for (const undo of cleanUp.toReversed()) await undo().catch(() => undefined);
}

async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-live-example-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const chroma = await startChroma();
  cleanUp.push(() => chroma.stop());
  const places = { chroma: new URL(chroma.url), qdrant: await qdrantUrl(), journal: `sqlite:${folder}/journal.db` };

  await openChroma(places.chroma).addDocuments([...EARLIER], { ids: EARLIER.map(({ id = '' }) => id) });
  console.log(`Chroma ${chroma.version} holds ${EARLIER.length} notes of a LangChain application.`);

  const source = createChroma({ url: chroma.url });
  const target = createQdrant({ url: places.qdrant });
  const header = await planMove({ move: 'notes', source, target, sourceCollection: 'notes', timings: QUICK });
  const starting = await openJournal(places.journal, 'notes');
  await startMove(starting, header);
  await starting.close();
  const journal = await openJournal(places.journal, 'notes');
  cleanUp.push(() => journal.close());
  if (header.plan.createTarget) cleanUp.push(async () => target.dropCollection?.('notes'));
  const end = new AbortController();
  const running = runMove({ journal, stores: { source, target }, signal: end.signal, checkpoints: false });
  cleanUp.push(() => {
    end.abort();
    return running;
  });

  const { live, store } = await openStore(places);
  cleanUp.push(() => live.close());
  const notes = new Notes(store);
  notes.work();
  cleanUp.push(() => notes.pause());

  for (const phase of ['journal', 'backfill', 'drain', 'shadow', 'canary'] as const) await reach(phase);
  await reach('canary', (on) => next(on, { percent: 50 }));
  await reach('switched');
  await compare('Qdrant', target);
  await reach('drain', back);
  await compare('Chroma', source);
  console.log(
    `${notes.writes} writes and ${notes.searches} searches, none of which failed; a switch held a write for ${Math.round(live.longestHoldMs())} ms at the most.`,
  );

  /** Takes steps until one leads to the phase, and lets the application go on there. */
  async function reach(phase: Phase, step: typeof next = (on) => next(on, { gates: false })): Promise<void> {
    for (;;) {
      const { row, blocked } = await step(journal);
      if (row.phase === phase && blocked.length === 0) break;
      await Promise.race([delay(100), running]);
    }
    await notes.goesOn(60);
    console.log(`${phase.padEnd(9)} ${notes.writes} writes so far`);
  }

  /** What the store that serves holds, against what the application was told. */
  async function compare(name: string, serving: VectorStoreV1): Promise<void> {
    await notes.pause();
    const { records } = await (await serving.openCollection('notes')).scan({ limit: SCAN, include: ['metadata'] });
    const found = new Map(records.map(decodeRecord).map(({ id, document }) => [id, document]));
    const wrong = [...notes.told].filter(([id, text]) => found.get(id) !== text);
    const unknown = [...found.keys()].filter((id) => !notes.told.has(id));
    console.log(
      `${name} serves, and of ${notes.told.size} ids it holds ${notes.told.size - wrong.length} as they were acknowledged last; ${unknown.length} others.`,
    );
    if (wrong.length + unknown.length > 0) {
      throw new Error(`not as they were acknowledged: ${[...wrong.map(([id]) => id), ...unknown].join(', ')}`);
    }
    notes.work();
  }
}

/** That of QDRANT_URL, or an emulator in this process. */
async function qdrantUrl(): Promise<string> {
  const given = process.env['QDRANT_URL'];
  if (given !== undefined) return given;
  const emulator = await startQdrantEmulator();
  cleanUp.push(() => emulator.close());
  return emulator.url;
}
