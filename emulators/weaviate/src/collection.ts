import { setOwn, shortestDouble } from '@vsm/core/adapter';
import { randomBytes } from 'node:crypto';
import { isObject, listAt, objectAt, print, printNumber, textAt, type Json, type JsonObject } from './json.ts';
import { Refused, uuidOf } from './values.ts';

export type StoredVector = Float32Array | readonly Float32Array[];

export interface StoredObject {
  readonly id: string;
  readonly properties: JsonObject;
  readonly vector: StoredVector | undefined;
  readonly vectors: Readonly<Record<string, StoredVector>>;
  readonly created: number;
  readonly updated: number;
}

/** What one vector index knows of the vectors in it. */
interface Index {
  length: number | undefined;
}

/** One class with its objects. */
export class Collection {
  config: JsonObject;
  readOnly = false;
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #sorted = new Map<string, readonly string[]>();
  /** Number of the document that an index complains about next. */
  #next = 4;
  readonly #indexes = new Map<string, Index>();
  /** By name: HOT, COLD. */
  readonly tenants = new Map<string, string>();

  /** Drawn when the class is made. */
  readonly shards: readonly string[];

  constructor(config: JsonObject) {
    this.config = config;
    const count = Number(objectAt(config, 'shardingConfig')['desiredCount'] ?? 1);
    this.shards = Array.from({ length: count }, () => randomBytes(9).toString('hex').slice(0, 12));
  }
  get name(): string {
    return textAt(this.config, 'class');
  }
  get isMultiTenant(): boolean {
    return objectAt(this.config, 'multiTenancyConfig')['enabled'] === true;
  }
  /** Why this tenant cannot be used. */
  tenantProblem(tenant: string): string | undefined {
    if (!this.isMultiTenant) {
      return tenant === '' ? undefined : `class ${this.name} has multi-tenancy disabled, but request was with tenant`;
    }
    if (tenant === '') return `class ${this.name} has multi-tenancy enabled, but request was without tenant`;
    const { autoTenantCreation, autoTenantActivation } = objectAt(this.config, 'multiTenancyConfig');
    const state = this.tenants.get(tenant);
    if (state === undefined && autoTenantCreation !== true) return `tenant not found: "${tenant}"`;
    if (state === 'COLD' && autoTenantActivation !== true) return `tenant not active: '${tenant}'`;
    this.tenants.set(tenant, 'HOT');
    return undefined;
  }
  property(name: string): JsonObject | undefined {
    return (listAt(this.config, 'properties') as readonly JsonObject[]).find((one) => textAt(one, 'name') === name);
  }
  addProperty(property: JsonObject): void {
    this.config = { ...this.config, properties: [...listAt(this.config, 'properties'), property] };
  }
  objects(tenant: string): Map<string, StoredObject> {
    const found = this.#objects.get(tenant) ?? new Map<string, StoredObject>();
    this.#objects.set(tenant, found);
    return found;
  }
  put(tenant: string, object: StoredObject): void {
    const objects = this.objects(tenant);
    if (!objects.has(object.id)) this.#sorted.delete(tenant);
    objects.set(object.id, object);
  }
  remove(tenant: string, id: string): boolean {
    this.#sorted.delete(tenant);
    return this.objects(tenant).delete(id);
  }
  dropTenant(tenant: string): void {
    this.tenants.delete(tenant);
    this.#objects.delete(tenant);
    this.#sorted.delete(tenant);
  }
  /** Ids in the order of their bytes, behind `after`, which may be empty. */
  behind(tenant: string, after: string, limit: number): StoredObject[] {
    const ids = this.#sorted.get(tenant) ?? [...this.objects(tenant).keys()].toSorted();
    this.#sorted.set(tenant, ids);
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ids[middle] ?? '') <= after) low = middle + 1;
      else high = middle;
    }
    return ids.slice(low, low + limit).flatMap((id) => this.objects(tenant).get(id) ?? []);
  }
  /** Reads the vectors of an object. A kind that does not fit is told, and the object stored all the same. @throws Refused */
  readVectors(
    given: JsonObject,
  ): Pick<StoredObject, 'vector' | 'vectors'> & { readonly complaint?: string | undefined } {
    const named = objectAt(this.config, 'vectorConfig');
    const hasUnnamed = typeof this.config['vectorIndexType'] === 'string';
    const names = Object.keys(named);
    const vectors: Record<string, StoredVector> = {};
    let vector = toVector(given['vector']);
    let complaint: string | undefined;
    if (vector !== undefined && !hasUnnamed) {
      if (names.length !== 1 || names[0] !== 'default')
        throw new Refused(`collection ${this.name} configuration does not have single vector index`);
      vectors['default'] = vector;
      vector = undefined;
    }
    for (const [name, value] of Object.entries(objectAt(given, 'vectors'))) {
      const config = named[name];
      if (!isObject(config))
        throw new Refused(`collection ${this.name} does not have configuration for vector ${name}`);
      const read = toVector(value);
      if (read === undefined) continue;
      const multi = objectAt(objectAt(config, 'vectorIndexConfig'), 'multivector')['enabled'] === true;
      const isMulti = !(read instanceof Float32Array);
      if (isMulti && new Set(read.map((row) => row.length)).size > 1) {
        throw new Refused(
          `Validate vector index ${name} for target multi vector ${textAt(given, 'id')}: multi vector array consists of vectors with varying dimensions`,
        );
      }
      if (isMulti && !multi) {
        complaint = `insert to multi vector index: insert doc id ${this.#next++} to multi vector index for target vector ${name}: addMultiBatch called on non-multivector index`;
      } else if (!isMulti && multi) {
        complaint = `insert to vector index: insert doc id ${this.#next++} to vector index for target vector ${name}: AddBatch called on multivector index`;
      }
      setOwn(vectors, name, read);
    }
    if (vector instanceof Float32Array && vector.length > 65_535) throw new Refused('max length exceeded');
    return { vector, vectors, complaint };
  }
  /** Why an index refuses the vectors of an object. Within the first batch of a class, it looks at nothing. */
  lengthProblem(id: string, { vector, vectors }: Pick<StoredObject, 'vector' | 'vectors'>): string | undefined {
    for (const [name, one] of Object.entries({ '': vector, ...vectors })) {
      const { length } = this.#indexes.get(name) ?? { length: undefined };
      if (!(one instanceof Float32Array) || length === undefined || one.length === length) continue;
      if (name !== '') continue;
      return `Validate vector index for ${id}: new node has a vector with length ${one.length}. Existing nodes have vectors with length ${length}: vector dimensions do not match the index dimensions`;
    }
    return undefined;
  }
  /** The indexes take up what a batch wrote. */
  learn(written: readonly Pick<StoredObject, 'vector' | 'vectors'>[]): void {
    for (const { vector, vectors } of written) {
      for (const [name, one] of Object.entries({ '': vector, ...vectors })) {
        if (one instanceof Float32Array && !this.#indexes.has(name)) this.#indexes.set(name, { length: one.length });
      }
    }
  }
}

