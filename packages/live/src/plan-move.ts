import {
  UnsupportedError,
  ValidationError,
  type LossName,
  type MigrationPlan,
  type Transform,
  type VectorStoreV1,
} from '@vsm/core';
import { createPipeline, openEnd, openSession, planHeader, reversePlan, targetId } from '@vsm/core/engine';
import { recordKey } from '@vsm/core';
import type { Journal } from './journal.ts';
import { TIMINGS, type MoveHeader, type Timings } from './model.ts';

export interface PlanMoveOptions {
  readonly move: string;
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly sourceCollection: string;
  /** @default the source's name */
  readonly targetCollection?: string | undefined;
  /** Must keep id and namespace, and return the same for the same record each time. */
  readonly transform?: Transform | undefined;
  readonly allowLoss?: readonly LossName[] | undefined;
  /** Whether records of the target that the source does not have are deleted there. @default false */
  readonly replaceTarget?: boolean | undefined;
  /** @default TIMINGS */
  readonly timings?: Timings | undefined;
  /** Kept with the move, for the command line. No keys. */
  readonly places?: MoveHeader['places'];
}

/** How long a store that shows writes late may show what was before, in milliseconds. */
const SETTLE_MS = 60_000;
const SAMPLE = 200;

/**
 * Decides how records are brought over while they are written to. Writes nothing.
 * @throws ValidationError, UnsupportedError, SchemaCompatibilityError for what cannot be moved so
 */
export async function planMove(options: PlanMoveOptions): Promise<MoveHeader> {
  const { source, target, sourceCollection, transform, move, places } = options;
  const { capabilities, adapter } = source;
  if (capabilities.access === 'read-only') {
    throw new ValidationError(
      `The source ${source.location} can only be read, so nobody writes to it: copy it by migrate.`,
    );
  }
  if (capabilities.scan === 'best-effort') {
    throw new UnsupportedError(
      'scan',
      `${adapter}: a scan of it may miss records that nobody touches while others are written, and so may the verification: it cannot be moved while it is written to.`,
    );
  }
  const startedAt = new Date();
  const session = openSession({ source, target, checkpoints: false });
  const asked = {
    sourceCollection,
    targetCollection: options.targetCollection,
    transform,
    allowLoss: options.allowLoss,
  };
  const { plan } = await planHeader(session, asked, { runId: move, startedAt });
  if (plan.targetCount > 0 && options.replaceTarget !== true) {
    throw new ValidationError(
      `"${plan.target.collection}" in ${target.adapter} holds ${plan.targetCount} records already, and those that the source does not have would be deleted there. Empty it, or say replaceTarget.`,
    );
  }
  await checkNames(plan, options);
  const from = await openEnd(source, plan.source);
  const settle = ({ capabilities: { readAfterWrite } }: VectorStoreV1): number =>
    readAfterWrite === 'eventual' ? SETTLE_MS : 0;
  return {
    version: 1,
    move,
    createdAt: startedAt.toISOString(),
    plan,
    back: reversePlan(plan, await from.describe(), transform !== undefined),
    timings: options.timings ?? TIMINGS,
    settleMs: { source: settle(source), target: settle(target) },
    ...(places !== undefined && { places }),
  };
}

/** Begins a move: its journal knows it from then on, in the phase `off`. */
export async function startMove(journal: Journal, header: MoveHeader): Promise<void> {
  await journal.create(header);
}

/** A deleted record has nothing but its id and namespace to find it by in the target. */
async function checkNames(plan: MigrationPlan, { source, target, transform }: PlanMoveOptions): Promise<void> {
  const from = await openEnd(source, plan.source);
  const { records } = await from.scan({ limit: SAMPLE, include: ['vectors', 'metadata'] });
  const expected = new Set(records.map((record) => recordKey(targetId(plan, target, record))));
  const { mapped } = await createPipeline(plan, target, { transform }).map(records, true);
  const other = mapped.find(({ stored }) => !expected.has(recordKey(stored)));
  if (other === undefined) return;
  throw new ValidationError(
    `A record would be "${other.stored.id}" in ${target.adapter}, which does not follow from its id and namespace alone, so that its deletion could not be followed. ` +
      'Records whose ids VSM or a transform has made from others cannot be moved while they are written to.',
  );
}
