import type { MigrationEstimate } from '../plan/estimate.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { Metadata } from '../spec/record.ts';
import type { VerificationReport } from '../verify/verify.ts';
import { checkAllOptions, checkDiffOptions } from './check-options.ts';
import { planRun } from './decide.ts';
import { diffRun, type DiffReport } from './diff-run.ts';
import { estimateRun } from './estimate-run.ts';
import { migrateRun, resumeRun } from './migrate-run.ts';
import {
  withoutSchema,
  withSourceName,
  type ByEitherName,
  type DiffOptions,
  type EstimateOptions,
  type MigrateOptions,
  type PlanOptions,
  type ResumeOptions,
  type VectorStoreMigratorOptions,
  type VerifyOptions,
} from './options.ts';
import type { MigrationResult } from './result.ts';
import { openSession } from './session.ts';
import { verifyRun } from './verify-run.ts';

/**
 * Plans, copies and verifies one collection; see {@link VectorStoreMigrator.migrate}.
 *
 * @example
 * ```ts
 * import { createChroma } from '@vsm/adapter-chroma';
 * import { createPgvector } from '@vsm/adapter-pgvector';
 * import { migrate } from '@vsm/core';
 *
 * await using source = createChroma({ url: 'http://localhost:8000' });
 * await using target = createPgvector({ url: 'postgresql://me@localhost/app' });
 * const { success, verification } = await migrate({ source, target, sourceCollection: 'docs' });
 * console.log(success, verification?.expectedCount);
 * ```
 */
export async function migrate<M = Metadata>(
  options: VectorStoreMigratorOptions & ByEitherName<MigrateOptions<M>>,
): Promise<MigrationResult> {
  checkAllOptions('migrate', options);
  return migrateRun(openSession(options), withSourceName(withoutSchema<M>(options) as ByEitherName<MigrateOptions>));
}

/**
 * Decides everything a run would do, and writes nothing. Times reading the source unless `estimate` is false.
 * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError
 *
 * @example
 * ```ts
 * import { createMemory } from '@vsm/adapter-memory';
 * import { plan } from '@vsm/core';
 *
 * const { losses, encodings } = await plan({ source: createMemory(), target: createMemory(), sourceCollection: 'docs' });
 * console.log(losses, encodings);
 * ```
 */
export async function plan<M = Metadata>(
  options: VectorStoreMigratorOptions & ByEitherName<PlanOptions<M>> & { readonly estimate?: boolean | undefined },
): Promise<MigrationPlan> {
  checkAllOptions('plan', options);
  return planRun(openSession(options), {
    ...withSourceName(withoutSchema<M>(options) as ByEitherName<PlanOptions>),
    estimate: options.estimate ?? true,
  });
}

/** Compares two collections without a run; see {@link VectorStoreMigrator.verify}. */
export async function verify<M = Metadata>(
  options: VectorStoreMigratorOptions & ByEitherName<VerifyOptions<M>>,
): Promise<VerificationReport> {
  checkAllOptions('verify', options);
  return verifyRun(openSession(options), withSourceName(withoutSchema<M>(options) as ByEitherName<VerifyOptions>));
}

/**
 * How two collections differ as they are: schema, counts, ids that only one has, and fields with both values. Reads only, in bounded memory.
 *
 * @example
 * ```ts
 * import { createFile } from '@vsm/adapter-file';
 * import { diff } from '@vsm/core';
 *
 * const [source, target] = [createFile({ path: './monday' }), createFile({ path: './tuesday' })];
 * const { equal, records } = await diff({ source, target, sourceCollection: 'docs', limit: 20 });
 * console.log(equal, records.differences);
 * ```
 */
export async function diff(options: VectorStoreMigratorOptions & ByEitherName<DiffOptions>): Promise<DiffReport> {
  checkDiffOptions(options);
  return diffRun(openSession(options), withSourceName(options));
}

/** Says how long a migration would take; see {@link VectorStoreMigrator.estimate}. */
export async function estimate(
  options: VectorStoreMigratorOptions & ByEitherName<EstimateOptions>,
): Promise<MigrationEstimate> {
  checkAllOptions('estimate', options);
  return estimateRun(openSession(options), withSourceName(options));
}

/** Takes up a run where its process ended; see {@link VectorStoreMigrator.resume}. */
export async function resume<M = Metadata>(
  options: VectorStoreMigratorOptions & ResumeOptions<M> & { readonly runId: string },
): Promise<MigrationResult> {
  checkAllOptions('resume', options);
  return resumeRun(openSession(options), options.runId, withoutSchema<M>(options));
}
