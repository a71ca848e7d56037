import { createHash } from 'node:crypto';
import { own, type Vector, type VectorRecord } from '../spec/record.ts';
import { byCodeUnits, fieldsText, VectorBytes, vectorHead } from './canonical.ts';

/** 128 bits of everything that a record holds, whatever store it came from, to be added up with those of others. */
export class RecordDigests {
  readonly #doubles: ReadonlySet<string>;
  readonly #bytes = new VectorBytes();

  /** @param doubles names of the vectors whose components count in 64 bits; all others are taken as float32 */
  constructor(doubles: ReadonlySet<string>) {
    this.#doubles = doubles;
  }

  /** @throws VsmError `INVALID_DATA` naming a record that holds what cannot be carried */
  of(record: VectorRecord): bigint {
    const sum = createHash('sha256').update(fieldsText(record));
    for (const name of Object.keys(record.vectors).sort(byCodeUnits)) {
      const form = this.#doubles.has(name) ? 'float64' : 'float32';
      sum.update(this.#bytes.of(vectorHead(record, name), own(record.vectors, name) as Vector, form));
    }
    const digest = sum.digest();
    return (digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8);
  }
}
