/** What a process of the application did, by its own account: a line a step, written before the step, so that a killed process has told all. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a write leaves of a record: its value, or nothing. */
export type Value = number | null;

/** Times are those of one clock, which all processes of this machine share. */
export type Step =
  | { readonly began: string; readonly at: number; readonly values: Readonly<Record<string, Value>> }
  | { readonly ended: string; readonly at: number; readonly acknowledged: boolean; readonly why?: string }
  /** A read that returned what cannot have been the last write. */
  | { readonly stale: string; readonly at: number }
  /** How long a write was held, once that is longer than before. */
  | { readonly heldMs: number; readonly at: number };

export function now(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

export function tell(account: string, step: Step): void {
  appendFileSync(account, `${JSON.stringify(step)}\n`);
}

export function readAccount(account: string): readonly Step[] {
  if (!existsSync(account)) return [];
  const lines = readFileSync(account, 'utf8').split('\n');
  // A process that is killed may leave half a line.
  return lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Step] : []));
}

/** One write of one record. */
export interface Write {
  readonly value: Value;
  readonly began: number;
  /** When it was acknowledged; it may have landed at any time before. */
  readonly acknowledged: number | undefined;
  /** When it failed. */
  readonly failed: number | undefined;
}

/** The writes of each record, in all accounts. */
export function writesOf(steps: readonly Step[]): ReadonlyMap<string, readonly Write[]> {
  const ends = new Map(steps.flatMap((step) => ('ended' in step ? [[step.ended, step] as const] : [])));
  const found = new Map<string, Write[]>();
  for (const step of steps) {
    if (!('began' in step)) continue;
    const end = ends.get(step.began);
    for (const [id, value] of Object.entries(step.values)) {
      const write: Write = {
        value,
        began: step.at,
        acknowledged: end?.acknowledged === true ? end.at : undefined,
        failed: end?.acknowledged === false ? end.at : undefined,
      };
      found.set(id, [...(found.get(id) ?? []), write]);
    }
  }
  return found;
}

/**
 * What a record may hold in the end: the last acknowledged write, one that was on its way at the same time, or one without an answer that
 * came later. `lateMs`: how long after its begin, or its failure, a write without an answer may land;
 * `deletesFirst`: a write without an answer may have left nothing.
 */
export function permitted(
  writes: readonly Write[],
  before: Value,
  { lateMs, deletesFirst }: { readonly lateMs: number; readonly deletesFirst: boolean },
): ReadonlySet<Value> {
  const acknowledged = writes.filter((write) => write.acknowledged !== undefined);
  const lastBegan = Math.max(Number.NEGATIVE_INFINITY, ...acknowledged.map(({ began }) => began));
  const landedBy = (write: Write): number => write.acknowledged ?? (write.failed ?? write.began) + lateMs;
  const values = writes
    .filter((write) => landedBy(write) >= lastBegan)
    .flatMap(({ value, acknowledged: end }) => (deletesFirst && end === undefined ? [value, null] : [value]));
  return new Set(acknowledged.length === 0 ? [before, ...values] : values);
}
