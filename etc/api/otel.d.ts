// index.d.ts
export { watchMove, type MoveFigures, type MoveInstance, type MoveReads } from './move.ts';
export { createOtelObserver, type OtelOptions } from './observer.ts';

// move.d.ts
import type { OtelOptions } from './observer.ts';
export interface MoveFigures {
    readonly move: string;
    readonly phase: {
        readonly phase: string;
        readonly version: number;
    };
    readonly instances: readonly MoveInstance[];
    readonly runner?: {
        readonly figures?: MoveDrain | undefined;
    } | undefined;
    readonly facts: {
        readonly sampled?: Compared | undefined;
        readonly verified?: Compared | undefined;
    };
    readonly marks: number;
    readonly held: number;
    readonly refused: readonly unknown[];
    readonly doubtful: readonly unknown[];
}
export interface MoveDrain {
    readonly lagMs: number;
    readonly drained: number;
    readonly rates?: MoveRates | undefined;
}
export interface MoveRates {
    readonly inPerSecond: number;
    readonly outPerSecond: number;
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
export interface MoveReads {
    readonly samples: number;
    readonly overlap: number;
    readonly missingFirst: number;
    readonly errors: number;
    readonly fallbacks: number;
    readonly sourceMs: readonly [p50: number, p95: number];
    readonly targetMs: readonly [p50: number, p95: number];
}
export declare function watchMove(status: () => Promise<MoveFigures>, { meterProvider }?: Pick<OtelOptions, 'meterProvider'>): () => void;
export {};

// observer.d.ts
import { type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { RunObserver } from '@vsm/core';
export interface OtelOptions {
    readonly tracerProvider?: TracerProvider | undefined;
    readonly meterProvider?: MeterProvider | undefined;
}
export declare function createOtelObserver(options?: OtelOptions): RunObserver;
