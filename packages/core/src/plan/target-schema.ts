import { SchemaCompatibilityError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import { own, setOwn } from '../spec/record.ts';
import type { Capabilities, CollectionSchema, Metric, StoreFacts, VectorSchema } from '../spec/v1.ts';
import { metricOf } from '../store/nearest.ts';
import type { RecordMapping } from '../mapping/page.ts';
import { hasOtherLengths, isUnitLength, narrowing, type Narrowing } from './infer.ts';
import type { Loss } from './losses.ts';

export interface TargetSchema extends Pick<RecordMapping, 'vectorNames' | 'leftVectors'> {
  readonly schema: CollectionSchema;
  readonly losses: readonly Loss[];
  readonly warnings: readonly string[];
}

/** Where the records go. */
interface MappingTarget extends StoreFacts {
  readonly name: string;
  /** Source vector name → target vector name, where a layout asks for another. */
  readonly vectorNames?: Readonly<Record<string, string>> | undefined;
  /** As a plan of a layout has them. */
  readonly sameVectors?: readonly (readonly string[])[] | undefined;
  /** The collection as it is, where it exists: how it compares need not be said again. */
  readonly existing?: CollectionSchema | undefined;
  /** Whether it says itself what it lacks. */
  readonly comparesSettings?: boolean | undefined;
}

/** The collection to create so that the target holds as much of the source as it can, and a list of what it cannot. */
export function mapSchema(
  source: CollectionSchema & { readonly adapter: string },
  target: MappingTarget,
  sample: readonly VectorRecord[],
  metric: Metric | undefined,
): TargetSchema {
  const { capabilities } = target;
  const losses: Loss[] = [];
  const warnings: string[] = [];
  const vectors: Record<string, VectorSchema> = {};
  const vectorNames: Record<string, string> = {};
  const leftVectors: string[] = [];
  const withName = (name: string): number => sample.filter((record) => Object.hasOwn(record.vectors, name)).length;

  const primary = primaryVector(source);
  for (const [name, vector] of Object.entries(source.vectors)) {
    const label = name === '' ? 'the vector' : `vector "${name}"`;
    if (vector.kind !== 'dense' && !capabilities.vectors.includes(vector.kind)) {
      losses.push({
        name: `${vector.kind}-vectors`,
        detail: `${target.adapter} has no ${vector.kind} vectors, so ${label} would stay behind`,
        recordsInSample: withName(name),
      });
      leftVectors.push(name);
      continue;
    }
    const named = capabilities.vectors.includes('named');
    const only = vector.kind === 'dense' ? primary : firstOfKind(source, vector.kind);
    if (!named && name !== only) {
      losses.push({
        name: 'named-vectors',
        detail: `${target.adapter} has one ${vector.kind} vector a record, so ${label} would stay behind ("${only}" goes)`,
        recordsInSample: withName(name),
      });
      leftVectors.push(name);
      continue;
    }
    const renamed = (one: string): string | undefined =>
      target.vectorNames === undefined ? undefined : nameIn(target, own(target.vectorNames, one));
    const wish = renamed(name);
    const others = Object.keys(source.vectors)
      .filter((other) => other !== name)
      .map((other) => [renamed(other) ?? other, own(source.vectors, other)?.kind] as const);
    const targetName = chooseName(wish ?? name, vector, others, capabilities);
    if (wish === '' && targetName !== '') {
      throw new SchemaCompatibilityError(
        `${label} has to be the unnamed one by the layout of the target, but ${target.adapter} has none beside other vectors with names. Leave those out, or choose a layout that names it. Nothing was written.`,
      );
    }
    if (targetName !== name) {
      const called = targetName === '' ? 'the unnamed vector' : `vector "${targetName}"`;
      warnings.push(`${label} becomes ${called} of ${target.adapter}`);
    }
    setOwn(vectorNames, name, targetName);
    const mapped =
      vector.kind === 'sparse'
        ? vector
        : mapDense(vector, label, { name, targetName, sample, metric, target, losses, warnings });
    setOwn(vectors, targetName, mapped);
  }
  const indexes = source.indexes ?? [];
  if (
    indexes.length > 0 &&
    source.adapter !== target.adapter &&
    !capabilities.keepsSchema &&
    !target.comparesSettings
  ) {
    warnings.push(
      `indexes on ${indexes.map(({ path }) => path).join(', ')} may have to be made again in ${target.adapter}`,
    );
  }
  return {
    schema: {
      name: target.name,
      vectors,
      ids: source.ids,
      namespaces: source.namespaces === true && capabilities.namespaces ? true : undefined,
      fields: source.fields,
      indexes: source.indexes,
      // All of it: a store reads its own key only, and a backup must keep what the store it goes back to will want.
      native: source.native,
    },
    vectorNames,
    leftVectors,
    losses,
    warnings,
  };
}

/** The name, or what the collection that exists has in its place. */
function nameIn({ existing, sameVectors = [] }: MappingTarget, name: string | undefined): string | undefined {
  if (existing === undefined || name === undefined || Object.hasOwn(existing.vectors, name)) return name;
  const same = sameVectors.find((names) => names.includes(name)) ?? [];
  return same.find((other) => Object.hasOwn(existing.vectors, other)) ?? name;
}

/** @param others names in the target, and kinds, of the other vectors that go */
function chooseName(
  name: string,
  { kind }: VectorSchema,
  others: readonly (readonly [string, VectorSchema['kind'] | undefined])[],
  capabilities: Capabilities,
): string {
  if (!capabilities.vectors.includes('named')) return kind === 'dense' ? '' : name;
  if (name !== '' || capabilities.unnamedVector === 'beside-named') return name;
  const named = others.some(
    ([other, of]) => other !== '' && (of === 'dense' || (of === 'multi' && capabilities.vectors.includes('multi'))),
  );
  if (kind !== 'sparse' && !named) return '';
  const base = kind === 'sparse' ? 'sparse' : 'vector';
  let free = base;
  for (let number = 2; others.some(([other]) => other === free); number += 1) free = `${base}-${number}`;
  return free;
}

/** The vector that goes where only one can: the unnamed one, else the first dense one. */
function primaryVector({ vectors }: CollectionSchema): string | undefined {
  return Object.hasOwn(vectors, '') ? '' : firstOfKind({ vectors }, 'dense');
}

function firstOfKind({ vectors }: Pick<CollectionSchema, 'vectors'>, kind: VectorSchema['kind']): string | undefined {
  return Object.keys(vectors).find((name) => vectors[name]?.kind === kind);
}

interface DenseContext {
  readonly name: string;
  readonly targetName: string;
  readonly sample: readonly VectorRecord[];
  readonly metric: Metric | undefined;
  readonly target: StoreFacts & { readonly name: string; readonly existing?: CollectionSchema | undefined };
  readonly losses: Loss[];
  readonly warnings: string[];
}

function mapDense(
  vector: Exclude<VectorSchema, { kind: 'sparse' }>,
  label: string,
  context: DenseContext,
): VectorSchema {
  const { capabilities, adapter } = context.target;
  const limit = capabilities.limits.dimension;
  if (vector.dimension !== undefined && limit !== undefined && vector.dimension > limit) {
    throw new SchemaCompatibilityError(
      `${label} has ${vector.dimension} dimensions, but ${adapter} takes at most ${limit}. Nothing was written.`,
    );
  }
  const datatype = vector.datatype ?? 'float32';
  const keepsType = capabilities.datatypes.includes(datatype);
  const narrowed = keepsType && datatype === 'float64' ? undefined : narrowing(context.name, context.sample);
  if (narrowed !== undefined && !narrowed.exact && datatype === 'float64') {
    context.losses.push({
      name: 'vector-precision',
      detail: `${adapter} keeps ${label} as float32, but it is float64: ${largestChange(narrowed)}`,
    });
  } else if (narrowed !== undefined && narrowed.changed > 0) {
    context.warnings.push(`${label} has numbers with more digits than float32 keeps: ${largestChange(narrowed)}`);
  }
  if (!keepsType && !capabilities.datatypes.includes('float32')) {
    context.losses.push({ name: 'vector-precision', detail: `${adapter} cannot hold ${datatype} vectors exactly` });
  }
  const metric = chooseMetric(vector.metric, label, context);
  if (
    metric !== undefined &&
    capabilities.normalizes.includes(metric) &&
    hasOtherLengths(context.name, context.sample)
  ) {
    context.warnings.push(
      `${adapter} scales vectors to length 1 under ${metric}: ${label} keeps its direction and loses its length, which ${metric} does not look at`,
    );
  }
  return {
    ...vector,
    metric,
    datatype: keepsType ? vector.datatype : undefined,
  };
}

export function largestChange({ error }: Narrowing): string {
  if (error === 0) return 'no sampled record has one, so how much that changes is not known';
  return `the largest change in the sample is ${error.toPrecision(2)}`;
}

const RANK_ALIKE_AT_LENGTH_ONE: readonly Metric[] = ['cosine', 'dot', 'euclidean'];

function chooseMetric(known: Metric | undefined, label: string, context: DenseContext): Metric | undefined {
  const { capabilities, adapter } = context.target;
  const wanted = context.metric ?? known;
  if (wanted !== undefined) {
    if (capabilities.metrics.includes(wanted)) return wanted;
    throw new SchemaCompatibilityError(
      `${label} is compared by ${wanted}, but ${adapter} has only ${capabilities.metrics.join(', ')}. ` +
        'Choose one of these with the metric option. Nothing was written.',
    );
  }
  const { existing } = context.target;
  if (existing !== undefined) {
    return metricOf(own(existing.vectors, context.targetName));
  }
  if (context.sample.length === 0 || capabilities.keepsSchema) return undefined;
  const alike = capabilities.metrics.find((metric) => RANK_ALIKE_AT_LENGTH_ONE.includes(metric));
  if (isUnitLength(context.name, context.sample) && alike !== undefined) {
    context.warnings.push(
      `the source does not say how ${label} is compared; its vectors have length 1, where cosine, dot and euclidean rank alike, so ${adapter}'s first choice is taken: ${alike}`,
    );
    return alike;
  }
  if (capabilities.metrics.length === 0) return undefined;
  throw new SchemaCompatibilityError(
    `The source does not say by which metric ${label} is compared, and its vectors are not of length 1, so the choice matters. ` +
      `Say it with the metric option: ${capabilities.metrics.join(', ')}. Nothing was written.`,
  );
}
