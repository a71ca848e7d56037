import { setTimeout as delay } from 'node:timers/promises';
import { next, openJournal, openLive, planMove, startMove, type Timings } from '@vsm/live';
import { liveCollection } from '@vsm/live/vsm';
import { openStore, startEnds } from '../live/ends.ts';
import { firstRecords, ownId, recordOf, SCHEMA } from '../live/records.ts';
import { start, type Started } from './vsm.ts';

/** Steps wait seconds instead of minutes. */
const TIMINGS: Timings = { lease: 4000, late: 6000, poll: 250, hold: 5000, answer: 4000 };
/** Of each process before its page is looked at. */
const READS = 40;

/** A move from Chroma to Qdrant (its emulator, or `QDRANT_URL`) at its canary, while two processes write and search. */
export async function runningMove(
  folder: string,
): Promise<{ readonly page: string; readonly stop: () => Promise<void> }> {
  const ends = await startEnds('chroma-qdrant', folder);
  const stores = { source: openStore(ends.source), target: openStore(ends.target) };
  const asked: Started[] = [];
  const stopping = new AbortController();
  const working: Promise<void>[] = [];
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(working);
    for (const { process, ended } of asked) {
      process.kill('SIGTERM');
      await ended;
    }
    await Promise.all([stores.source.close(), stores.target.close()]);
    await ends.stop();
  };
  try {
    await stores.source.createCollection(SCHEMA);
    await (await stores.source.openCollection('docs')).upsert(firstRecords());
    const journal = await openJournal(ends.journal, 'docs');
    const places = { source: ends.source, target: ends.target };
    await startMove(
      journal,
      await planMove({ move: 'docs', ...stores, sourceCollection: 'docs', timings: TIMINGS, places }),
    );
    await journal.close();
    const reads = [0, 0];
    for (const [at, name] of ['web-1', 'web-2'].entries()) {
      const settings = { move: 'docs', journal: ends.journal, name, whenJournalIsDown: 'refuse-writes' } as const;
      const live = await openLive({ ...settings, shadowShare: 1 });
      const docs = await liveCollection(live, stores);
      working.push(
        (async () => {
          for (let turn = 0; !stopping.signal.aborted; turn += 1) {
            // A switch, or a busy machine, may refuse one.
            await docs.upsert([recordOf(ownId(at, turn % 120), turn)]).catch(() => undefined);
            const { vectors } = recordOf('any', turn);
            await docs.query({ vector: vectors[''] ?? [], topK: 10 }).catch(() => undefined);
            if (live.phase() === 'canary') reads[at] = (reads[at] ?? 0) + 1;
            await delay(100);
          }
          await live.close();
        })(),
      );
    }
    asked.push(start(['live', 'run', 'docs', '--journal', ends.journal], folder));
    const timed = await openJournal(ends.journal, 'docs');
    for (let phase = 'off'; phase !== 'canary'; await delay(500)) {
      ({ phase } = (await next(timed, { gates: false, percent: 10 })).row);
    }
    await timed.close();
    while (reads.some((count) => count < READS)) await delay(100);
    const status = start(['live', 'status', 'docs', '--journal', ends.journal, '--ui'], folder);
    asked.push(status);
    return { page: await status.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
