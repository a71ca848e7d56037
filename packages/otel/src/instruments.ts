import type { Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api';

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
  };
}
