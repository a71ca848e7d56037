import type { JsonValue } from '@vsm/core';
import type { CopySides } from '@vsm/core/engine';

/** What the source held when a run began, or when it was copied, as a ledger keeps it. */
export interface Before {
  readonly witness?: JsonValue | undefined;
  readonly count?: JsonValue | undefined;
}

/** How many records the source holds, by each of its roads, so that a later process can tell whether it changed meanwhile. */
export async function countBefore({
  source,
  plan,
}: Pick<CopySides, 'source' | 'plan'>): Promise<Record<string, JsonValue>> {
  if (plan.filter !== undefined || plan.namespaces !== undefined) return {};
  const witness = await source.witness?.();
  const count = source.witness === undefined ? await source.count() : undefined;
  return JSON.parse(JSON.stringify({ witness, count })) as Record<string, JsonValue>;
}

/** The source, whose first answer is the one that it gave then. */
export function countedBefore(source: CopySides['source'], before: Before): CopySides['source'] {
  const first = <Answer>(kept: unknown, ask: () => Promise<Answer>): (() => Promise<Answer>) => {
    let asked = kept === undefined;
    return async () => {
      if (asked) return ask();
      asked = true;
      return kept as Answer;
    };
  };
  const witness = source.witness?.bind(source);
  return {
    ...source,
    ...(witness === undefined
      ? { count: first(before.count, source.count.bind(source)) }
      : { witness: first(before.witness, witness) }),
  };
}
