import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformanceCases, runConformance, type ConformanceReport } from '@vsm/conformance';
import { toRecord } from '../template/src/mapping.ts';
import type * as Server from '../template/src/server.ts';
import type * as Adapter from '../template/src/index.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';

const template = join(import.meta.dirname, '../template');

let folder: string;
beforeAll(async () => {
  // Within the package, so that @vsm/core resolves as it does for the template.
  folder = await mkdtemp(join(import.meta.dirname, '../node_modules/pieces-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the suite on a copy of the template in which one line reads otherwise. */
async function suiteWith(name: string, file: string, from: string, to: string): Promise<ConformanceReport> {
  const copy = join(folder, name);
  await cp(join(template, 'src'), copy, { recursive: true });
  const text = await readFile(join(copy, file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  await writeFile(join(copy, file), text.replace(from, to));
  const { createAcme, openLocation } = (await import(/* @vite-ignore */ join(copy, 'index.ts'))) as typeof Adapter;
  const { Client, startToyServer } = (await import(/* @vite-ignore */ join(copy, 'server.ts'))) as typeof Server;
  const apiKey = 'a-key-that-no-message-shows';
  const url = startToyServer(apiKey);
  return runConformance({
    adapter: 'acme',
    connect: () => createAcme({ url, apiKey }),
    unreachable: () => createAcme({ url: 'http://nobody.invalid', apiKey }),
    secret: apiKey,
    locations: {
      open: (location) => openLocation(location, { apiKey }),
      of: (collection) => `${url.replace('http:', 'acme:')}/${encodeURIComponent(collection)}`,
    },
    timeoutMs: 60_000,
    raw: {
      async read(collection, id) {
        const [row] = await new Client(url, apiKey).getRows(collection, [id]);
        return row === undefined ? undefined : toRecord(row, ['vectors', 'metadata']);
      },
    },
  });
}

function failures({ cases }: ConformanceReport): string[] {
  return cases.filter(({ status }) => status === 'failed').map(({ id }) => id);
}

it('passes whole', async () => {
  const report = await suiteWith('whole', 'acme.ts', "adapter: 'acme'", "adapter: 'acme'");
  expect(failures(report)).toEqual([]);
  expect(report.witnesses).toMatchObject({ raw: true, unreachable: true, secret: true, locations: true });
});

// One entry a piece: its file, what it reads, what it reads when it is broken, and the case that sees it.
const PIECES: readonly (readonly [file: string, from: string, to: string, caughtBy: string])[] = [
  ['acme.ts', 'return guardStore({', 'return ({', 'lifecycle/is-closed-after-close'],
  ['acme.ts', 'location: url', 'location: `${url}?${apiKey}`', 'errors/name-the-adapter-and-keep-the-secret'],
  ['acme.ts', 'client.listTables()', 'Promise.resolve<string[]>([])', 'collections/lists-what-was-created'],
  ['acme.ts', '=> client.readTable(name)', '=> Promise.resolve()', 'collections/unknown-name-is-not-found'],
  ['acme.ts', '=> client.dropTable(name)', '=> Promise.resolve()', 'collections/drops-only-the-named-one'],
  ['server.ts', 'exists`, 409)', 'exists`, 500)', 'collections/taken-name-is-a-conflict'],
  ['errors.ts', 'status === 409', 'status === 410', 'collections/taken-name-is-a-conflict'],
  ['errors.ts', 'status === 404', 'status === 410', 'errors/a-dropped-collection-is-not-found'],
  ['errors.ts', 'status === undefined ||', '', 'errors/nobody-there-is-worth-another-try'],
  [
    'schema.ts',
    "euclidean: 'l2', dot: 'dot' };\nconst",
    "euclidean: 'dot', dot: 'dot' };\nconst",
    'schema/keeps-the-metric-euclidean',
  ],
  ['schema.ts', 'dimension: size ?? undefined', 'dimension: 1', 'schema/describes-what-was-created'],
  ['collection.ts', 'client.countRows(name)', 'Promise.resolve(0)', 'collections/counts-exactly'],
  ['collection.ts', 'records.map(toRow)', 'records.map(toRow).slice(0, 1)', 'upsert/stores-what-was-given'],
  ['collection.ts', 'accepted: records.length', 'accepted: 0', 'upsert/stores-what-was-given'],
  [
    'server.ts',
    'kept.rows.set(row.key, row)',
    'kept.rows.set(row.key, kept.rows.get(row.key) ?? row)',
    'upsert/replace-leaves-exactly-the-given-record',
  ],
  [
    'collection.ts',
    'client.getRows(name, ids)',
    'client.rowsAfter(name, undefined, 1000)',
    'fetch/leaves-out-missing-ids',
  ],
  ['collection.ts', 'client.deleteRows(name, ids)', 'client.deleteRows(name, [])', 'delete/removes-only-the-given'],
  [
    'mapping.ts',
    "values: Float32Array.from(record.vectors[''] as DenseVector)",
    "values: Float32Array.from(record.vectors[''] as DenseVector, Math.abs)",
    'vectors/every-bit-survives',
  ],
  ['mapping.ts', 'stringifyJson(record.metadata)', 'JSON.stringify(record.metadata)', 'metadata/whole-floats'],
  ['mapping.ts', 'parseJson(row.fields)', 'JSON.parse(row.fields)', 'metadata/big-integers'],
  ['mapping.ts', 'record.document ?? null', "record.document ?? ''", 'metadata/document-is-kept-apart'],
  ['mapping.ts', "include.includes('vectors')", 'true', 'scan/include-is-honoured'],
  [
    'collection.ts',
    'rows.length < limit ? null',
    'rows.length <= limit ? null',
    'scan/every-record-once-in-pages-of-3',
  ],
  ['server.ts', 'row.key > key)', 'row.key >= key)', 'scan/every-record-once-in-pages-of-3'],
  ['collection.ts', 'id: key, score', 'id: `${key}x`, score', 'query/finds-itself'],
  ['server.ts', 'left.distance - right.distance', 'right.distance - left.distance', 'query/nearest-first-by-cosine'],
  ['location.ts', 'decodeURIComponent(collection)', '`${collection}s`', 'locations/lead-to-the-named-collection'],
  ['capabilities.ts', 'zeroVectors: true', 'zeroVectors: true,\n  uri: true', 'metadata/uri-is-kept-apart'],
];

it.for(PIECES)('%s: %s, broken, fails %s', { timeout: 120_000 }, async ([file, from, to, caughtBy], { task }) => {
  const report = await suiteWith(task.id, file, from, to);
  expect(failures(report)).toContain(caughtBy);
});

it('numbers its TODOs in the order in which the suite asks for them', () => {
  const groups = [...new Set(conformanceCases.map(({ id }) => id.slice(0, id.indexOf('/') + 1)))];
  const files = [
    'src/location.ts',
    'src/server.ts',
    'src/errors.ts',
    'src/acme.ts',
    'src/schema.ts',
    'src/collection.ts',
    'src/mapping.ts',
    'src/capabilities.ts',
  ];
  const todos = [...files, 'README.md', '.github/workflows/test.yml']
    .flatMap((file) => [...readFileSync(join(template, file), 'utf8').matchAll(/TODO (\d+)(?: \(([^)]*)\))?/g)])
    .map(([, number, asked = '']) => ({ number: Number(number), asked: asked.match(/[a-z]+\//g) ?? [] }))
    .toSorted((left, right) => left.number - right.number);
  expect(todos.map(({ number }) => number)).toEqual(todos.map((_, index) => index + 1));
  const first = todos.filter(({ asked }) => asked.length > 0).map(({ asked: [group = ''] }) => groups.indexOf(group));
  expect(first).toEqual(first.toSorted((left, right) => left - right));
  const named = new Set(todos.flatMap(({ asked }) => asked));
  // A toy without namespaces, and without figures of its own, has nothing to do for them.
  expect(groups.filter((group) => !named.has(group as `${string}/`))).toEqual(['witness/', 'namespaces/']);
});
