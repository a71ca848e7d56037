import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import type { PayloadNames } from '../mapping.ts';
import { Counts, Fields, Named } from './fields.ts';

const BY = 'the bytes of the pages, counted beside the reader of records';
const UNWITNESSED = ['id', 'what lies within lists and objects', 'components of vectors beside the first and the last'];

// Of qdrant.Value.
const [NULL, DOUBLE, INTEGER, TEXT, LIST] = [1, 2, 3, 4, 7];

/**
 * Counts what the first `points` points of a `qdrant.ScrollResponse` hold.
 * @throws RangeError for bytes that are no such message
 */
export function countBytes(page: Uint8Array, points: number, names: PayloadNames): ValuesWitness {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  const fields = (): Fields => new Fields(bytes);
  // One for each level, used again for every message there.
  const [response, point, entry, value] = [fields(), fields(), fields(), fields()];
  const [vectors, named, vector, dense] = [fields(), fields(), fields(), fields()];
  const document = new Counts('document', '');
  const [metadata, ofVectors] = [new Named('metadata', bytes), new Named('vector', bytes)];
  const countEntry = (): void => {
    let start = 0;
    let stop = 0;
    let isText = false;
    let filled = 0;
    let octets = 0;
    let number = 0;
    while (entry.next()) {
      if (entry.field === 1) {
        start = entry.start;
        stop = entry.stop;
      } else if (entry.field === 2) {
        value.enter(entry.start, entry.stop);
        while (value.next()) {
          const { field } = value;
          filled = field === NULL || (field === LIST && value.start === value.stop) ? 0 : 1;
          isText = field === TEXT;
          if (isText) octets = value.stop - value.start;
          else if (field === DOUBLE) number = bytes.readDoubleLE(value.start);
          else if (field === INTEGER) number = signed(bytes, value.start, value.stop);
        }
      }
    }
    const ofKey = metadata.at(start, stop);
    const found = isText && ofKey.name === names.documentKey ? document : ofKey;
    found.records += 1;
    found.filled += filled;
    found.octets += octets;
    found.sum += number;
  };
  const countVector = (found: Counts): void => {
    found.records += 1;
    let start = 0;
    let stop = 0;
    while (vector.next()) {
      const { field } = vector;
      if (field === 101) {
        dense.enter(vector.start, vector.stop);
        while (dense.next()) {
          if (dense.field !== 1) continue;
          start = dense.start;
          stop = dense.stop;
        }
      } else {
        start = field === 1 ? vector.start : 0;
        stop = field === 1 ? vector.stop : 0;
      }
    }
    if (stop === start) return;
    found.first = (found.first + bytes.readUInt32LE(start)) >>> 0;
    found.last = (found.last + bytes.readUInt32LE(stop - 4)) >>> 0;
  };
  const countVectors = (): void => {
    while (vectors.next()) {
      if (vectors.field === 1) {
        vector.enter(vectors.start, vectors.stop);
        countVector(ofVectors.at(0, 0));
      } else if (vectors.field === 2) countNamed(vectors.start, vectors.stop);
    }
  };
  const countNamed = (start: number, stop: number): void => {
    named.enter(start, stop);
    while (named.next()) {
      entry.enter(named.start, named.stop);
      let found = ofVectors.at(0, 0);
      while (entry.next()) {
        if (entry.field === 1) found = ofVectors.at(entry.start, entry.stop);
        else if (entry.field === 2) vector.enter(entry.start, entry.stop);
      }
      countVector(found);
    }
  };
  response.enter(0, bytes.length);
  let left = points;
  while (response.next() && left > 0) {
    if (response.field !== 2) continue;
    left -= 1;
    point.enter(response.start, response.stop);
    while (point.next()) {
      if (point.field === 2) {
        entry.enter(point.start, point.stop);
        countEntry();
      } else if (point.field === 4) {
        vectors.enter(point.start, point.stop);
        countVectors();
      }
    }
  }
  const shard = names.shardKeyField;
  const isMetadata = ({ name, records }: Counts): boolean => records > 0 && name !== shard;
  const isVector = ({ records }: Counts): boolean => records > 0;
  const documents = names.documentKey === false ? [] : [document];
  return {
    by: BY,
    figures: [...documents, ...ofVectors.all.filter(isVector), ...metadata.all.filter(isMetadata)].flatMap(figuresOf),
    unwitnessed: shard === undefined ? UNWITNESSED : [...UNWITNESSED, `metadata "${shard}"`],
  };
}

function figuresOf(counts: Counts): ValueFigure[] {
  const { part, name } = counts;
  const measures =
    part === 'vector'
      ? (['records', 'first', 'last'] as const)
      : part === 'document'
        ? (['records', 'octets'] as const)
        : (['records', 'filled', 'octets', 'sum'] as const);
  return measures.map((measure) => ({ part, name, measure, value: counts[measure] }));
}

/** A varint of 64 bits with a sign. Of seven bytes or fewer it is positive and exact as a double. */
function signed(bytes: Buffer, start: number, stop: number): number {
  if (stop - start <= 7) {
    let value = 0;
    for (let at = stop - 1; at >= start; at -= 1) value = value * 128 + ((bytes[at] as number) & 0x7f);
    return value;
  }
  let value = 0n;
  for (let at = stop - 1; at >= start; at -= 1) value = (value << 7n) | BigInt((bytes[at] as number) & 0x7f);
  return Number(BigInt.asIntN(64, value));
}
