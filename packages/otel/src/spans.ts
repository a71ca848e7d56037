import { context, trace, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type { MigrationPhase, ObservedPart, ObservedRun, RunOutcome } from '@vsm/core';
import { databaseAttributes, runAttributes, server } from './attributes.ts';
import { fail, mark, outcomeType } from './failure.ts';

/** The spans of one run: run → phase → partition. Pages have none: a run may have a million of them. */
export class RunSpans {
  readonly #tracer: Tracer;
  readonly #run: ObservedRun;
  readonly #span: Span;
  readonly #inRun: Context;
  readonly #parts = new Map<ObservedPart, Span>();
  #phase: { readonly name: MigrationPhase; readonly span: Span; readonly inPhase: Context } | undefined;

  constructor(tracer: Tracer, run: ObservedRun) {
    this.#tracer = tracer;
    this.#run = run;
    const attributes: Attributes = {
      ...runAttributes(run),
      'vsm.source.address': server(run.source).address,
      'vsm.target.address': server(run.target).address,
      'vsm.run.kind': run.kind,
      'vsm.run.id': run.runId,
      'vsm.run.dry_run': run.dryRun,
    };
    // Below the span of whoever calls.
    const outside = context.active();
    this.#span = tracer.startSpan(`vsm ${run.kind}`, { attributes }, outside);
    this.#inRun = trace.setSpan(outside, this.#span);
  }

  enter(phase: MigrationPhase): void {
    this.#phase?.span.end();
    this.#phase = undefined;
    if (phase === 'done') return;
    const span = this.#tracer.startSpan(`vsm ${phase}`, { attributes: { 'vsm.phase': phase } }, this.#inRun);
    this.#phase = { name: phase, span, inPhase: trace.setSpan(this.#inRun, span) };
  }

  beginPart(part: ObservedPart): void {
    const attributes: Attributes = {
      ...databaseAttributes(this.#run[part.store]),
      'db.operation.name': 'scan',
      'vsm.partition.index': part.index,
      'vsm.partition.estimated_records': part.estimatedCount,
    };
    const name = `vsm ${this.#phase?.name ?? this.#run.kind} partition`;
    this.#parts.set(part, this.#tracer.startSpan(name, { attributes }, this.#phase?.inPhase ?? this.#inRun));
  }

  endPart(part: ObservedPart, error: unknown): void {
    const span = this.#parts.get(part);
    if (span === undefined) return;
    this.#parts.delete(part);
    if (error !== undefined) fail(span, error);
    span.end();
  }

  end(outcome: RunOutcome): void {
    if ('error' in outcome) {
      if (this.#phase !== undefined) fail(this.#phase.span, outcome.error);
      fail(this.#span, outcome.error);
    } else {
      const { runId, written, rejected, differences } = outcome.result;
      this.#span.setAttributes({
        'vsm.run.id': runId,
        'vsm.records.written': written,
        'vsm.records.rejected': rejected,
        'vsm.differences.missing': differences?.missing,
        'vsm.differences.extra': differences?.extra,
        'vsm.differences.changed': differences?.changed,
      });
      const type = outcomeType(outcome);
      if (type !== undefined) mark(this.#span, type, type);
    }
    this.#phase?.span.end();
    this.#span.end();
  }
}
