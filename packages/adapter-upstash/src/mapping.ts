import {
  checkList,
  checkObject,
  checkText,
  isDense,
  isSparse,
  own,
  setOwn,
  stringifyForSerde,
  vectorText,
  WrongAnswer,
  type Metadata,
  type SparseVector,
  type Vector,
  type VectorRecord,
  filled,
  floatsOf,
} from '@vsm/core/adapter';

/** Names of an index's vectors in records; `undefined` where it has none of that kind. */
export interface VectorNames {
  readonly dense: string | undefined;
  readonly sparse: string | undefined;
}

/** A vector as JSON. Metadata is sent though it is empty, so that none of an older record is left. */
export function toWire(record: VectorRecord, names: VectorNames): string {
  const dense = names.dense === undefined ? undefined : own(record.vectors, names.dense);
  const sparse = names.sparse === undefined ? undefined : own(record.vectors, names.sparse);
  const parts = [
    `"id":${JSON.stringify(record.id)}`,
    ...(dense !== undefined && isDense(dense) ? [`"vector":${vectorText(dense)}`] : []),
    ...(sparse !== undefined && isSparse(sparse) ? [`"sparseVector":${printSparse(sparse)}`] : []),
    `"metadata":${stringifyForSerde(record.metadata)}`,
    ...(record.document === undefined ? [] : [`"data":${JSON.stringify(record.document)}`]),
  ];
  return `{${parts.join(',')}}`;
}

export function printSparse({ indices, values }: SparseVector): string {
  return `{"indices":[${Array.from(indices).join(',')}],"values":${vectorText(values)}}`;
}

/** @throws WrongAnswer for anything but a vector */
export function fromWire(value: unknown, namespace: string, names: VectorNames): VectorRecord {
  const { id, vector, sparseVector, metadata, data } = checkObject(value, 'a vector');
  const vectors: Record<string, Vector> = {};
  if (isGiven(vector)) setOwn(vectors, names.dense ?? '', readNumbers(vector));
  if (isGiven(sparseVector)) setOwn(vectors, names.sparse ?? '', readSparse(sparseVector));
  return {
    id: checkText(id, 'an id'),
    ...(namespace !== '' && { namespace }),
    vectors,
    metadata: isGiven(metadata) ? (checkObject(metadata, 'the metadata') as Metadata) : {},
    ...(isGiven(data) && { document: checkText(data, 'the data') }),
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function readSparse(value: unknown): SparseVector {
  const { indices, values } = checkObject(value, 'a sparse vector');
  const listed = checkList(indices, 'the indices');
  const places = filled(new Uint32Array(listed.length), (at) => Number(listed[at]));
  const numbers = readNumbers(values);
  if (places.length !== numbers.length) throw new WrongAnswer('a sparse vector must have as many indices as values');
  return { indices: places, values: numbers };
}

function readNumbers(value: unknown): Float32Array {
  const floats = floatsOf(checkList(value, 'a vector'));
  if (!floats.every(Number.isFinite)) throw new WrongAnswer('a vector must hold finite numbers alone');
  return floats;
}
