import type { MigrationPlan } from '../plan/migration-plan.ts';
import { BoundedCounts } from './bounded-counts.ts';
import { isMetadataArray, isMetadataObject, type MetadataValue, type VectorRecord } from '../spec/record.ts';

/** What one side holds, as counted in the pass that compares values. */
export interface CensusSide {
  readonly records: number;
  readonly documents: number;
  readonly uris: number;
  /** Metadata values that are null, at any depth outside of lists. */
  readonly nulls: number;
  /** Records that have a vector of the name, `''` being the unnamed one. */
  readonly vectors: Readonly<Record<string, number>>;
  /** Records that have a metadata value under the dotted path. Of more than 10,000 paths, the rest is counted as one. */
  readonly fields: Readonly<Record<string, number>>;
  /** Records of the namespace, `''` being the default one. Of more than 1,000, the rest is counted as one. */
  readonly namespaces: Readonly<Record<string, number>>;
}

export interface CensusReport {
  /** As the store gave it, before anything was changed on the way. */
  readonly source: CensusSide;
  readonly target: CensusSide;
  /** One sentence for each count in which the two sides differ, with the decision of the plan that explains it. */
  readonly explained: readonly string[];
  /** The same, where no decision explains it. Any of these fails the verification. */
  readonly unexplained: readonly string[];
}

const MOST_PATHS = 10_000;
const MOST_NAMESPACES = 1000;

export class Census {
  #records = 0;
  #documents = 0;
  #uris = 0;
  #nulls = 0;
  readonly #vectors = new BoundedCounts(MOST_PATHS);
  readonly #fields = new BoundedCounts(MOST_PATHS);
  readonly #namespaces = new BoundedCounts(MOST_NAMESPACES);

  add(record: VectorRecord): void {
    this.#records += 1;
    if (record.document !== undefined) this.#documents += 1;
    if (record.uri !== undefined) this.#uris += 1;
    for (const name in record.vectors) this.#vectors.add(name);
    this.#countFields('', record.metadata);
    this.#namespaces.add(record.namespace ?? '');
  }

  #countFields(prefix: string, object: { readonly [key: string]: MetadataValue }): void {
    for (const key in object) {
      const value = object[key] as MetadataValue;
      const path = prefix === '' ? key : `${prefix}.${key}`;
      this.#fields.add(path);
      if (value === null) this.#nulls += 1;
      else if (typeof value === 'object' && !isMetadataArray(value) && isMetadataObject(value)) {
        this.#countFields(path, value);
      }
    }
  }

  /** Takes in what another census counted. */
  merge(side: CensusSide): void {
    this.#records += side.records;
    this.#documents += side.documents;
    this.#uris += side.uris;
    this.#nulls += side.nulls;
    this.#vectors.addAll(side.vectors);
    this.#fields.addAll(side.fields);
    this.#namespaces.addAll(side.namespaces);
  }

  get side(): CensusSide {
    return {
      records: this.#records,
      documents: this.#documents,
      uris: this.#uris,
      nulls: this.#nulls,
      vectors: this.#vectors.toJSON(),
      fields: this.#fields.toJSON(),
      namespaces: this.#namespaces.toJSON(),
    };
  }
}

/** Decisions beside the plan that change what arrives. */
export interface CensusContext {
  readonly plan: MigrationPlan;
  readonly transformed: boolean;
  /** Records of the source that were left out by name: rejected, or dropped by the transform. */
  readonly leftOut: number;
}

/**
 * Holds the census of the target against that of the source and that of what was expected. What the steps on the way made
 * otherwise is explained by the decision that asked for the step; nothing explains a target that differs from what was expected.
 */
export function compareCensus(
  source: CensusSide,
  expected: CensusSide,
  target: CensusSide,
  context: CensusContext,
): CensusReport {
  const reasons = decisions(context);
  const explained: string[] = [];
  const unexplained = differencesOf(expected, target).map((what) => `${what}, and no decision explains it`);
  for (const what of differencesOf(source, expected)) {
    if (reasons.length > 0) explained.push(`${what}: ${reasons.join('; ')}`);
    else unexplained.push(`${what}, and no decision explains it`);
  }
  return { source, target, explained, unexplained };
}

function decisions({ plan, transformed, leftOut }: CensusContext): string[] {
  const reasons: string[] = [];
  if (leftOut > 0) reasons.push(`${leftOut} records were left out by name`);
  if (plan.fieldMapping !== undefined) reasons.push('the plan changes fields');
  if (transformed) reasons.push('a transform changed records');
  if (plan.layout !== undefined) reasons.push(`the layout ${plan.layout.from} → ${plan.layout.to}`);
  if (plan.embedding !== undefined) reasons.push('vectors were computed anew');
  if (plan.leftVectors.length > 0) reasons.push(`vectors that stay behind: ${plan.leftVectors.join(', ')}`);
  const renamed = Object.entries(plan.vectorNames).filter(([from, to]) => from !== to);
  if (renamed.length > 0) reasons.push('vectors have other names in the target');
  return reasons;
}

/** Parts of one vector are few; more differences than this say nothing more. */
const LISTED = 50;

function differencesOf(left: CensusSide, right: CensusSide): string[] {
  const found: string[] = [];
  for (const name of ['records', 'documents', 'uris', 'nulls'] as const) {
    if (left[name] !== right[name]) found.push(`${left[name]} ${name} became ${right[name]}`);
  }
  for (const [kind, label] of [
    ['vectors', 'vector'],
    ['fields', 'field'],
    ['namespaces', 'namespace'],
  ] as const) {
    const [a, b] = [new Map(Object.entries(left[kind])), new Map(Object.entries(right[kind]))];
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      const [from, to] = [a.get(key) ?? 0, b.get(key) ?? 0];
      if (from !== to) found.push(`${label} "${key}" in ${from} records became ${to}`);
    }
  }
  return found.slice(0, LISTED);
}
