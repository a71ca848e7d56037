import {
  metrics,
  type Attributes,
  type BatchObservableResult,
  type Meter,
  type ObservableGauge,
} from '@opentelemetry/api';
import type { OtelOptions } from './observer.ts';
import { SCOPE } from './scope.ts';

/** Where a live move stands; the status of a move of `@vsm/live` is one. Times are in milliseconds. */
export interface MoveFigures {
  readonly move: string;
  readonly phase: { readonly phase: string; readonly version: number };
  readonly instances: readonly MoveInstance[];
  readonly runner?: { readonly figures?: MoveDrain | undefined } | undefined;
  readonly facts: { readonly sampled?: Compared | undefined; readonly verified?: Compared | undefined };
  readonly marks: number;
  readonly held: number;
  readonly refused: readonly unknown[];
  readonly doubtful: readonly unknown[];
}

/** What the runner of a move says of its drain. */
export interface MoveDrain {
  readonly lagMs: number;
  readonly drained: number;
  readonly rates?: MoveRates | undefined;
}

/** How fast marks come and are drained. */
export interface MoveRates {
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  /** Absent where it would never be. */
  readonly drainedInMs?: number | undefined;
}

interface Compared {
  readonly compared: number;
  readonly differing: number;
}

export interface MoveInstance {
  readonly ack: number;
  readonly longestHoldMs?: number | undefined;
  readonly shadow?: MoveReads | undefined;
}

/** Reads that both stores answered. */
export interface MoveReads {
  readonly samples: number;
  readonly overlap: number;
  readonly missingFirst: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly sourceMs: readonly [p50: number, p95: number];
  readonly targetMs: readonly [p50: number, p95: number];
}

/**
 * Makes metrics of a live move, asked for its status whenever they are collected. No attribute holds an id or a name of a process.
 * @returns what ends it
 */
export function watchMove(
  status: () => Promise<MoveFigures>,
  { meterProvider }: Pick<OtelOptions, 'meterProvider'> = {},
): () => void {
  const meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE);
  const gauges = createGauges(meter);
  const observe = async (result: BatchObservableResult): Promise<void> => {
    let figures: MoveFigures;
    try {
      figures = await status();
    } catch {
      // Without an answer there are no figures, rather than old ones.
      return;
    }
    for (const [name, value, attributes] of measured(figures)) {
      result.observe(gauges[name], value, { 'vsm.live.move': figures.move, ...attributes });
    }
  };
  const all = Object.values(gauges);
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}

const GAUGES = {
  'vsm.live.phase': ['{move}', 'One, with the phase that the move is in.'],
  'vsm.live.marks': ['{mark}', 'Ids that may differ in the two stores.'],
  'vsm.live.marks.held': ['{mark}', 'Those that something without an answer may still change.'],
  'vsm.live.lag': ['s', 'Age of the oldest mark that was not drained yet.'],
  'vsm.live.drained': ['{record}', 'Records that this runner has drained.'],
  'vsm.live.marks.in': ['{mark}/s', 'Ids that got a mark, in the last minute.'],
  'vsm.live.marks.out': ['{mark}/s', 'Ids that were drained, in the last minute.'],
  'vsm.live.drained_in': ['s', 'When all marks are drained at these rates; absent where they never are.'],
  'vsm.live.refused': ['{record}', 'Records that the other store does not take, up to a hundred.'],
  'vsm.live.in_doubt': ['{write}', 'Writes that may have reached a store after the switch, up to a hundred.'],
  'vsm.live.compared': ['{record}', 'Unmarked records that were compared.'],
  'vsm.live.differing': ['{record}', 'Those of them that were not alike.'],
  'vsm.live.instances': ['{instance}', 'Processes of the application.'],
  'vsm.live.hold': ['s', 'The longest that a switch has held a write.'],
  'vsm.live.reads.compared': ['{read}', 'Reads that both stores were asked.'],
  'vsm.live.reads.overlap': ['1', 'Mean share of the ids of one answer that are in the other.'],
  'vsm.live.reads.missing_first': ['{read}', 'Answers whose first id the other one lacks.'],
  'vsm.live.reads.errors': ['{read}', 'Reads that the target failed.'],
  'vsm.live.reads.fallbacks': ['{read}', 'Reads of a canary that the source answered in the end.'],
  'vsm.live.reads.duration': ['s', 'Time of compared reads, the worst of all processes.'],
} as const satisfies Readonly<Record<string, readonly [unit: string, description: string]>>;

