import { VsmError } from '../errors.ts';
import { estimateReading, targetDimension, type MigrationEstimate } from '../plan/estimate.ts';
import { planRun } from './decide.ts';
import type { EstimateOptions } from './options.ts';
import { probeWriting, withProbe } from './probe.ts';
import type { Session } from './session.ts';
import { checkPace } from './settings.ts';

/** Measures a few pages of the source and, unless `probe` is false, moves some records into scratch collections of the target. */
export async function estimateRun(session: Session, options: EstimateOptions): Promise<MigrationEstimate> {
  const { source, target, retry } = session;
  const { signal, filter, batchSize, sourceCollection, targetCollection = sourceCollection } = options;
  const measured = await estimateReading(source, sourceCollection, { batchSize, filter, signal }, retry);
  try {
    const plan = await planRun(session, { sourceCollection, targetCollection, filter, signal });
    const losses = plan.losses.map(({ detail }) => detail);
    const settings = { ...checkPace({ batchSize }), validate: session.validate, retry, signal };
    const probed = options.probe === false ? undefined : await probeWriting({ source, target, plan, ...settings });
    return {
      ...(probed === undefined ? measured : withProbe(measured, probed)),
      targetDimension: plan.createTarget
        ? undefined
        : await targetDimension(target, plan.target.collection, { signal }),
      compatible: losses.length === 0,
      traffic: plan.traffic,
      warnings: [...measured.warnings, ...plan.warnings, ...losses],
    };
  } catch (error) {
    if (!VsmError.isInstance(error) || error.code !== 'SCHEMA_INCOMPATIBLE') throw error;
    return {
      ...measured,
      targetDimension: await targetDimension(target, targetCollection, { signal }),
      compatible: false,
      warnings: [...measured.warnings, error.message],
    };
  }
}
