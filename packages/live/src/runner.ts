/** The process that a move needs beside the application: it copies, drains and verifies, as the phase has it. */
import { randomUUID } from 'node:crypto';
import type { CheckpointStore, RunObserver } from '@vsm/core';
import { realClock, type Clock } from '@vsm/distributed';
import { backfill } from './backfill.ts';
import { Checks } from './checks.ts';
import { Drainer, type Pass } from './drainer.ts';
import type { Journal } from './journal.ts';
import type { Lease } from './journal-members.ts';
import { HeldLease } from './lease.ts';
import { drainsFrom, isMarked, type MoveHeader, type PhaseRow, type RunnerFigures, type Side } from './model.ts';
import { Rates } from './rates.ts';
import { openRoutes, type Routes, type RouteStores } from './route.ts';

export interface RunMoveOptions {
  readonly journal: Journal;
  readonly stores: RouteStores;
  readonly signal: AbortSignal;
  /** Another one for each process and start. */
  readonly holder?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Where the copy is remembered, so that another process can take it up. @default as `migrate` has it */
  readonly checkpoints?: string | CheckpointStore | false | undefined;
  /** Of the copy. */
  readonly maxRecordsPerSecond?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly maxRetries?: number | undefined;
  readonly observer?: RunObserver | undefined;
  /** How long a verification counts as fresh. @default 12 hours */
  readonly verifyEveryMs?: number | undefined;
  /** How often some records are compared, up to a thousand. @default a minute */
  readonly sampleEveryMs?: number | undefined;
  /** Told of what it does, each time that this is another thing. */
  readonly onDoing?: ((doing: string) => void) | undefined;
  readonly onProblem?: ((problem: unknown) => void) | undefined;
}

const HALF_A_DAY_MS = 12 * 3_600_000;
const MINUTE_MS = 60_000;
/** All marks are read for it. */
const COUNT_MS = 10_000;

/** Works until `signal` ends it. */
export async function runMove(options: RunMoveOptions): Promise<void> {
  const runner = new Runner(options, await options.journal.header());
  await runner.work();
}

class Runner {
  readonly #options: RunMoveOptions;
  readonly #header: MoveHeader;
  readonly #clock: Clock;
  readonly #lease: HeldLease;
  readonly #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #ack: number | undefined;
  #figures: RunnerFigures = { marks: 0, lagMs: 0, drained: 0, refused: 0, doing: 'waiting' };
  readonly #rates = new Rates();
  /** What the rates are of. */
  #ratesOf: Side | undefined;
  #countedAt = Number.NEGATIVE_INFINITY;
  #routes: Routes | undefined;
  #drainer: Drainer | undefined;
  /** The phase in which instances that are gone were forgotten last. */
  #swept = 0;
  #copying: { readonly done: Promise<void>; readonly end: AbortController } | undefined;
  #checks: Checks | undefined;

  constructor(options: RunMoveOptions, header: MoveHeader) {
    this.#options = options;
    this.#header = header;
    this.#clock = options.clock ?? realClock;
    this.#lease = new HeldLease(options.journal, this.#clock, options.holder ?? randomUUID());
  }

