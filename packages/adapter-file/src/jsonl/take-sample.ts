import type { Field, FieldReading } from '@vsm/core/adapter';
import { EVERYTHING, type Position } from '../read.ts';
import { envelopeReadings, type Row } from './forms.ts';
import type { LineFile } from './line-file.ts';
import { sampleLines, type LineSample } from './sample.ts';
import { members } from './top-level.ts';

/** Lines from the beginning, and from each of some places further on: what comes late is seen before it is read. */
const FIRST_LINES = 200;
const PLACES = 16;
const LINES_OF_PLACE = 16;

export interface Sampled extends LineSample {
  readonly left: readonly FieldReading[];
}

const NO_ID: Field = { field: 'id', shape: 'text', type: 'no records', sampled: 0, present: 0, fieldType: 'string' };

/** @throws VsmError where one of the first lines is damaged */
export async function takeSample(file: LineFile): Promise<Sampled> {
  const lines: Row[] = [];
  const take = async (from: Position, most: number): Promise<Position> => {
    let taken = 0;
    for await (const line of file.lines(from)) {
      try {
        const parsed = members(file.text(line));
        // Looked at alone, so that an error can name the line.
        sampleLines([parsed]);
        lines.push(parsed);
      } catch (cause) {
        throw await file.damage(line, cause);
      }
      taken += 1;
      if (taken === most) return line.position + line.bytes.length;
    }
    return EVERYTHING.to;
  };
  const end = await take(0, FIRST_LINES);
  if (file.format === 'jsonl' && end < file.source.size) {
    const { size } = file.source;
    let after = end;
    for (let place = 0; place < PLACES && after < size; place += 1) {
      const offset = Math.max(after, end + Math.floor(((size - end) * place) / PLACES));
      try {
        after = await take(await file.lineStart(offset), LINES_OF_PLACE);
      } catch {
        // What is damaged further on is told when reading comes there; what lies before it can be read.
        break;
      }
    }
  }
  const sampled = sampleLines(lines);
  // An empty file is a collection without records.
  const fields = lines.length > 0 ? sampled.fields : [NO_ID];
  return { ...sampled, fields, left: envelopeReadings(sampled.form, lines) };
}
