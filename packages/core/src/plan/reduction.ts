/** What a plan has to know of vectors that are made smaller: which, into what, and what is lost by it. */
import { SchemaCompatibilityError, ValidationError } from '../errors.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { RecordMapping } from '../mapping/page.ts';
import { checkReduction, reduceVector, type PlannedReduction, type Reduction } from '../store/reduce.ts';
import { isDense, own, type DenseVector, type VectorRecord } from '../spec/record.ts';
import type { CollectionSchema, StoreFacts, VectorSchema } from '../spec/v1.ts';
import { distance, squaresOf } from '../store/distance.ts';
import { vectorLabel } from '../store/vector-label.ts';
import { DATATYPE_BITS } from './existing.ts';
import type { Loss } from './losses.ts';

type DenseSchema = Extract<VectorSchema, { kind: 'dense' }>;
type Vectors = Readonly<Record<string, VectorSchema>>;

/**
 * The vector that is meant.
 * @throws ValidationError where it is not there, or several could be meant
 */
export function chooseReduced(
  asked: Reduction | undefined,
  vectors: Vectors,
  embed: Embedding | undefined,
): PlannedReduction | undefined {
  if (asked === undefined) return undefined;
  checkReduction(asked);
  const names = new Set(Object.keys(vectors).filter((name) => own(vectors, name)?.kind === 'dense'));
  if (embed !== undefined) names.add(embed.vector ?? '');
  const listed = [...names].map((name) => JSON.stringify(name)).join(', ') || 'none';
  const [only] = names;
  const vector = asked.vector ?? (names.size === 1 ? only : undefined);
  if (vector === undefined && names.size > 1) {
    throw new ValidationError(`Say which vector is to be made smaller (vector): there are ${listed}.`);
  }
  if (vector === undefined || !names.has(vector)) {
    throw new ValidationError(
      `There is no dense vector ${JSON.stringify(vector ?? '')} to be made smaller; there are ${listed}.`,
    );
  }
  const { dimension } = beforeOf(vector, vectors, embed);
  if (dimension !== undefined && asked.dimensions !== undefined && asked.dimensions > dimension) {
    throw new ValidationError(
      `The ${vectorLabel(vector)} has ${dimension} dimensions, and cannot be cut to ${asked.dimensions}.`,
    );
  }
  return { ...asked, vector };
}

/** The vector as it comes to be made smaller: as the source has it, or as it is computed. */
function beforeOf(
  name: string,
  vectors: Vectors,
  embed: Embedding | undefined,
): Pick<DenseSchema, 'dimension' | 'datatype'> {
  if (embed !== undefined && (embed.vector ?? '') === name) return { dimension: embed.dimension };
  return denseOf({ vectors }, name) ?? {};
}

/** The vectors of a schema, with the one that is made smaller as it will be. */
export function reduceSchema(vectors: Vectors, reduction: PlannedReduction | undefined): Vectors {
  const before = reduction && denseOf({ vectors }, reduction.vector);
  if (reduction === undefined || before === undefined) return vectors;
  const { vector, dimensions = before.dimension, datatype = before.datatype } = reduction;
  // Signs are compared by counting those that differ.
  const metric = datatype === 'bit' && before.datatype !== 'bit' ? 'hamming' : before.metric;
  return { ...vectors, [vector]: { ...before, dimension: dimensions, datatype, metric } };
}

