import { recordKey, type UpsertResult, type VectorRecord } from '@vsm/core';
import { own } from '@vsm/core/adapter';
import { checkAccount, isTooLarge } from '@vsm/core/engine';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import { heldUntil, type KeyedMark, type PhaseRow, type Side } from './model.ts';
import { nameOf, routeFrom, type Route, type Routes } from './route.ts';
import { LeaseLost, type HeldLease } from './lease.ts';
import { bothValues } from './doubts.ts';

export interface DrainerOptions {
  readonly journal: Journal;
  readonly lease: HeldLease;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly batchSize?: number | undefined;
  /** Batches at once. */
  readonly concurrency?: number | undefined;
  /** Told of a batch that could not be fetched or written; its marks stay. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

/** What a look at the marks found. */
export interface Pass {
  readonly marks: number;
  readonly refused: number;
  /** Age of the oldest that was not drained yet as it is. */
  readonly lagMs: number;
}

/** Makes marked ids equal in both stores: what the one holds now is written to the other, or deleted there. */
export class Drainer {
  readonly #options: DrainerOptions;
  /** Of these a drain is on its way. */
  readonly #inFlight = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  /** Marks that may not be cleared yet were drained at this seq already. */
  readonly #early = new Map<string, string>();
  /** Records of one request, since more were too large. */
  #fitting = Number.POSITIVE_INFINITY;
  #fatal: { readonly error: unknown } | undefined;
  drained = 0;

  constructor(options: DrainerOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#running.size === 0;
  }

