import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { RunObserver, RunWatch } from '@vsm/core';
import { createInstruments, type Instruments } from './instruments.ts';
import { RunMetrics } from './metrics.ts';
import { SCOPE } from './scope.ts';
import { SharedRunMetrics } from './shared-metrics.ts';
import { RunSpans } from './spans.ts';

export interface OtelOptions {
  /** @default the global one, as it is when the first run starts */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @default the global one, as it is when the first run starts */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Makes spans and metrics of every run whose `observer` it is; without an SDK, nothing. No attribute holds an id, a text, a vector, a
 * namespace or the message of an error.
 *
 * @example
 * ```ts
 * import { createMemory } from '@vsm/adapter-memory';
 * import { migrate } from '@vsm/core';
 * import { createOtelObserver } from '@vsm/otel';
 *
 * const observer = createOtelObserver();
 * await migrate({ source: createMemory(), target: createMemory(), sourceCollection: 'docs', observer });
 * ```
 */
export function createOtelObserver(options: OtelOptions = {}): RunObserver {
  const running = new Set<RunMetrics | SharedRunMetrics>();
  let instruments: Instruments | undefined;
  // Not before: a meter of the time before the SDK was started would stay without effect.
  const start = (): Instruments => {
    const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE);
    const made = createInstruments(meter);
    const { backlog, concurrency, eta, checkpointAge } = made;
    const { sharedWorkers, sharedItems, sharedTakeovers, sharedRefused, sharedBacklog, sharedPace, sharedEta } = made;
    const shared = [sharedWorkers, sharedItems, sharedTakeovers, sharedRefused, sharedBacklog, sharedPace, sharedEta];
    meter.addBatchObservableCallback(
      (result) => {
        for (const run of running) run.observe(result);
      },
      [backlog, concurrency, eta, checkpointAge, ...shared],
    );
    return made;
  };
  return {
    runStarted: (run) => {
      instruments ??= start();
      const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE);
      const figures = new RunMetrics(instruments, run);
      running.add(figures);
      return watch(new RunSpans(tracer, run), figures, () => running.delete(figures));
    },
    sharedRunWatched: (run) => {
      instruments ??= start();
      const figures = new SharedRunMetrics(instruments, run);
      running.add(figures);
      return () => void running.delete(figures);
    },
  };
}

function watch(spans: RunSpans, figures: RunMetrics, forget: () => void): RunWatch {
  return {
    phaseEntered: (phase) => {
      spans.enter(phase);
      figures.enter(phase);
    },
    partBegun: (part) => spans.beginPart(part),
    partEnded: (part, error) => spans.endPart(part, error),
    called: (call) => figures.called(call),
    pageAccounted: (page) => figures.page(page),
    retried: (retry) => figures.retried(retry),
    ended: (outcome) => {
      forget();
      figures.end(outcome);
      spans.end(outcome);
    },
  };
}
