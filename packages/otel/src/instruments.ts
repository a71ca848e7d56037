import type { Counter, Histogram, Meter, ObservableCounter, ObservableGauge } from '@opentelemetry/api';

/** Every instrument of this package. docs/opentelemetry.md lists them. */
export interface Instruments {
  readonly operations: Histogram;
  readonly runs: Counter;
  readonly records: Counter;
  readonly rejected: Counter;
  readonly bytes: Counter;
  readonly retries: Counter;
  readonly throttles: Counter;
  readonly differences: Counter;
  readonly backlog: ObservableGauge;
  readonly concurrency: ObservableGauge;
  readonly eta: ObservableGauge;
  readonly checkpointAge: ObservableGauge;
  readonly sharedWorkers: ObservableGauge;
  readonly sharedItems: ObservableGauge;
  readonly sharedTakeovers: ObservableCounter;
  readonly sharedRefused: ObservableGauge;
  readonly sharedBacklog: ObservableGauge;
  readonly sharedPace: ObservableGauge;
  readonly sharedEta: ObservableGauge;
}

/** The buckets that the semantic conventions ask for, in seconds. */
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export function createInstruments(meter: Meter): Instruments {
  return {
    operations: meter.createHistogram('db.client.operation.duration', {
      unit: 's',
      description: 'Duration of database client operations.',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    }),
    runs: meter.createCounter('vsm.runs', { unit: '{run}', description: 'Runs that have ended.' }),
    records: meter.createCounter('vsm.records.processed', {
      unit: '{record}',
      description: 'Records that a phase is done with.',
    }),
    rejected: meter.createCounter('vsm.records.rejected', {
      unit: '{record}',
      description: 'Records that were refused, by name.',
    }),
    bytes: meter.createCounter('vsm.io', {
      unit: 'By',
      description: 'Approximate size in memory of the records that a phase is done with.',
    }),
    retries: meter.createCounter('vsm.retries', {
      unit: '{retry}',
      description: 'Calls repeated because they failed for a passing reason.',
    }),
    throttles: meter.createCounter('vsm.throttles', {
      unit: '{throttle}',
      description: 'Calls that a store refused because there were too many.',
    }),
    differences: meter.createCounter('vsm.differences', {
      unit: '{difference}',
      description: 'Differences that verification found.',
    }),
    backlog: meter.createObservableGauge('vsm.backlog', {
      unit: '{record}',
      description: 'Records that the phase has still to process.',
    }),
    concurrency: meter.createObservableGauge('vsm.concurrency.permitted', {
      unit: '{write}',
      description: 'Writes that are allowed at once.',
    }),
    eta: meter.createObservableGauge('vsm.eta', { unit: 's', description: 'Time that the phase will still take.' }),
    checkpointAge: meter.createObservableGauge('vsm.checkpoint.age', {
      unit: 's',
      description:
        'Time since a page was last kept as done; what was read since then would be read again after a crash.',
    }),
    sharedWorkers: meter.createObservableGauge('vsm.shared.workers', {
      unit: '{worker}',
      description: 'Workers of a shared run that were heard of lately.',
    }),
    sharedItems: meter.createObservableGauge('vsm.shared.items', {
      unit: '{item}',
      description: 'Items of the step that a shared run is in.',
    }),
    sharedTakeovers: meter.createObservableCounter('vsm.shared.takeovers', {
      unit: '{item}',
      description: 'Items that were taken over from workers that were not heard of.',
    }),
    sharedRefused: meter.createObservableGauge('vsm.shared.refused', {
      unit: '{page}',
      description: 'Pages of the workers there are that did not count, because somebody else had the item.',
    }),
    sharedBacklog: meter.createObservableGauge('vsm.shared.backlog', {
      unit: '{record}',
      description: 'Records that the phase of a shared run has still to process.',
    }),
    sharedPace: meter.createObservableGauge('vsm.shared.pace', {
      unit: '{record}/s',
      description: 'Records a second over all workers.',
    }),
    sharedEta: meter.createObservableGauge('vsm.shared.eta', {
      unit: 's',
      description: 'Time that the phase of a shared run will still take.',
    }),
  };
}
