import { own } from '@vsm/core/adapter';
import type { ConformanceCase } from './case.ts';
import { createContext, type ConformanceContext } from './context.ts';
import { isOffered, OPTION } from './offers.ts';
import { describeError, ExpectationError } from './expectations.ts';
import type { ConformanceOptions } from './options.ts';

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  /** `deviation`: failed, as the options say that it does. */
  readonly status: 'passed' | 'failed' | 'not-applicable' | 'deviation';
  /** What went wrong, the declared reason of a deviation, or what would have to be offered. */
  readonly detail?: string;
  /** The usual causes of this failure. */
  readonly hint?: string;
}

/** Runs one case on a store of its own, and leaves nothing behind. Never throws. */
export async function runCase(one: ConformanceCase, options: ConformanceOptions): Promise<CaseResult> {
  const base = { id: one.id, title: one.title };
  const failed = (detail: string): CaseResult => ({ ...base, status: 'failed', detail, hint: one.hint });
  const deviation = own(options.deviations ?? {}, one.id);
  const { outcome, mess } = await attempt(one, options);
  if (mess !== undefined) {
    const before = typeof outcome === 'object' ? `${outcome.problem}; ` : '';
    return failed(`${before}while cleaning up: ${mess}`);
  }
  if (outcome === 'not-offered') {
    const option = OPTION[one.needs ?? 'raw'];
    return { ...base, status: 'not-applicable', detail: `not run: the harness gives no \`${option}\`` };
  }
  if (outcome === 'not-applicable') {
    if (deviation === undefined) return { ...base, status: 'not-applicable' };
    return failed('it is listed under `deviations`, but does not apply to these capabilities: remove the entry');
  }
  if (outcome === 'passed') {
    if (deviation === undefined) return { ...base, status: 'passed' };
    return failed('it passes now, but is listed under `deviations`: remove the entry');
  }
  return deviation === undefined ? failed(outcome.problem) : { ...base, status: 'deviation', detail: deviation };
}

/** @throws RangeError where a deviation names a case that does not exist. */
export function checkDeviations(cases: readonly ConformanceCase[], options: ConformanceOptions): void {
  for (const id of Object.keys(options.deviations ?? {})) {
    if (!cases.some((one) => one.id === id)) throw new RangeError(`deviations: there is no case "${id}"`);
  }
}

type Outcome = 'passed' | 'not-applicable' | 'not-offered' | { readonly problem: string };

async function attempt(
  one: ConformanceCase,
  options: ConformanceOptions,
): Promise<{ outcome: Outcome; mess: string | undefined }> {
  let context: ConformanceContext | undefined;
  const timeoutMs = options.timeoutMs ?? 60_000;
  let outcome: Outcome;
  try {
    context = await within(timeoutMs, createContext(options));
    if (one.appliesTo?.(context.capabilities) === false) outcome = 'not-applicable';
    else if (one.needs !== undefined && !isOffered(one.needs, options)) outcome = 'not-offered';
    else {
      await within(timeoutMs, one.run(context));
      outcome = 'passed';
    }
  } catch (error) {
    outcome = { problem: problemOf(error) };
  }
  return { outcome, mess: context === undefined ? undefined : await tidy(context, timeoutMs) };
}

async function tidy(context: ConformanceContext, timeoutMs: number): Promise<string | undefined> {
  let problem: string | undefined;
  for (const step of [context.cleanUp, context.close]) {
    try {
      await within(timeoutMs, step());
    } catch (error) {
      problem ??= problemOf(error);
    }
  }
  return problem;
}

function problemOf(error: unknown): string {
  return error instanceof ExpectationError ? error.message : `unexpected ${describeError(error)}`;
}

async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ExpectationError(`not finished after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