type GaugeName = keyof typeof GAUGES;

function createGauges(meter: Meter): Readonly<Record<GaugeName, ObservableGauge>> {
  const entries = Object.entries(GAUGES).map(([name, [unit, description]]) => [
    name,
    meter.createObservableGauge(name, { unit, description }),
  ]);
  return Object.fromEntries(entries) as Record<GaugeName, ObservableGauge>;
}

type Measured = readonly [name: GaugeName, value: number, attributes?: Attributes];

function measured({ phase, instances, runner, facts, marks, held, refused, doubtful }: MoveFigures): Measured[] {
  const silent = instances.filter(({ ack }) => ack < phase.version).length;
  const figures = runner?.figures;
  const by = (check: keyof typeof facts): Measured[] => {
    const found = facts[check];
    if (found === undefined) return [];
    const attributes = { 'vsm.live.check': check };
    return [
      ['vsm.live.compared', found.compared, attributes],
      ['vsm.live.differing', found.differing, attributes],
    ];
  };
  return [
    ['vsm.live.phase', 1, { 'vsm.live.phase': phase.phase }],
    ['vsm.live.marks', marks],
    ['vsm.live.marks.held', held],
    ['vsm.live.refused', refused.length],
    ['vsm.live.in_doubt', doubtful.length],
    ['vsm.live.instances', instances.length - silent, { 'vsm.live.acknowledged': true }],
    ['vsm.live.instances', silent, { 'vsm.live.acknowledged': false }],
    ['vsm.live.hold', Math.max(0, ...instances.map(({ longestHoldMs = 0 }) => longestHoldMs)) / 1000],
    ...(figures === undefined
      ? []
      : ([
          ['vsm.live.lag', figures.lagMs / 1000],
          ['vsm.live.drained', figures.drained],
          ...ratesOf(figures.rates),
        ] satisfies Measured[])),
    ...by('verified'),
    ...by('sampled'),
    ...readsOf(instances.flatMap(({ shadow }) => shadow ?? [])),
  ];
}

function ratesOf(rates: MoveRates | undefined): Measured[] {
  if (rates === undefined) return [];
  const { inPerSecond, outPerSecond, drainedInMs } = rates;
  return [
    ['vsm.live.marks.in', inPerSecond],
    ['vsm.live.marks.out', outPerSecond],
    ...(drainedInMs === undefined ? [] : [['vsm.live.drained_in', drainedInMs / 1000] satisfies Measured]),
  ];
}

function readsOf(reads: readonly MoveReads[]): Measured[] {
  if (reads.length === 0) return [];
  const sum = (of: (one: MoveReads) => number): number => reads.reduce((total, one) => total + of(one), 0);
  const samples = sum((one) => one.samples);
  const times = (['source', 'target'] as const).flatMap((store) =>
    ([0.5, 0.95] as const).map((quantile, at): Measured => {
      const worst = Math.max(...reads.map((one) => one[`${store}Ms`][at] ?? 0));
      return ['vsm.live.reads.duration', worst / 1000, { 'vsm.store': store, quantile }];
    }),
  );
  return [
    ['vsm.live.reads.compared', samples],
    ['vsm.live.reads.overlap', sum((one) => one.overlap * one.samples) / Math.max(1, samples)],
    ['vsm.live.reads.missing_first', sum((one) => one.missingFirst)],
    ['vsm.live.reads.errors', sum((one) => one.errors)],
    ['vsm.live.reads.fallbacks', sum((one) => one.fallbacks)],
    ...times,
  ];
}
