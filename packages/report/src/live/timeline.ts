import type { MigrationProgress, TimelinePoint } from '@vsm/core';

/** Points that are kept; when there are more, every second one goes. */
const MOST = 240;

/** The course of a run as its progress tells it. */
export class LiveTimeline {
  #points: TimelinePoint[] = [];
  #newest: TimelinePoint | undefined;
  #started: number | undefined;
  #interval = 0.1;

  add({ phase, vectorsProcessed, bytesProcessed, retries, concurrency }: MigrationProgress): void {
    if (phase !== 'copying' && phase !== 'verifying') return;
    const now = performance.now();
    this.#started ??= now;
    const point: TimelinePoint = {
      seconds: (now - this.#started) / 1000,
      phase,
      vectors: vectorsProcessed,
      bytes: bytesProcessed,
      retries,
      concurrency,
      readMs: undefined,
      writeMs: undefined,
    };
    const last = this.#points.at(-1);
    const previous = this.#newest;
    this.#newest = point;
    if (last !== undefined && last.phase === phase && point.seconds - last.seconds < this.#interval) return;
    // The end of a phase is kept, so that the next one begins where it ended.
    if (previous !== undefined && previous !== last && previous.phase !== phase) this.#points.push(previous);
    this.#points.push(point);
    if (this.#points.length < MOST) return;
    this.#points = this.#points.filter((kept, index, all) => index % 2 === 0 || all[index + 1]?.phase !== kept.phase);
    this.#interval *= 2;
  }

  get points(): readonly TimelinePoint[] {
    const last = this.#points.at(-1);
    return this.#newest === undefined || this.#newest === last ? this.#points : [...this.#points, this.#newest];
  }
}
