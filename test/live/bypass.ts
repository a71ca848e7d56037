import { setTimeout as delay } from 'node:timers/promises';
import type { VectorStoreV1 } from '@vsm/core';
import type { Journal, Phase } from '@vsm/live';
import { insist } from './insist.ts';
import { all, recordOf } from './records.ts';

/** Writes around the journal, after a copy and before the verification that has to find them. */
export class Bypass {
  readonly #journal: Journal;
  readonly #source: VectorStoreV1;
  readonly #target: VectorStoreV1;
  readonly #expected = new Map<string, number | undefined>();
  readonly #found = new Set<string>();
  /** Of this attempt. */
  #lately: readonly string[] = [];
  /** Of attempts that came to a switch. */
  readonly #due = new Set<string>();
  #version = 0;
  readonly problems: string[] = [];

  constructor(journal: Journal, source: VectorStoreV1, target: VectorStoreV1) {
    this.#journal = journal;
    this.#source = source;
    this.#target = target;
  }

  get planted(): number {
    return this.#expected.size;
  }

  /** Those that a verification had to find: of an attempt that was given up before, the next copy takes them along. */
  get due(): number {
    return this.#due.size;
  }

  get found(): number {
    return [...this.#due].filter((id) => this.#found.has(id)).length;
  }

  reached(phase: Phase): void {
    if (phase === 'off') this.#lately = [];
    if (phase !== 'switched') return;
    for (const id of this.#lately) {
      if (!this.#due.has(id) && !this.#found.has(id)) this.problems.push(`${id}: switched before it was found`);
      this.#due.add(id);
    }
  }

  /** What each record should hold. */
  get expected(): ReadonlyMap<string, number | undefined> {
    return this.#expected;
  }

  /** Where a copy has just ended, writes two records and deletes one. */
  async plant(): Promise<void> {
    const { row } = await insist(() => this.#journal.seen());
    const { copied } = await insist(() => this.#journal.facts());
    if (row.phase !== 'backfill' || copied?.version !== row.version || this.#version === row.version) return;
    this.#version = row.version;
    const collection = await this.#source.openCollection('docs');
    const written = [recordOf(`planted-${row.version}`, row.version), recordOf(`rests-${row.version}`, row.version)];
    const gone = `rests-${1000 + row.version}`;
    await collection.upsert(written);
    await collection.delete([gone]);
    for (const { id } of written) this.#expected.set(id, row.version);
    this.#expected.set(gone, undefined);
    this.#lately = [...written.map(({ id }) => id), gone];
  }

  /** Notes which of them are listed or marked, which nobody else does, until it is ended. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { verified, sampled } = await insist(() => this.#journal.facts());
      const marks = await insist(() => this.#journal.marksOf([...this.#expected.keys()].map((id) => `/${id}`)));
      for (const key of [...(verified?.ids ?? []), ...(sampled?.ids ?? []), ...marks.keys()]) {
        const id = key.replace(/^\//, '');
        if (this.#expected.has(id)) this.#found.add(id);
      }
      await delay(50, undefined, { signal }).catch(() => undefined);
    }
  }

  /** After a switch: the target has them. */
  async check(): Promise<void> {
    const records = await all(await this.#target.openCollection('docs'));
    for (const [id, value] of this.#expected) {
      const found = records.get(id) ?? null;
      if (found === (value ?? null)) continue;
      this.problems.push(`${id}: written around the journal, and the target serves ${found} instead of ${value}`);
    }
  }
}
