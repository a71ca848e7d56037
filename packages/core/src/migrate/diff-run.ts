import { VsmError } from '../errors.ts';
import type { MigrationPlan } from '../plan/plan.ts';
import { own } from '../spec/record.ts';
import type { VectorSchema, VectorStoreV1 } from '../spec/v1.ts';
import { openEnd } from '../store/scope.ts';
import { wrapCollection, wrapStore } from '../store/wrap.ts';
import { schemaDifferences } from '../verify/schema.ts';
import type { VerificationReport } from '../verify/verify.ts';
import { decide } from './decide.ts';
import type { DiffOptions } from './options.ts';
import type { Session } from './session.ts';
import { verifyRun } from './verify-run.ts';

/** How two collections differ as they are, nothing being expected of either. */
export interface DiffReport {
  /** Whether their records are equal, as far as the second store can hold the first one's, and their schemas say nothing else. */
  readonly equal: boolean;
  /** One sentence for each setting of a vector that the two have otherwise. What one of them does not say is no difference. */
  readonly schema: readonly string[];
  /** `missing`: only in the source. `extra`: only in the target. */
  readonly records: VerificationReport;
}

/** The engine is that of a verification, which does not stop where the schemas differ. */
export async function diffRun(session: Session, options: DiffOptions): Promise<DiffReport> {
  let schema: readonly string[] = [];
  const plan = async (): Promise<MigrationPlan> => {
    const decided = await decideAnyway(session, options);
    schema = await compareSchemas(session, decided, options);
    return decided;
  };
  const records = await verifyRun(session, { ...options, level: 'values' }, plan);
  return { equal: records.passed && schema.length === 0, schema, records };
}

/** Where the target could not take what the source has, the records are compared as though it said the same and could be written to. */
async function decideAnyway(session: Session, options: DiffOptions): Promise<MigrationPlan> {
  try {
    return await decide(session, options);
  } catch (error) {
    if (!VsmError.isInstance(error) || error.code !== 'SCHEMA_INCOMPATIBLE') throw error;
    const { source, target } = session.planned;
    const collection = await source.openCollection(options.sourceCollection, options);
    const { vectors } = await collection.describe(options);
    return decide({ ...session, planned: { source, target: saying(target, vectors) } }, options);
  }
}

function saying(store: VectorStoreV1, vectors: Readonly<Record<string, VectorSchema>>): VectorStoreV1 {
  return wrapStore(store, {
    openCollection: (open) => async (name, options) =>
      wrapCollection(await open(name, options), {
        describe: (call) => async (given) => ({ ...(await call(given)), vectors, restrictions: undefined }),
      }),
  });
}

async function compareSchemas(
  { planned }: Session,
  plan: MigrationPlan,
  { signal }: DiffOptions,
): Promise<readonly string[]> {
  const source = await (await openEnd(planned.source, plan.source, { signal })).describe({ signal });
  const target = await (await openEnd(planned.target, plan.target, { signal })).describe({ signal });
  const named = Object.entries(source.vectors).map(([name, vector]) => [own(plan.vectorNames, name) ?? name, vector]);
  return schemaDifferences(Object.fromEntries(named) as Record<string, VectorSchema>, target.vectors);
}