function toVector(value: Json | undefined): StoredVector | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (Array.isArray(value[0])) return value.map((row: Json) => Float32Array.from(row as readonly number[], Number));
  return Float32Array.from(value as readonly Json[], (one) => Number(one ?? 0));
}

/** An object as answers show it. */
export function show(
  { name, isMultiTenant }: Collection,
  { id, properties, vector, vectors, created, updated }: StoredObject,
  tenant: string,
  include: { readonly vector: boolean; readonly tenant: boolean; readonly weights: boolean },
): string {
  const named = Object.entries(vectors);
  const parts = [
    `"class":${JSON.stringify(name)},"creationTimeUnix":${created},"id":"${id}","lastUpdateTimeUnix":${updated}`,
    `"properties":${print(include.weights ? withHrefs(properties) : properties)}`,
    ...(include.tenant && isMultiTenant ? [`"tenant":${JSON.stringify(tenant)}`] : []),
    ...(include.vector && vector !== undefined ? [`"vector":${printVector(vector)}`] : []),
    ...(include.weights ? ['"vectorWeights":null'] : []),
    ...(include.vector && named.length > 0
      ? [
          `"vectors":{${named
            .toSorted(byName)
            .map(([key, one]) => `${JSON.stringify(key)}:${printVector(one)}`)
            .join(',')}}`,
        ]
      : []),
  ];
  return `{${parts.join(',')}}`;
}

/** References are read with the path of what they lead to. */
function withHrefs(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, Array.isArray(value) ? value.map(withHref) : value]),
  );
}

function withHref(value: Json): Json {
  if (!isObject(value) || typeof value['beacon'] !== 'string') return value;
  return { ...value, href: value['beacon'].replace('weaviate://localhost', '/v1/objects') };
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** Vectors are printed when they are written and whenever they are read. */
const printed = new WeakMap<Float32Array, string>();

function printVector(vector: StoredVector): string {
  if (!(vector instanceof Float32Array)) return `[${vector.map(printVector).join(',')}]`;
  let text = printed.get(vector);
  if (text === undefined) {
    text = `[${Array.from(vector, (value) => printNumber(shortestDouble(value))).join(',')}]`;
    printed.set(vector, text);
  }
  return text;
}

/** Parses an id, or tells the whole request off. */
export const readId = (text: string): string | undefined => uuidOf(text);
