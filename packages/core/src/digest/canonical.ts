import { VsmError } from '../errors.ts';
import { stringifyJson } from '../json/json.ts';
import { vectorToBytes } from '../store/vector-bytes.ts';
import {
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  Unfit,
  type MetadataValue,
  type SparseVector,
  type Vector,
  type VectorRecord,
} from '../spec/record.ts';

/** JSON with the keys of every object in the order of their UTF-16 code units, no spaces, and numbers as exact as `stringifyJson`. */
export function canonicalJson(value: MetadataValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  // As `stringifyJson` prints them, at once.
  if (typeof value === 'number' && value !== 0 && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'object' || value === null) return stringifyJson(value);
  if (isMetadataArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isMetadataObject(value)) return stringifyJson(value);
  if (Unfit.isInstance(value)) throw new VsmError('INVALID_DATA', value.reason);
  let text = '';
  for (const key of sortedKeys(value)) {
    const item = value[key] as MetadataValue; // own key: they are walked
    text += `${text === '' ? '' : ','}${keyText(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

/** Of the last object whose keys had to be sorted: the next one mostly has the same. */
let lastKeys: { readonly found: readonly string[]; readonly sorted: readonly string[] } = { found: [], sorted: [] };

/** By code units. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  // Many come sorted, which is seen sooner than it is done once more.
  if (keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key)) return keys;
  const { found } = lastKeys;
  if (keys.length !== found.length || keys.some((key, at) => key !== found[at]))
    lastKeys = { found: keys, sorted: keys.toSorted() };
  return lastKeys.sorted;
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
  const { id, namespace = '', document = null, uri = null, metadata, vectors } = record;
  const names = Object.keys(vectors);
  if (names.length > 1) names.sort(byCodeUnits);
  try {
    // The canonical JSON of a list of all of it, put together by hand: this is done for every record.
    let shapes = '';
    for (const name of names) {
      const shape = shapeOf(vectors[name] as Vector); // own key: they are walked
      shapes += `${shapes === '' ? '' : ','}[${keyText(name)},${shape}]`;
    }
    const texts = `${JSON.stringify(id)},${JSON.stringify(namespace)},${JSON.stringify(document)},${JSON.stringify(uri)}`;
    return `[${texts},${canonicalJson(metadata)},[${shapes}]]`;
  } catch (error) {
    if (!VsmError.isInstance(error)) throw error;
    throw new VsmError('INVALID_DATA', `Record "${id}" has no fingerprint: in its metadata, ${error.message}.`);
  }
}

function shapeOf(vector: Vector): string {
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
