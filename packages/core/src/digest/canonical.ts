import { VsmError } from '../errors.ts';
import { stringifyJson } from '../json/json.ts';
import { vectorToBytes } from '../store/vector-bytes.ts';
import {
  Float,
  isMetadataArray,
  isMulti,
  isSparse,
  Unfit,
  type Metadata,
  type MetadataValue,
  type SparseVector,
  type Vector,
  type VectorRecord,
} from '../spec/record.ts';

/** JSON with the keys of every object in the order of their UTF-16 code units, no spaces, and numbers as exact as `stringifyJson`. */
export function canonicalJson(value: MetadataValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numberText(value) ?? stringifyJson(value);
  if (typeof value !== 'object' || value === null) return stringifyJson(value);
  if (isMetadataArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (Float.isInstance(value)) return wholeText(value.value, '.0') ?? stringifyJson(value);
  if (Unfit.isInstance(value)) throw new VsmError('INVALID_DATA', value.reason);
  const { ordered, heads } = shapeOfKeys(value);
  let text = '{';
  for (let at = 0; at < ordered.length; at += 1) {
    const item = (value as Metadata)[ordered[at] as string] as MetadataValue; // own key: they are walked
    text += (heads[at] as string) + canonicalJson(item);
  }
  return `${text}}`;
}

/** Of a text that JSON takes as it is, which most are: to see that is half the work of `JSON.stringify`. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** As `stringifyJson` prints most numbers, at once. */
function numberText(value: number): string | undefined {
  if (Number.isFinite(value) && !Number.isInteger(value)) return String(value);
  return wholeText(value, '');
}

function wholeText(value: number, end: string): string | undefined {
  return value !== 0 && Number.isSafeInteger(value) ? String(value) + end : undefined;
}

interface KeyShape {
  readonly keys: readonly string[];
  /** By code units. */
  readonly ordered: readonly string[];
  /** What stands in front of each value. */
  readonly heads: readonly string[];
}

const KEPT_SHAPES = 16;
/** By number of keys: the next object with as many mostly has the same. */
const knownShapes: KeyShape[] = [];

function shapeOfKeys(value: object): KeyShape {
  const keys = Object.keys(value);
  const known = knownShapes[keys.length % KEPT_SHAPES];
  if (known !== undefined && sameTexts(keys, known.keys)) return known;
  const ordered = keys.toSorted();
  const made = { keys, ordered, heads: ordered.map((key, at) => `${at === 0 ? '' : ','}${keyText(key)}:`) };
  knownShapes[keys.length % KEPT_SHAPES] = made;
  return made;
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

const KEPT_KEYS = 2000;
/** Keys as JSON: most records have the same ones. */
const keyTexts = new Map<string, string>();

function keyText(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  if (keyTexts.size < KEPT_KEYS) keyTexts.set(key, text);
  return text;
}

/** Everything of a record but the components of its vectors, of which it has names, kinds and sizes. */
export function fieldsText(record: VectorRecord): string {
  const { id, namespace = '', document, uri, metadata, vectors } = record;
  const names = Object.keys(vectors);
  if (names.length > 1) names.sort(byCodeUnits);
  try {
    // The canonical JSON of a list of all of it, put together by hand: this is done for every record.
    let shapes = '';
    for (const name of names) {
      const shape = shapeOf(vectors[name] as Vector); // own key: they are walked
      shapes += `${shapes === '' ? '' : ','}[${keyText(name)},${shape}]`;
    }
    const texts = `[${quoted(id)},${quoted(namespace)},${textOrNull(document)},${textOrNull(uri)},`;
    return `${texts}${canonicalJson(metadata)},[${shapes}]]`;
  } catch (error) {
    if (!VsmError.isInstance(error)) throw error;
    throw new VsmError('INVALID_DATA', `Record "${id}" has no fingerprint: in its metadata, ${error.message}.`);
  }
}

function textOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : quoted(text);
}

function shapeOf(vector: Vector): string {
  // Seen sooner than that it has none of the keys of others.
  if (vector instanceof Float32Array) return `"dense",${vector.length}`;
  if (isSparse(vector)) return `"sparse",${vector.indices.length}`;
  if (isMulti(vector)) return `"multi",${vector.rows.length},${vector.rows[0]?.length ?? 0}`;
  return `"dense",${vector.length}`;
}

/** Of one component: its bits as float32, or as float64 where the collection says that it keeps doubles. */
export const VECTOR_FORMS = ['float32', 'float64'] as const;

export type VectorForm = (typeof VECTOR_FORMS)[number];

/** Names the vector of a record, so that equal vectors of two records cannot be taken for each other. */
export function vectorHead({ id, namespace = '' }: VectorRecord, name: string): string {
  return `${JSON.stringify([id, namespace, name])}\n`;
}

/** Where the bytes of one vector after the other are put together. */
export class VectorBytes {
  #buffer = Buffer.alloc(8192);
  #end = 0;

  /**
   * The head, and behind it the components, little-endian; of a sparse vector its indices as uint32 first, both by rising index.
   * @returns what is overwritten by the next call
   */
  of(head: string, vector: Vector, form: VectorForm): Uint8Array {
    this.begin(head);
    this.add(vector, form);
    return this.taken;
  }

  /** Begins anew, with a text. */
  begin(head: string): void {
    this.#end = 0;
    this.#room(3 * head.length);
    this.#end = this.#buffer.write(head);
  }

  add(vector: Vector, form: VectorForm): void {
    if (isMulti(vector)) for (const row of vector.rows) this.#raw(vectorToBytes(row, form));
    else if (!isSparse(vector)) this.#raw(vectorToBytes(vector, form));
    else {
      const { indices, values } = sorted(vector);
      this.#raw(Uint32Array.from(indices));
      this.#raw(vectorToBytes(values, form));
    }
  }

  /** What was put together; overwritten once it is begun anew. */
  get taken(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }

  #raw({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    this.#room(byteLength);
    this.#buffer.set(new Uint8Array(buffer, byteOffset, byteLength), this.#end);
    this.#end += byteLength;
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.alloc(2 * (this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

function sorted({ indices, values }: SparseVector): { readonly indices: number[]; readonly values: number[] } {
  const pairs = Array.from(indices, (index, at) => [index, values[at] as number] as const);
  pairs.sort(([left], [right]) => left - right);
  return { indices: pairs.map(([index]) => index), values: pairs.map(([, value]) => value) };
}

export function byCodeUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
