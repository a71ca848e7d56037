import type { CollectionReport, FieldReading, MigrationPlan, MigrationProgress } from '@vsm/core';
import { expect, test } from 'vitest';
import { collectionText } from './collection.ts';
import { planText } from './plan.ts';
import { progressLine } from './progress.ts';
import { readingLines } from './reading.ts';

const HOSTILE = 'x\u001B[2J\u202E\r\nFORGED';

/** The lines of a text, none of which data may have begun. */
function linesOf(text: string): string[] {
  expect(text.match(/[^\P{Cc}\n]|\u202E/gu)).toBeNull();
  const lines = text.split('\n');
  expect(lines.filter((line) => line.startsWith('FORGED'))).toEqual([]);
  return lines;
}

test('names, fields, notes and restrictions of a collection stay in their lines', () => {
  const report: CollectionReport = {
    description: {
      name: HOSTILE,
      vectors: { [HOSTILE]: { kind: 'dense', dimension: 2, metric: 'cosine' } },
      ids: 'string',
      indexes: [{ path: HOSTILE, type: 'keyword' }],
      aliases: [HOSTILE],
      notes: [HOSTILE],
      restrictions: { document: HOSTILE },
    },
    count: 1,
    exact: true,
    sampleIds: [HOSTILE],
    namespaces: [{ name: HOSTILE, count: 1 }],
    fields: [{ path: HOSTILE, type: 'string', example: HOSTILE }],
  };
  expect(linesOf(collectionText(report))).toHaveLength(10);
});

test('names, changes, notes and losses of a plan stay in their lines', () => {
  const plan = {
    source: { adapter: 'a', location: HOSTILE, collection: HOSTILE },
    target: { adapter: 'b', location: HOSTILE, collection: HOSTILE },
    totalVectors: 1,
    sample: { records: 1, bytesPerRecord: 8 },
    schema: { vectors: { [HOSTILE]: { kind: 'sparse' } } },
    vectorNames: { [HOSTILE]: `${HOSTILE}!` },
    encodings: {},
    fieldMapping: { rename: { [HOSTILE]: HOSTILE }, drop: [HOSTILE], set: { [HOSTILE]: 1 } },
    reduction: { vector: HOSTILE, dimensions: 2 },
    warnings: [HOSTILE],
    losses: [{ name: 'layout', detail: HOSTILE }],
    createTarget: false,
    targetCount: 0,
  } as unknown as MigrationPlan;
  expect(linesOf(planText(plan))).toHaveLength(11);
});

const reading: readonly FieldReading[] = [
  { field: 'id', role: 'id', basis: 'declared', evidence: 'text' },
  { field: 'emb', role: 'vector', name: 'title', basis: 'guessed', evidence: 'list of 8' },
  { field: HOSTILE, role: 'ignored', basis: 'named', evidence: HOSTILE },
];

test('what the fields were read as is a table with the guesses marked, and what is undecided follows', () => {
  const lines = linesOf(readingLines(reading, [HOSTILE]).join('\n'));
  expect(lines[0]).toBe('  fields:');
  expect(lines[1]).toMatch(/^ {4}id +id {14}text$/);
  expect(lines[2]).toMatch(/^ {4}emb +vector "title" {2}guessed: list of 8$/);
  expect(lines[3]).toMatch(/left out {8}as named: x/);
  expect(lines[4]).toMatch(/^ {2}DECIDE x/);
});

test('a title stays in the line of a log', () => {
  const progress = { phase: 'copying', percentage: 1, vectorsProcessed: 1, totalVectors: 2 } as MigrationProgress;
  expect(linesOf(progressLine(progress, HOSTILE))).toHaveLength(1);
});
