// A process of the application: some writers, who keep an account of what they do. It ends in good order on SIGTERM.
import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '@vsm/core';
import { openLive, type Live } from '@vsm/live';
import { liveCollection, type LiveCollection } from '@vsm/live/vsm';
import { now, readAccount, tell, type Value } from './account.ts';
import { openStore } from './ends.ts';
import { ownId, idsOf, recordOf, SHARED_IDS, valueOf } from './records.ts';
import { seeded } from './seeded.ts';

export interface ApplicationSettings {
  readonly journal: string;
  readonly source: string;
  readonly target: string;
  readonly name: string;
  readonly writers: readonly number[];
  /** Another one for each start. */
  readonly start: number;
  readonly account: string;
  /** How long a write without an answer may still land. */
  readonly lateMs: number;
}

const settings = JSON.parse(process.argv[2] ?? '') as ApplicationSettings;
const { account, start, name } = settings;
const random = seeded(start);
/** What was acknowledged last, where nothing without an answer came later. */
const known = new Map<string, Value>();
/** Records that something may still change, and until when they are left alone. */
const doubtful = new Map<string, number>();
/** In these all reads are from the store that serves. */
const PLAIN: readonly (string | undefined)[] = ['off', 'journal', 'backfill', 'drain', 'shadow', 'switched'];
const stop = new AbortController();
let count = 0;
let heldMs = 0;

process.once('SIGTERM', () => {
  stop.abort();
});

function remember(): void {
  const open = new Map<string, readonly string[]>();
  const values = new Map<string, Readonly<Record<string, Value>>>();
  for (const step of readAccount(account)) {
    if ('began' in step) {
      open.set(step.began, Object.keys(step.values));
      values.set(step.began, step.values);
    } else if ('ended' in step) {
      open.delete(step.ended);
      const written = Object.entries(values.get(step.ended) ?? {});
      for (const [id, value] of written) {
        if (step.acknowledged) known.set(id, value);
        else {
          known.delete(id);
          doubtful.set(id, step.at + settings.lateMs);
        }
      }
    }
  }
  for (const id of [...open.values()].flat()) {
    known.delete(id);
    doubtful.set(id, now() + settings.lateMs);
  }
}

/** Some are written often, and most seldom. */
function choose(writer: number): readonly string[] {
  if (random() < 0.05) return [SHARED_IDS[Math.floor(random() * SHARED_IDS.length)] ?? ''];
  const own = idsOf(writer).length;
  const first = Math.floor(random() ** 2 * own);
  const length = random() < 0.2 ? 3 : 1;
  return Array.from({ length }, (_, at) => ownId(writer, (first + at) % own)).filter(
    (id) => (doubtful.get(id) ?? 0) < now(),
  );
}

async function write(docs: LiveCollection, live: Live, ids: readonly string[]): Promise<void> {
  count += 1;
  const began = `${name}-${start}-${count}`;
  const value = random() < 1 / 3 ? null : start * 100_000 + count;
  tell(account, { began, at: now(), values: Object.fromEntries(ids.map((id) => [id, value])) });
  try {
    await (value === null ? docs.delete(ids) : docs.upsert(ids.map((id) => recordOf(id, value))));
  } catch (error) {
    const why = VsmError.isInstance(error) ? `${error.code}: ${error.message}` : String(error);
    tell(account, { ended: began, at: now(), acknowledged: false, why });
    for (const id of ids) {
      known.delete(id);
      doubtful.set(id, now() + settings.lateMs);
    }
    return;
  }
  tell(account, { ended: began, at: now(), acknowledged: true });
  for (const id of ids) known.set(id, value);
  if (live.longestHoldMs() <= heldMs) return;
  heldMs = live.longestHoldMs();
  tell(account, { heldMs, at: now() });
}

/** A process reads its own writes, in whichever store they are. */
async function read(docs: LiveCollection, live: Live, writer: number): Promise<void> {
  const own = idsOf(writer);
  const id = own[Math.floor(random() * own.length)] ?? '';
  const [expected, before] = [known.get(id), live.phase()];
  if (expected === undefined || !PLAIN.includes(before)) return;
  const found = await docs.fetch([id]).catch(() => undefined);
  if (found === undefined || live.phase() !== before || known.get(id) !== expected) return;
  const [record] = found;
  if (valueOf(record) !== expected) {
    tell(account, { stale: `${id}: ${valueOf(record)} was read in ${before}, and last was ${expected}`, at: now() });
  }
}

async function work(docs: LiveCollection, live: Live, writer: number): Promise<void> {
  while (!stop.signal.aborted) {
    await delay(20 + random() * 200);
    const ids = choose(writer);
    if (ids.length > 0) await write(docs, live, ids);
    if (random() < 0.3) await read(docs, live, writer);
  }
}

async function takePart(): Promise<Live> {
  const { journal } = settings;
  for (;;) {
    try {
      return await openLive({ move: 'docs', journal, name, whenJournalIsDown: 'refuse-writes' });
    } catch {
      await delay(200);
    }
  }
}

remember();
const live = await takePart();
const stores = { source: openStore(settings.source), target: openStore(settings.target) };
const docs = await liveCollection(live, stores);
await Promise.all(settings.writers.map((writer) => work(docs, live, writer)));
await live.close();
await Promise.all([stores.source.close(), stores.target.close()]);
