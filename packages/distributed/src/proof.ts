import type { MigrationResult } from '@vsm/core';
import {
  comparedSides,
  compareParts,
  concludeRun,
  intoTarget,
  mergeVerifications,
  openEnd,
  Rejections,
  watchSource,
  type PartVerification,
} from '@vsm/core/engine';
import { levelOf, sidesOf, type Steps } from './context.ts';
import { countedBefore, type Before } from './count-before.ts';
import { copySums } from './ledger-rows.ts';
import type { Ledger } from './ledger.ts';
import type { ItemResult } from './model.ts';

/** The result of `finish`: keys of ids that several records have, in different items. */
export interface Finished {
  readonly doubled: readonly string[];
}

/** The records of an item, as the ledger has them and as the target has them. */
export async function compare({ ledger, context, item }: Steps): Promise<ItemResult> {
  const { plan, fleet } = context.header;
  const { ends, sides } = await sidesOf(context, item);
  const target = await openEnd(ends.target, plan.target, { signal: item.signal });
  const { runId, item: number } = item.claimed.ref;
  const rejections = await rejectionsOf(ledger, runId, number);
  for await (const finished of ledger.results(runId, 'finish')) {
    for (const key of (finished as Finished).doubled) rejections.doubled.add(key);
  }
  const run = { ...comparedSides(ends, sides, target, rejections), level: levelOf(context.header) ?? 'values' };
  return {
    result: await compareParts(item.claimed.parts, { ...run, sample: fleet.verifySample, witness: fleet.witness }),
  };
}

export async function conclude({ ledger, context, item }: Steps): Promise<ItemResult> {
  const { header } = context;
  const { runId, plan, settings, startedAt, fleet } = header;
  const { ends, sides } = await sidesOf(context, item);
  const facts = await ledger.facts(runId);
  const begun = facts.get('begun') as unknown as Begun;
  const finished = facts.get('finished') as unknown as Begun & { readonly indexSeconds: number };
  const target = await openEnd(ends.target, plan.target, { signal: item.signal });
  const sums = await copySums(ledger, runId);
  const rejections = await rejectionsOf(ledger, runId);
  const compares = fleet.verify !== 'none' && fleet.verify !== 'count';
  const compared = compares
    ? await mergeVerifications(
        ledger.results(runId, 'compare') as AsyncIterable<PartVerification>,
        comparedSides(ends, sides, target, rejections),
      )
    : undefined;
  const watch = await watchSource(ends, countedBefore(sides.source, begun.before));
  const result: MigrationResult = await concludeRun(
    {
      ...ends,
      concurrency: settings.concurrency,
      runId,
      startedAt: new Date(startedAt),
      validate: fleet.verify !== 'none',
      verify: levelOf(header),
      verifySample: fleet.verifySample,
      witness: fleet.witness,
      warnings: [...plan.warnings, ...begun.warnings],
    },
    {
      sides: {
        ...intoTarget(ends, sides, target),
        source: countedBefore(sides.source, finished.before),
      },
      target,
      counts: { ...sums, indexSeconds: finished.indexSeconds },
      copySeconds: (finished.now - begun.now) / 1000,
      rejections,
      witness: await watch?.(sums.read),
      sync: settings.mode === 'sync' ? { ...sums.compared, removed: 0 } : undefined,
      compared,
    },
  );
  await ledger.forgetHashes(runId);
  return { result, success: result.success };
}

async function rejectionsOf(ledger: Ledger, runId: string, of?: number): Promise<Rejections> {
  const rejections = new Rejections();
  for await (const kept of ledger.rejected(runId, of)) rejections.add([kept]);
  return rejections;
}

interface Begun {
  readonly now: number;
  readonly warnings: readonly string[];
  readonly before: Before;
}
