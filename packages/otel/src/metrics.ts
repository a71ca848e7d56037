import type { Attributes, BatchObservableResult } from '@opentelemetry/api';
import type { MigrationPhase, ObservedCall, ObservedPage, ObservedRetry, ObservedRun, RunOutcome } from '@vsm/core';
import { databaseAttributes, runAttributes } from './attributes.ts';
import { errorType, outcomeType } from './failure.ts';
import type { Instruments } from './instruments.ts';

/** The metrics of one run. */
export class RunMetrics {
  readonly #instruments: Instruments;
  readonly #run: ObservedRun;
  readonly #attributes: Attributes;
  readonly #stores: Readonly<Record<'source' | 'target', Attributes>>;
  #inPhase: Attributes;
  #phase: MigrationPhase = 'planning';
  #lastPage = performance.now();

  constructor(instruments: Instruments, run: ObservedRun) {
    this.#instruments = instruments;
    this.#run = run;
    this.#attributes = runAttributes(run);
    this.#inPhase = this.#attributes;
    this.#stores = { source: databaseAttributes(run.source), target: databaseAttributes(run.target) };
  }

  enter(phase: MigrationPhase): void {
    this.#phase = phase;
    this.#inPhase = { ...this.#attributes, 'vsm.phase': phase };
    this.#lastPage = performance.now();
  }

  called({ store, operation, milliseconds, error }: ObservedCall): void {
    const attributes: Attributes = { ...this.#stores[store], 'db.operation.name': operation };
    if (error !== undefined) attributes['error.type'] = errorType(error);
    this.#instruments.operations.record(milliseconds / 1000, attributes);
  }

  page({ records, bytes, rejected }: ObservedPage): void {
    this.#lastPage = performance.now();
    this.#instruments.records.add(records, this.#inPhase);
    this.#instruments.bytes.add(bytes, this.#inPhase);
    if (rejected > 0) this.#instruments.rejected.add(rejected, this.#inPhase);
  }

  retried({ store, throttled }: ObservedRetry): void {
    const attributes = { ...this.#inPhase, 'vsm.store': store };
    this.#instruments.retries.add(1, attributes);
    if (throttled) this.#instruments.throttles.add(1, attributes);
  }

  end(outcome: RunOutcome): void {
    const attributes: Attributes = { ...this.#attributes, 'vsm.run.kind': this.#run.kind };
    const type = outcomeType(outcome);
    if (type !== undefined) attributes['error.type'] = type;
    this.#instruments.runs.add(1, attributes);
    const { missing = 0, extra = 0, changed = 0 } = ('result' in outcome && outcome.result.differences) || {};
    for (const [name, count] of Object.entries({ missing, extra, changed })) {
      if (count > 0) this.#instruments.differences.add(count, { ...this.#attributes, 'vsm.difference.kind': name });
    }
  }

  /** What is true at this moment, asked for whenever metrics are collected. */
  observe(result: BatchObservableResult): void {
    if (this.#phase === 'planning' || this.#phase === 'done') return;
    const { backlog, eta, concurrency, checkpointAge } = this.#instruments;
    const progress = this.#run.progress();
    result.observe(backlog, progress.totalVectors - progress.vectorsProcessed, this.#inPhase);
    if (progress.etaSeconds !== undefined) result.observe(eta, progress.etaSeconds, this.#inPhase);
    if (this.#phase !== 'copying') return;
    result.observe(concurrency, progress.concurrency, this.#inPhase);
    if (this.#run.remembered) result.observe(checkpointAge, (performance.now() - this.#lastPage) / 1000, this.#inPhase);
  }
}
