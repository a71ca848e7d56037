/**
 * What happens to a page of records between `scan` and `upsert`. In comes a page as the source has it; out go pairs of each record as
 * it should read back and as it is stored, and whatever left the page on the way, by name. No store is asked for anything here.
 */
import { own, type VectorRecord } from '../spec/record.ts';
import type { StoreFacts } from '../spec/v1.ts';
import { EVERYTHING } from '../store/capabilities.ts';
import type {
  MappedPage,
  MappedRecord,
  PageOnItsWay,
  PipelineFunctions,
  PipelineWork,
  RecordMapping,
  Step,
  StepMaker,
} from './page.ts';
import { current, decode, embed, encode, fields, layout, reduce, rename, transform } from './steps.ts';

/** The order, once: the run and the plan's look at a sample go through the same list. */
export const STEPS: readonly StepMaker[] = [current, decode, fields, transform, embed, reduce, layout, rename, encode];

export interface Pipeline {
  /** `withoutVectors` skips computing new ones, where only the rest is of interest. */
  map(records: readonly VectorRecord[], withoutVectors?: boolean): Promise<MappedPage>;
  /** Name, in the target, of the vector that is computed anew and cannot be compared with the source. */
  readonly computedVector: string | undefined;
}

export function createPipeline(mapping: RecordMapping, target: StoreFacts, functions: PipelineFunctions): Pipeline {
  const { transform: change, embed: embedding, layout: form } = functions;
  const work = { ...mapping, transform: change, embed: embedding, layout: form, capabilities: target.capabilities };
  const all = makeSteps(work, STEPS);
  const cheap = makeSteps({ ...work, withoutVectors: true }, STEPS);
  const computed = embedding === undefined ? undefined : (embedding.vector ?? '');
  return {
    computedVector: computed === undefined ? undefined : own(mapping.vectorNames, computed),
    map: (records, withoutVectors = false) => runSteps(records, withoutVectors ? cheap : all),
  };
}

const FIRST_FOR_TARGET = STEPS.indexOf(rename);

/** The steps before the target is known ask for none of this. */
const NOTHING_KNOWN = { vectorNames: {}, leftVectors: [], namespacePolicy: 'keep', capabilities: EVERYTHING } as const;

/** The sample as the run will change it, before vectors get their names in the target: what the target's schema is made from. */
export async function shapeSample(
  records: readonly VectorRecord[],
  work: PipelineFunctions & Pick<RecordMapping, 'fieldMapping' | 'reduction'>,
): Promise<PageOnItsWay> {
  const makers = STEPS.slice(0, FIRST_FOR_TARGET);
  return runSteps(records, makeSteps({ ...NOTHING_KNOWN, ...work }, makers));
}

/** The rest of the way of a shaped sample, once the plan knows what the target looks like. */
export async function fitSample(
  shaped: readonly VectorRecord[],
  work: Omit<PipelineWork, keyof PipelineFunctions>,
): Promise<readonly MappedRecord[]> {
  return (await runSteps(shaped, makeSteps(work, STEPS.slice(FIRST_FOR_TARGET)))).mapped;
}

function makeSteps(work: PipelineWork, makers: readonly StepMaker[]): readonly Step[] {
  return makers.map((maker) => maker(work)).filter((step) => step !== undefined);
}

async function runSteps(records: readonly VectorRecord[], steps: readonly Step[]): Promise<PageOnItsWay> {
  const page: PageOnItsWay = { records, mapped: [], dropped: {}, rejected: [] };
  for (const step of steps) {
    const waiting = step(page);
    // A step that is done at once is not waited for, which a page of a thousand records would notice.
    if (waiting !== undefined) await waiting;
  }
  return page;
}
