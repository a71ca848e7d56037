import type { CallOptions, VectorStoreV1 } from '@vsm/core/adapter';
import { FRAMEWORKS } from './frameworks/index.ts';
import { observe, type Observed } from './observed.ts';
import { fieldSigns } from './signs-fields.ts';
import { SIGNS } from './signs.ts';

/** The layout that a collection seems to have. */
export interface DetectedLayout {
  /** As options of layouts write it, such as `langchain-py` or `langchain-py:version=1`. */
  readonly layout: string;
  /** For people. */
  readonly title: string;
  /** From 0 to 1: how far the evidence excludes everything else, times the share of the records that show it. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

const SAMPLE = 100;
/** Fewer records that show a sign than this are accidents. */
const LEAST_SHARE = 0.5;

/** Looks at the description and the first records of a collection. `undefined`: nothing speaks for any framework. */
export async function detectLayout(
  store: VectorStoreV1,
  name: string,
  options: CallOptions = {},
): Promise<DetectedLayout | undefined> {
  const observed = await lookAt(store, name, options);
  return observed === undefined ? undefined : judge(observed);
}

/** `undefined`: no framework has a form in this store. */
export async function lookAt(store: VectorStoreV1, name: string, options: CallOptions): Promise<Observed | undefined> {
  const collection = await store.openCollection(name, options);
  const description = await collection.describe(options);
  const { records } = await collection.scan({ limit: SAMPLE, include: ['vectors', 'metadata'] }, options);
  return observe(store, name, description, records);
}

interface FoundSign {
  readonly layout: string;
  readonly confidence: number;
  readonly evidence: string;
}

/** Everything that speaks for some framework. */
export function signsIn(observed: Observed): FoundSign[] {
  const { records } = observed;
  return (SIGNS[observed.store] ?? fieldSigns)(observed).flatMap((sign) => {
    const { shows } = sign;
    const count = shows === undefined ? records.length : records.filter(shows).length;
    const share = shows === undefined ? 1 : count / Math.max(1, records.length);
    if (sign.confidence === 0 || share < LEAST_SHARE || (shows !== undefined && records.length === 0)) return [];
    const seen = shows === undefined ? '' : ` (${count} of ${records.length} records)`;
    return [{ ...sign, confidence: sign.confidence * share, evidence: `${sign.evidence}${seen}` }];
  });
}

/** The same for what was looked at already. */
export function judge(observed: Observed): DetectedLayout | undefined {
  const found = signsIn(observed);
  const best = found.toSorted((left, right) => right.confidence - left.confidence)[0];
  if (best === undefined) return undefined;
  const framework = FRAMEWORKS.find(({ name }) => name === best.layout.replace(/:.*/s, ''));
  return {
    layout: best.layout,
    title: framework?.title ?? best.layout,
    confidence: Math.round(best.confidence * 100) / 100,
    evidence: found.filter(({ layout }) => layout === best.layout).map(({ evidence }) => evidence),
  };
}