/** What is lost by it, measured on the sample as it is in the source. */
export function reductionLosses(
  { vector, dimensions, datatype }: PlannedReduction,
  embed: Embedding | undefined,
  { vectors, sample }: { readonly vectors: Vectors; readonly sample: readonly VectorRecord[] },
): Loss[] {
  const isComputed = embed !== undefined && (embed.vector ?? '') === vector;
  const before = beforeOf(vector, vectors, embed);
  const label = vectorLabel(vector);
  // Nobody knows vectors yet that are to be computed.
  const found = (isComputed ? [] : sample).flatMap((record) => {
    const one = own(record.vectors, vector);
    return one !== undefined && isDense(one) ? [one] : [];
  });
  const losses: Loss[] = [];
  if (dimensions !== undefined && dimensions !== before.dimension) {
    const kept = leastOf(found, (one) => squaresOf(one.slice(0, dimensions)) / squaresOf(one));
    losses.push({
      name: 'vector-dimensions',
      detail:
        `the ${label} keeps the first ${dimensions} of its ${before.dimension ?? 'unknown number of'} dimensions, scaled to length 1` +
        (kept === undefined
          ? ''
          : `; of a sampled vector they hold at least ${(kept * 100).toFixed(0)} % (of its squares)`) +
        '. Only models that were trained for it search as well so',
    });
  }
  const from = before.datatype ?? 'float32';
  if (datatype !== undefined && DATATYPE_BITS[datatype] < DATATYPE_BITS[from]) {
    const likeness = leastOf(found, (one) => {
      const cut = reduceVector(one, { dimensions });
      const typed = reduceVector(one, { dimensions, datatype });
      return typeof cut === 'string' || typeof typed === 'string' ? undefined : 1 - distance('cosine', cut, typed);
    });
    losses.push({
      name: 'vector-precision',
      detail:
        `the ${label} becomes ${datatype}, but is ${from}` +
        (likeness === undefined
          ? ''
          : `; the cosine of a sampled vector and what becomes of it is at least ${roundedDown(likeness)}`),
    });
  }
  return losses;
}

/** @throws SchemaCompatibilityError where the target cannot have such vectors, or compares them by what is lost */
export function checkReduced(
  { vector, datatype }: PlannedReduction,
  {
    schema,
    vectorNames,
    existing,
  }: Pick<RecordMapping, 'vectorNames'> & {
    readonly schema: CollectionSchema;
    /** Of the target, where it was there. */
    readonly existing: CollectionSchema | undefined;
  },
  { adapter, capabilities }: StoreFacts,
): void {
  const label = vectorLabel(vector);
  const name = own(vectorNames, vector);
  const refuse = (what: string): never => {
    throw new SchemaCompatibilityError(`${what} Nothing was written.`);
  };
  if (name === undefined) return refuse(`The ${label} is to be made smaller, but stays behind.`);
  if (datatype === undefined) return;
  if (!capabilities.datatypes.includes(datatype)) {
    refuse(`The ${label} cannot become ${datatype}: ${adapter} has ${capabilities.datatypes.join(', ')}.`);
  }
  const found = denseOf(existing, name)?.datatype ?? 'float32';
  if (existing !== undefined && found !== datatype) {
    refuse(`The ${label} was to become ${datatype}, but the existing collection keeps it as ${found}.`);
  }
  const metric = denseOf(schema, name)?.metric;
  if (datatype === 'int8' && metric !== 'cosine') {
    refuse(
      `The ${label} cannot become int8 where it is compared by ${metric ?? 'no known metric'}: its length is lost, which only cosine does not look at. Choose cosine with the metric option.`,
    );
  }
  if (datatype === 'bit' && metric !== 'hamming' && metric !== 'jaccard') {
    refuse(
      `The ${label} cannot become bit where it is compared by ${metric ?? 'no known metric'}: bits are compared by hamming or jaccard.`,
    );
  }
}

function denseOf(schema: Pick<CollectionSchema, 'vectors'> | undefined, name: string): DenseSchema | undefined {
  const vector = schema && own(schema.vectors, name);
  return vector?.kind === 'dense' ? vector : undefined;
}

/** What is not whole must not look whole. */
function roundedDown(share: number): string {
  return (Math.floor(share * 1e6) / 1e6).toFixed(6);
}

function leastOf(
  vectors: readonly DenseVector[],
  figure: (vector: DenseVector) => number | undefined,
): number | undefined {
  const figures = vectors.flatMap((one) => figure(one) ?? []).filter(Number.isFinite);
  return figures.length === 0 ? undefined : Math.min(...figures);
}
