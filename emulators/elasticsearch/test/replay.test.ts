import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answer } from '../src/server.ts';
import { State } from '../src/state.ts';

interface Exchange {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: string | null };
  readonly response: { readonly status: number; readonly body: string };
}

const file = new URL('../fixtures/opensearch-2.19.1-knn.jsonl', import.meta.url);
const exchanges = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Exchange);

/** What of an answer the adapter looks at. */
function essence(text: string): unknown {
  const { error, items, docs, count, acknowledged, hits, _shards: shards, version, errors } = JSON.parse(text);
  // A search that fails on every shard wraps what each says.
  const cause = error?.root_cause?.[0] ?? error;
  return {
    error: cause?.type,
    items: items?.map((item: Record<string, { status: number; error?: { type: string } }>) =>
      Object.entries(item).map(([verb, one]) => [verb, one.status, one.error?.type]),
    ),
    docs: docs?.map((one: Readonly<Record<string, unknown>>) => [one['_id'], one['found'], one['_source']]),
    hits: hits?.hits.map((one: Readonly<Record<string, unknown>>) => [one['_id'], one['_source']]),
    shards: shards === undefined ? undefined : [shards.total, shards.failed],
    count,
    acknowledged,
    errors,
    version: version === undefined ? undefined : [version.distribution, version.number],
  };
}

it('answers as the recorded server did, in what the adapter looks at', () => {
  const state = new State();
  expect(exchanges.length).toBeGreaterThan(20);
  for (const { name, request, response } of exchanges) {
    // The adapter names the index in the path.
    const index = /"_index":"(\w+)"/.exec(request.body ?? '')?.[1];
    const path = request.path.replace(/^\/_bulk/, `/${index}/_bulk`);
    const { status, text } = answer(state, request.method, path, request.body ?? '');
    expect([name, status, essence(text)]).toEqual([name, response.status, essence(response.body)]);
  }
});

it('gives sources back as text, in the order of the numbers of a shard', () => {
  const state = new State();
  const ask = (method: string, path: string, body = ''): string => answer(state, method, path, body).text;
  ask('PUT', '/docs', '{"settings":{"index":{"number_of_shards":2}}}');
  const sources = Array.from({ length: 9 }, (_, at) => `{ "n": ${at}.0, "x":1e3,"big":90071992547409931 }`);
  ask(
    'POST',
    '/docs/_bulk?refresh=true',
    sources.map((source, at) => `{"index":{"_id":"${at}"}}\n${source}\n`).join(''),
  );
  const pages = [0, 1].map((shard) =>
    ask('POST', `/docs/_search?preference=_shards:${shard}`, '{"size":9,"sort":[{"_seq_no":"asc"}]}'),
  );
  for (const source of sources) expect(pages.join('')).toContain(source);
  for (const page of pages) {
    const numbers = JSON.parse(page).hits.hits.map(({ sort }: { sort: number[] }) => sort[0]);
    expect(numbers).toEqual(numbers.map((_: number, at: number) => at));
  }
});
