import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { VsmError, type RunOutcome } from '@vsm/core';

/** The `error.type` of the semantic conventions: the code of an error of ours, the class of any other. */
export function errorType(error: unknown): string {
  if (VsmError.isInstance(error)) return error.code;
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z]\w{0,60}$/.test(name) ? name : '_OTHER';
}

/** `undefined` for a run that did all it should. */
export function outcomeType(outcome: RunOutcome): string | undefined {
  if ('error' in outcome) return errorType(outcome.error);
  const { success, rejected } = outcome.result;
  if (success) return undefined;
  return rejected > 0 ? 'records_rejected' : 'records_differ';
}

/**
 * Marks a span as failed. The message of the error stays here: stores quote ids, texts and URLs in theirs, and no pattern finds all of
 * these.
 */
export function fail(span: Span, error: unknown): void {
  const parts = [errorType(error)];
  if (VsmError.isInstance(error) && error.adapter !== undefined) parts.push(`from ${error.adapter}`);
  const status = statusOf(error);
  if (status !== undefined) parts.push(`with HTTP status ${status}`);
  mark(span, errorType(error), parts.join(' '), status === undefined ? {} : { 'http.response.status_code': status });
}

export function mark(span: Span, type: string, message: string, attributes: Attributes = {}): void {
  span.setAttributes({ ...attributes, 'error.type': type });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function statusOf(error: unknown): number | undefined {
  const status = VsmError.isInstance(error) && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
