import { idKind, type MetadataValue } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import { checkType, vectorLength, type Attribute } from './types.ts';

/** A document: its attributes with the id among them. Those that are null are left out. */
export interface Row {
  readonly id: Id;
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly attributes: ReadonlyMap<string, MetadataValue>;
}

export type Id = number | bigint | string;
type IdType = 'uint' | 'uuid' | 'string';

const ID_BYTES = 64;

/** One namespace: https://turbopuffer.com/docs/write. Ids are of one kind, the attributes of one type each. */
export class Namespace {
  readonly schema = new Map<string, Attribute>();
  readonly createdAt: string;
  updatedAt: string;
  #rows = new Map<string, Row>();
  #sorted: Row[] | undefined;

  constructor() {
    this.createdAt = now();
    this.updatedAt = this.createdAt;
  }

  get size(): number {
    return this.#rows.size;
  }

  idType(): IdType {
    return (this.schema.get('id')?.type ?? 'string') as IdType;
  }

  vectors(): [string, Attribute][] {
    return [...this.schema].filter(([, { type }]) => vectorLength(type) !== undefined);
  }

  /** In the order of ids: numbers by size, texts by their bytes. */
  rows(): readonly Row[] {
    this.#sorted ??= [...this.#rows.values()].toSorted((left, right) => compareIds(left.id, right.id));
    return this.#sorted;
  }

  get(id: Id): Row | undefined {
    return this.#rows.get(String(id));
  }

  /** All of it or nothing, by the caller's care. */
  apply(upserts: readonly Row[], deletes: readonly Id[]): void {
    for (const row of upserts) this.#rows.set(String(row.id), row);
    for (const id of deletes) this.#rows.delete(String(id));
    this.#sorted = undefined;
    this.updatedAt = now();
  }

  /** @throws Problem for an id of another kind. */
  readId(value: MetadataValue | undefined): Id {
    const type = this.idType();
    const refuse = (): never => {
      throw new Problem(400, `invalid document ID: expected ${type}, got ${typeof value}`);
    };
    if (type === 'uint') {
      const number = typeof value === 'number' || typeof value === 'bigint' ? value : refuse();
      return Number.isInteger(Number(number)) && number >= 0 && BigInt(number) < 2n ** 64n ? number : refuse();
    }
    if (typeof value !== 'string' || value === '') return refuse();
    if (type === 'uuid') return idKind(value.toLowerCase()) === 'uuid' ? value.toLowerCase() : refuse();
    if (Buffer.byteLength(value) > ID_BYTES) throw new Problem(400, `document ID is over ${ID_BYTES} bytes`);
    return value;
  }

  /** @throws Problem for another type than the attribute has. */
  declare(name: string, given: { readonly type: string } & Partial<Attribute>): void {
    const known = this.schema.get(name);
    const type = checkType(name, given.type);
    if (known !== undefined && known.type !== type) {
      throw new Problem(
        400,
        `invalid schema: attribute ${JSON.stringify(name)} is ${known.type} and cannot become ${type}`,
      );
    }
    if (name.startsWith('$') || name === '' || Buffer.byteLength(name) > 128) {
      throw new Problem(400, `invalid attribute name ${JSON.stringify(name)}`);
    }
    this.schema.set(name, {
      type,
      filterable: given.filterable ?? known?.filterable ?? vectorLength(type) === undefined,
      ann: given.ann ?? known?.ann,
    });
  }
}

export function compareIds(left: Id, right: Id): number {
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** RFC 3339 with nanoseconds, so that two namespaces are not made in the same moment. */
function now(): string {
  const ms = performance.timeOrigin + performance.now();
  const nanoseconds = String(Math.floor((ms % 1000) * 1e6)).padStart(9, '0');
  return `${new Date(ms).toISOString().slice(0, 19)}.${nanoseconds}Z`;
}
