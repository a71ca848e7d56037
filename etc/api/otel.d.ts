// index.d.ts
export { createOtelObserver, type OtelOptions } from './observer.ts';

// observer.d.ts
import { type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import type { RunObserver } from '@vsm/core';
export interface OtelOptions {
    readonly tracerProvider?: TracerProvider | undefined;
    readonly meterProvider?: MeterProvider | undefined;
}
export declare function createOtelObserver(options?: OtelOptions): RunObserver;
