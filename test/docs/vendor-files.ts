import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the services of others wrote, for the page about their files: small, and of the forms that they document. */
export function makeVendorFiles(cwd: string): void {
  mkdirSync(join(cwd, 'export/__default__'), { recursive: true });
  const parquet = join(import.meta.dirname, '../foreign/fixtures/pinecone-import.parquet');
  cpSync(parquet, join(cwd, 'export/__default__/0.parquet'));
  const lines = (name: string, values: readonly object[]): void =>
    writeFileSync(join(cwd, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  lines('points.jsonl', [
    { id: 1, vector: [1, 0], payload: { document: 'one', lang: 'en' } },
    { id: 2, vector: [0, 1], payload: { document: 'two', lang: 'de' } },
  ]);
  const uuid = (at: number): string => `00000000-0000-4000-8000-00000000000${at}`;
  lines('objects.jsonl', [
    { class: 'Docs', id: uuid(1), properties: { text: 'one' }, vector: [1, 0] },
    { class: 'Docs', id: uuid(2), properties: { text: 'two' }, vector: [0, 1] },
  ]);
  const answer = (custom: string, embedding: readonly number[]): object => ({
    id: `batch_req_${custom}`,
    custom_id: custom,
    response: { status_code: 200, body: { object: 'list', data: [{ object: 'embedding', index: 0, embedding }] } },
    error: null,
  });
  lines('batch_output.jsonl', [answer('a', [1, 0]), answer('b', [0, 1])]);
}
