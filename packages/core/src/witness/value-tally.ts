import { Float, type MetadataValue, type VectorRecord } from '../spec/record.ts';
import type { ValueFigure, ValueMeasure } from '../spec/v1.ts';
import { Components } from './component-tally.ts';

/** Keys, vector names or namespaces of which figures are kept; of the others none are. */
const MOST_NAMES = 2000;

/** A tally as JSON: numbers, beside names. */
export interface KeptTally {
  readonly records: number;
  readonly document: KeptValues;
  readonly uri: KeptValues;
  readonly namespaces: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  readonly metadata: Readonly<Record<string, KeptValues>>;
  readonly whole: boolean;
}

/** Kinds, records, filled, octets, sum, size, least, most; the last two are `null` where there are no numbers. */
type KeptValues = readonly (number | null)[];

/** What records hold, as they are read and before anything is made of them: the other half of what `witnessValues` counts. */
export class ValueTally {
  records = 0;
  readonly #document = new Values();
  readonly #uri = new Values();
  readonly #namespaces = new Map<string, number>();
  readonly #vectors = new Map<string, Components>();
  readonly #metadata = new Map<string, Values>();
  #whole = true;

  /** Metadata keys that were found. */
  get keys(): readonly string[] {
    return [...this.#metadata.keys()];
  }

  /** Whether no name was too many to be counted. */
  get whole(): boolean {
    return this.#whole;
  }

  /** @returns whether the record has something of a kind that none before it had */
  add({ document, uri, namespace = '', vectors, metadata }: VectorRecord): boolean {
    this.records += 1;
    let isNew = false;
    if (document !== undefined) isNew = this.#document.add(document);
    if (uri !== undefined) isNew = this.#uri.add(uri) || isNew;
    const count = this.#namespaces.get(namespace);
    if (count !== undefined) this.#namespaces.set(namespace, count + 1);
    else if (this.#hasRoom(this.#namespaces)) this.#namespaces.set(namespace, 1);
    for (const name in vectors) {
      let components = this.#vectors.get(name);
      if (components === undefined) {
        isNew = true;
        if (!this.#hasRoom(this.#vectors)) continue;
        this.#vectors.set(name, (components = new Components()));
      }
      // own key: it is one of the record's
      components.add(vectors[name] as VectorRecord['vectors'][string]);
    }
    for (const key in metadata) {
      let values = this.#metadata.get(key);
      if (values === undefined) {
        if (!this.#hasRoom(this.#metadata)) continue;
        this.#metadata.set(key, (values = new Values()));
      }
      // own key: it is one of the record's
      isNew = values.add(metadata[key] as MetadataValue) || isNew;
    }
    return isNew;
  }

  /** What was counted, to be held against a figure of the store; how far it may be off where doubles were added up. */
  figure({ part, name, measure }: Omit<ValueFigure, 'value'>): { readonly value: number; readonly within: number } {
    if (part === 'namespace') return { value: this.#namespaces.get(name) ?? 0, within: 0 };
    if (part === 'vector') return { value: this.#vectors.get(name)?.figure(measure) ?? 0, within: 0 };
    const values = part === 'document' ? this.#document : part === 'uri' ? this.#uri : this.#metadata.get(name);
    if (values === undefined) return { value: 0, within: 0 };
    return { value: values.figure(measure), within: measure === 'sum' ? values.rounding : 0 };
  }

  /** Takes in what another tally counted. */
  merge(other: KeptTally): void {
    this.records += other.records;
    this.#document.merge(other.document);
    this.#uri.merge(other.uri);
    for (const [name, count] of Object.entries(other.namespaces)) {
      if (this.#namespaces.has(name) || this.#hasRoom(this.#namespaces))
        this.#namespaces.set(name, (this.#namespaces.get(name) ?? 0) + count);
    }
    for (const [name, kept] of Object.entries(other.vectors)) {
      if (!this.#vectors.has(name) && this.#hasRoom(this.#vectors)) this.#vectors.set(name, new Components());
      this.#vectors.get(name)?.merge(kept);
    }
    for (const [key, kept] of Object.entries(other.metadata)) {
      if (!this.#metadata.has(key) && this.#hasRoom(this.#metadata)) this.#metadata.set(key, new Values());
      this.#metadata.get(key)?.merge(kept);
    }
    if (!other.whole) this.#whole = false;
  }

  toJSON(): KeptTally {
    const kept = <Item extends { toJSON(): unknown }>(
      items: ReadonlyMap<string, Item>,
    ): Record<string, ReturnType<Item['toJSON']>> =>
      Object.fromEntries([...items].map(([name, item]) => [name, item.toJSON() as ReturnType<Item['toJSON']>]));
    return {
      records: this.records,
      document: this.#document.toJSON(),
      uri: this.#uri.toJSON(),
      namespaces: Object.fromEntries(this.#namespaces),
      vectors: kept(this.#vectors),
      metadata: kept(this.#metadata),
      whole: this.#whole,
    };
  }

  #hasRoom(names: ReadonlyMap<string, unknown>): boolean {
    if (names.size < MOST_NAMES) return true;
    this.#whole = false;
    return false;
  }
}

/** Texts from 256 and from 65,536 letters on are kinds of their own: stores keep them elsewhere. */
const KINDS = ['null', 'boolean', 'integer', 'float', 'text', 'long', 'huge', 'list', 'object'] as const;
type Kind = (typeof KINDS)[number];

const BIT = Object.fromEntries(KINDS.map((kind, at) => [kind, 1 << at])) as Readonly<Record<Kind, number>>;

class Values {
  #kinds = 0;
  #records = 0;
  #filled = 0;
  #octets = 0;
  #sum = 0;
  #size = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  add(value: MetadataValue): boolean {
    this.#records += 1;
    const kind = BIT[this.#take(value)];
    const isNew = (this.#kinds & kind) === 0;
    this.#kinds |= kind;
    return isNew;
  }

  #take(value: MetadataValue): Kind {
    if (value === null) return 'null';
    if (Array.isArray(value)) {
      if (value.length > 0) this.#filled += 1;
      return 'list';
    }
    this.#filled += 1;
    switch (typeof value) {
      case 'string':
        this.#octets += Buffer.byteLength(value);
        return value.length < 256 ? 'text' : value.length < 65_536 ? 'long' : 'huge';
      case 'boolean':
        return 'boolean';
      case 'number':
        this.#addNumber(value);
        return Number.isSafeInteger(value) ? 'integer' : 'float';
      case 'bigint':
        this.#addNumber(Number(value));
        return 'integer';
      default:
        if (!Float.isInstance(value)) return 'object';
        this.#addNumber(value.value);
        return 'float';
    }
  }

  #addNumber(value: number): void {
    this.#sum += value;
    this.#size += Math.abs(value);
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
  }

  merge([kinds, records, filled, octets, sum, size, least, most]: KeptValues): void {
    this.#kinds |= kinds ?? 0;
    this.#records += records ?? 0;
    this.#filled += filled ?? 0;
    this.#octets += octets ?? 0;
    this.#sum += sum ?? 0;
    this.#size += size ?? 0;
    this.#least = Math.min(this.#least, least ?? Number.POSITIVE_INFINITY);
    this.#most = Math.max(this.#most, most ?? Number.NEGATIVE_INFINITY);
  }

  toJSON(): KeptValues {
    const end = (value: number): number | null => (Number.isFinite(value) ? value : null);
    const sums = [this.#kinds, this.#records, this.#filled, this.#octets, this.#sum, this.#size];
    return [...sums, end(this.#least), end(this.#most)];
  }

  /** However the same doubles are added up, the sums differ by no more than this. */
  get rounding(): number {
    return this.#records * Number.EPSILON * this.#size;
  }

  figure(measure: ValueMeasure): number {
    switch (measure) {
      case 'filled':
        return this.#filled;
      case 'octets':
        return this.#octets;
      case 'sum':
        return this.#sum;
      case 'least':
        return this.#least;
      case 'most':
        return this.#most;
      default:
        return this.#records;
    }
  }
}
