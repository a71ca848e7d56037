import { expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../json/json.ts';
import type { Metadata, VectorRecord } from '../spec/record.ts';
import { EVERYTHING } from '../store/capabilities.ts';
import { metadataProblem } from '../guard/metadata-check.ts';
import { recordBytes, withoutDepths } from './record-bytes.ts';

function nested(levels: number, leaf: string): Metadata {
  return parseJson('{"a":'.repeat(levels) + leaf + '}'.repeat(levels)) as Metadata;
}

it.each(['1', '1.0', '[[1.5]]'])('metadata of 5,000 levels around %s is read, and rejected by name', (leaf) => {
  const record = { id: 'deep', vectors: {}, metadata: nested(5000, leaf) };
  const [{ metadata }] = withoutDepths([record]) as [VectorRecord];
  expect(metadataProblem(metadata, EVERYTHING.metadata)).toMatch(/deeper than 500 levels/);
  expect(stringifyJson(metadata)).toContain('nested deeper');
});

it('what is not too deep is measured and kept', () => {
  const record = { id: 'flat', vectors: { '': [1, 2] }, metadata: nested(400, '1.0') };
  expect(recordBytes(record)).toBeGreaterThan(400 * 40);
  expect(metadataProblem(record.metadata, EVERYTHING.metadata)).toBeUndefined();
});

it.each(['1', '1.0', '{"\\n":1}'])('metadata of 100,000 levels around %s runs nobody out of stack', (leaf) => {
  const record = { id: 'deep', vectors: {}, metadata: nested(100_000, leaf) };
  const [{ metadata }] = withoutDepths([record, record]) as [VectorRecord, VectorRecord];
  expect(metadataProblem(metadata, EVERYTHING.metadata)).toMatch(/deeper than 500 levels/);
  expect(stringifyJson(metadata).length).toBeLessThan(10_000);
});
