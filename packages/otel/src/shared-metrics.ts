import type { Attributes, BatchObservableResult } from '@opentelemetry/api';
import type { ObservedSharedRun } from '@vsm/core';
import { runAttributes } from './attributes.ts';
import type { Instruments } from './instruments.ts';

/** The metrics of a run that several processes share, as a whole: asked for whenever metrics are collected. */
export class SharedRunMetrics {
  readonly #instruments: Instruments;
  readonly #run: ObservedSharedRun;
  readonly #attributes: Attributes;

  constructor(instruments: Instruments, run: ObservedSharedRun) {
    this.#instruments = instruments;
    this.#run = run;
    this.#attributes = runAttributes(run);
  }

  observe(result: BatchObservableResult): void {
    const progress = this.#run.progress();
    if (progress?.shared === undefined) return;
    const { workers, items, takeovers } = progress.shared;
    const { sharedWorkers, sharedItems, sharedTakeovers, sharedRefused, sharedBacklog, sharedPace, sharedEta } =
      this.#instruments;
    const inPhase = { ...this.#attributes, 'vsm.phase': progress.phase };
    result.observe(sharedWorkers, workers.length, inPhase);
    const { total, done, failed, taken } = items;
    const states = { done, failed, taken, waiting: Math.max(0, total - done - failed - taken) };
    for (const [state, count] of Object.entries(states)) {
      result.observe(sharedItems, count, { ...inPhase, 'vsm.item.state': state });
    }
    result.observe(sharedTakeovers, takeovers, this.#attributes);
    const refused = workers.reduce((sum, worker) => sum + worker.refused, 0);
    result.observe(sharedRefused, refused, this.#attributes);
    result.observe(sharedBacklog, Math.max(0, progress.totalVectors - progress.vectorsProcessed), inPhase);
    result.observe(sharedPace, progress.vectorsPerSecond, inPhase);
    if (progress.etaSeconds !== undefined) result.observe(sharedEta, progress.etaSeconds, inPhase);
  }
}