  async work(): Promise<void> {
    const { signal, journal } = this.#options;
    const beating = this.#beat();
    try {
      while (!signal.aborted) {
        await this.#step().catch((error: unknown) => this.#tell(error));
        await this.#clock.sleep(journal.timings.poll, signal);
      }
    } finally {
      this.#stop.abort();
      await beating;
      await Promise.all([this.#copying?.done, this.#checks?.settle()]);
      await this.#drainer?.settle();
      await this.#lease.release().catch((error: unknown) => this.#tell(error));
    }
  }

  /** One at a time: a later word to the journal must not be overtaken by an earlier one. */
  #renew(): Promise<Lease> {
    const turn = this.#turn.then(() => this.#lease.renew(this.#ack, this.#figures));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** A copy takes longer than a lease. */
  async #beat(): Promise<void> {
    const { journal } = this.#options;
    while (!this.#stop.signal.aborted) {
      await this.#clock.sleep(journal.timings.lease / 4, this.#stop.signal);
      if (!this.#stop.signal.aborted) await this.#renew().catch((error: unknown) => this.#tell(error));
    }
  }

  async #step(): Promise<void> {
    const { claim, row, now } = await this.#renew();
    if (claim === undefined || !this.#lease.good) return this.#says(claim === undefined ? 'standing by' : 'waiting');
    if (row.version !== this.#swept) await this.#options.journal.sweep();
    this.#swept = row.version;
    if (row.phase !== 'backfill') this.#copying?.end.abort();
    else {
      this.#copying ??= this.#beginCopy(row);
      if (this.#options.journal.keeps('drain-after-copy')) return this.#count(row, now);
    }
    const from = row.phase === 'backfill' ? 'source' : drainsFrom(row);
    const oneWay = from === 'target' && 'why' in this.#header.back;
    if (from === undefined || oneWay) {
      this.#says('waiting');
      return this.#count(row, now);
    }
    const drainer = await this.#open();
    if (this.#ack === row.version && (await this.#stays(row))) return;
    this.#ack = undefined;
    const found = await drainer.pass(from, { row, now });
    this.#says(`draining the ${from}`);
    this.#looked(from, found, now);
    if (row.phase === 'switching' && found.marks === 0 && drainer.idle) {
      this.#ack = row.version;
      await this.#renew();
    }
    await this.#checks?.begin(row, now);
  }

  /** Where marks are only kept, they are counted now and then. */
  async #count(row: PhaseRow, now: number): Promise<void> {
    if (!isMarked(row) || now - this.#countedAt < COUNT_MS) return;
    this.#countedAt = now;
    const marks = await countOf(this.#options.journal.marks());
    this.#looked(undefined, { marks, lagMs: 0, refused: 0 }, now);
  }

  #looked(from: Side | undefined, found: Pass, now: number): void {
    if (this.#ratesOf !== from) this.#rates.forget();
    this.#ratesOf = from;
    const drained = this.#drainer?.drained ?? 0;
    const rates = this.#rates.look({ now, marks: found.marks, drained }, found);
    this.#figures = { ...this.#figures, ...found, drained, rates };
  }

  #says(doing: string): void {
    if (doing !== this.#figures.doing) this.#options.onDoing?.(doing);
    this.#figures = { ...this.#figures, doing };
  }

  /** Whether it keeps to its word for this switch. It takes that back before it drains what has come meanwhile. */
  async #stays(row: PhaseRow): Promise<boolean> {
    if (!(await this.#options.journal.anyMarks())) return true;
    this.#ack = undefined;
    const { row: now } = await this.#renew();
    return now.version !== row.version;
  }

  async #open(): Promise<Drainer> {
    const { journal, stores, batchSize, verifyEveryMs = HALF_A_DAY_MS, sampleEveryMs = MINUTE_MS } = this.#options;
    this.#routes ??= await openRoutes(this.#header, stores);
    this.#checks ??= new Checks({
      journal,
      header: this.#header,
      routes: this.#routes,
      clock: this.#clock,
      signal: this.#stop.signal,
      verifyEveryMs,
      sampleEveryMs,
      onProblem: (error) => this.#tell(error),
    });
    this.#drainer ??= new Drainer({
      journal,
      lease: this.#lease,
      routes: this.#routes,
      clock: this.#clock,
      batchSize,
      onProblem: (error) => this.#tell(error),
    });
    return this.#drainer;
  }

  /** A copy that goes on until its phase is over. */
  #beginCopy(row: PhaseRow): { readonly done: Promise<void>; readonly end: AbortController } {
    const end = new AbortController();
    const done = this.#copy(row, AbortSignal.any([this.#options.signal, end.signal]))
      .catch((error: unknown) => {
        if (!end.signal.aborted) this.#tell(error);
      })
      .finally(() => {
        this.#copying = undefined;
      });
    return { done, end };
  }

  async #copy(row: PhaseRow, signal: AbortSignal): Promise<void> {
    const { journal, stores, checkpoints, maxRecordsPerSecond, maxRetries, observer } = this.#options;
    const { copied } = await journal.facts();
    if (copied?.version === row.version) return this.#says('copied');
    this.#says('copying');
    await backfill({
      journal,
      header: this.#header,
      stores,
      lease: this.#lease,
      checkpoints,
      maxRecordsPerSecond,
      maxRetries,
      observer,
      signal,
    });
  }

  #tell(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.onProblem?.(error);
  }
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const item of items) if (item !== undefined) count += 1;
  return count;
}
