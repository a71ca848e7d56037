import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type MigrationResult, type VectorRecord } from '@vsm/core';
import { judge } from '@vsm/embed';
import type { JudgedSearch, ReportDocument, ReportRun } from '@vsm/report';
import { filledMemory, makeRecords } from '../engine/stores.ts';

/** Ids and texts that break a page which does not escape them. */
export const HOSTILE = [
  '<script>document.title = "owned"</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>body{display:none}</style>',
  '</title></desc></svg><script>1</script>',
  '${1+1}`{{7*7}}',
  '\u202Egnp.exe',
] as const;

export function hostileRecords(): VectorRecord[] {
  return HOSTILE.map((text, index) => ({
    id: text,
    vectors: { '': [index + 1, 1, 0, 0] },
    document: text,
    metadata: { [text]: text, password: 'hunter2-in-a-record' },
  }));
}

/** The result of a real run between two memory stores. */
export async function migrated(records: readonly VectorRecord[] = makeRecords(300)): Promise<MigrationResult> {
  const source = await filledMemory(records);
  const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: false });
  return migrator.migrate({ sourceCollection: 'docs', verify: 'search', batchSize: 20 });
}

/** A real run after which the target was changed behind its back: every record of it differs, is gone or is new. */
export async function differing(records: readonly VectorRecord[]): Promise<ReportRun['outcome']> {
  const [source, target] = await Promise.all([filledMemory(records), filledMemory(records)]);
  const collection = await target.openCollection('docs');
  const [first, ...others] = records;
  if (first === undefined) throw new Error('no records');
  await collection.delete([first.id]);
  await collection.upsert([
    { ...first, id: `extra ${first.id}` },
    ...others.map((record) => ({
      ...record,
      document: `changed ${record.document}`,
      metadata: { ...record.metadata, password: 'hunter3' },
    })),
  ]);
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  return { kind: 'verified', verification: await migrator.verify({ sourceCollection: 'docs', level: 'values' }) };
}

/** Two collections of records of which the target has one in five with the vector of another. */
export async function judgedSearch(records: readonly VectorRecord[] = makeRecords(300)): Promise<JudgedSearch> {
  const worse = records.map((record, at) =>
    at % 5 === 0 ? { ...record, vectors: records[(at + 1) % records.length]?.vectors ?? {} } : record,
  );
  const [source, target] = await Promise.all(
    [records, worse].map(async (side) => (await filledMemory(side)).openCollection('docs')),
  );
  if (source === undefined || target === undefined) throw new Error('two were filled');
  const sides = { source: { collection: source }, target: { collection: target } };
  return judge({ ...sides, sample: 60, minOverlap: 0.99, slice: 'even' });
}

export function documentOf(...runs: readonly ReportRun['outcome'][]): ReportDocument {
  return {
    command: 'migrate',
    runs: runs.map((outcome) => ({ source: 'memory:source', target: 'memory:target', outcome })),
    settings: { batchSize: 20 },
    createdAt: '2026-11-24T09:30:00.000Z',
    version: '1.2.3',
  };
}