  /** Begins to drain what is marked, as far as there is room. */
  async pass(from: Side, seen: { readonly row: PhaseRow; readonly now: number }): Promise<Pass> {
    const { journal, concurrency = 4 } = this.#options;
    if (this.#fatal !== undefined) throw this.#fatal.error;
    const route = routeFrom(this.#options.routes, from);
    // No more than one request each: the lease is looked at before each write, not within.
    const batchSize = Math.min(this.#options.batchSize ?? 200, route.mostAtOnce, this.#fitting);
    const found = { marks: 0, refused: 0, lagMs: 0 };
    let batch: KeyedMark[] = [];
    const begin = (): void => {
      if (batch.length > 0) this.#begin(route, batch, seen.now);
      batch = [];
    };
    for await (const mark of journal.marks()) {
      found.marks += 1;
      if (mark.refused !== undefined) found.refused += 1;
      else if (this.#early.get(mark.key) !== mark.seq) found.lagMs = Math.max(found.lagMs, seen.now - mark.at);
      if (!this.#wants(mark, seen.now) || this.#running.size >= concurrency) continue;
      batch.push(mark);
      if (batch.length === batchSize) begin();
    }
    begin();
    return found;
  }

  /** Waits for what is on its way. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  #wants(mark: KeyedMark, now: number): boolean {
    const { key, seq, refused } = mark;
    if (refused !== undefined || (this.#inFlight.has(key) && this.#options.journal.keeps('one-drain'))) return false;
    return heldUntil(mark) < now || this.#early.get(key) !== seq;
  }

  #begin(route: Route, batch: readonly KeyedMark[], now: number): void {
    const count = (key: string, by: number): void => {
      const left = (this.#inFlight.get(key) ?? 0) + by;
      if (left > 0) this.#inFlight.set(key, left);
      else this.#inFlight.delete(key);
    };
    for (const { key } of batch) count(key, 1);
    const running = this.#drain(route, batch, now)
      .catch((error: unknown) => {
        if (!(error instanceof LeaseLost)) this.#options.onProblem?.(error);
        if (error instanceof Unraised) this.#fatal = { error };
      })
      .finally(() => {
        for (const { key } of batch) count(key, -1);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  async #drain(route: Route, batch: readonly KeyedMark[], now: number): Promise<void> {
    const { journal, lease } = this.#options;
    const check = lease.begin();
    const keys = batch.map(({ key }) => key);
    const images = await route.images(await route.read(keys));
    if (route.from === 'target') await this.#keepDoubts(route, keys);
    const refused = await this.#write(route, keys, images, check);
    const settled = batch.filter((mark) => heldUntil(mark) < now || !journal.keeps('clear-taken-settled'));
    for (const mark of batch) {
      if (heldUntil(mark) >= now) this.#early.set(mark.key, mark.seq);
      else this.#early.delete(mark.key);
    }
    const taken = settled.filter(({ key }) => !refused.has(key));
    await this.#note(taken, images);
    if (taken.length > 0) await journal.clear(taken, now);
    const listed = settled.flatMap((mark) => {
      const why = refused.get(mark.key);
      return why === undefined ? [] : [{ ...mark, why }];
    });
    if (listed.length > 0) await journal.refuse(listed, now);
    this.drained += taken.length;
  }

  /** What is in doubt is kept as both stores hold it, before the one is made like the other. */
  async #keepDoubts(route: Route, keys: readonly string[]): Promise<void> {
    const { journal } = this.#options;
    for await (const doubt of journal.doubtful()) {
      const unseen = keys.filter((key) => doubt.keys.includes(key) && own(doubt.values ?? {}, key) === undefined);
      if (unseen.length > 0) await journal.keepValues(doubt, await bothValues(route, unseen));
    }
  }

  /** What the transform leaves out is told; what was left out before, and is there now, is told no longer. */
  async #note(taken: readonly KeyedMark[], images: Awaited<ReturnType<Route['images']>>): Promise<void> {
    const { journal } = this.#options;
    const before = await journal.leftOf(taken.map(({ key }) => key));
    const changes = taken.flatMap(({ key }): [string, string | undefined][] => {
      const image = images.get(key);
      if (image?.kind === 'dropped') return [[key, image.why]];
      return before.has(key) ? [[key, undefined]] : [];
    });
    await journal.leave(new Map(changes));
  }

  /** @returns why records were not taken, by key; what the store held of them before is deleted */
  async #write(
    route: Route,
    keys: readonly string[],
    images: Awaited<ReturnType<Route['images']>>,
    check: () => void,
  ): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>();
    const records = keys.flatMap((key) => {
      const image = images.get(key);
      if (image?.kind === 'refused') refused.set(key, image.why);
      return image?.kind === 'record' ? [image.stored] : [];
    });
    let sent = false;
    const send = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
      check();
      sent = true;
      const answer = await request();
      // Sent by a process that stood still, it may have come after what the next one has written.
      check();
      sent = false;
      return answer;
    };
    try {
      if (records.length > 0) {
        const { rejected } = checkAccount(await send(() => upsert(route, records)), records);
        const keyOf = new Map(keys.map((key) => [recordKey(route.nameInTarget(key)), key]));
        for (const rejection of rejected) {
          const key = keyOf.get(recordKey(rejection));
          if (key === undefined) throw new Error(`"${rejection.id}" was refused, and not sent.`);
          refused.set(key, rejection.detail);
        }
      }
      const gone = keys.filter((key) => images.get(key)?.kind !== 'record' || refused.has(key));
      const groups = Map.groupBy(gone.map(route.nameInTarget), ({ namespace }) => namespace);
      for (const [namespace, names] of groups) {
        const ids = names.map(({ id }) => id);
        await send(() => route.target.delete(ids, { namespace }));
      }
    } catch (error) {
      // Nothing is sent again here, where part of it may still land: the next ones are smaller.
      if (isTooLarge(error)) this.#fitting = Math.min(this.#fitting, Math.ceil(keys.length / 2));
      if (sent) await this.#raise(keys);
      throw error;
    }
    return refused;
  }

  /** What may still land is marked for as long; until the journal has said so, nothing else is done with these ids. */
  async #raise(keys: readonly string[]): Promise<void> {
    const { journal, clock } = this.#options;
    if (!journal.keeps('failed-raised')) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await journal.raise(keys);
        return;
      } catch (cause) {
        if (!journal.keeps('raise-insists')) return;
        if (attempt === RAISES)
          throw new Unraised(
            keys.map((key) => nameOf(key).id),
            cause,
          );
        await clock.sleep(journal.timings.poll);
      }
    }
  }
}

/** One record that is too large is refused by name, as a copy does it. */
async function upsert({ target }: Route, records: readonly VectorRecord[]): Promise<UpsertResult> {
  try {
    return await target.upsert(records);
  } catch (error) {
    const [only] = records;
    if (only === undefined || records.length > 1 || !isTooLarge(error)) throw error;
    const { id, namespace } = only;
    return { accepted: 0, rejected: [{ id, namespace, reason: 'too-large', detail: error.message }] };
  }
}

/** Tries of a raise before the drainer ends: a new one has to wait until nothing can land any more. */
const RAISES = 1000;

class Unraised extends Error {
  constructor(ids: readonly string[], cause: unknown) {
    super(`The journal could not be told that writes of ${ids.length} records may still land: this drainer ends.`, {
      cause,
    });
  }
}
