import { readFileSync } from 'node:fs';
import { parseJson, type MetadataValue } from '@vsm/core/adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQdrantEmulator, type QdrantEmulator } from '../src/index.ts';

interface Exchange {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: string | null };
  readonly response: { readonly status: number; readonly contentType: string | null; readonly body: string };
}

/** Exchanges whose answer cannot be the same, and why. Each still has to answer with the same status and the same fields. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  'query/sample-random': 'the real server draws the points at random',
};

const fixture = new URL('../fixtures/qdrant-1.18.3.jsonl', import.meta.url);
const exchanges = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

let emulator: QdrantEmulator;

beforeAll(async () => {
  emulator = await startQdrantEmulator();
  // The recorded server held these already.
  for (const name of ['_migration_offsets', 'big', 'from_chroma_50', 'from_chroma_500', 'gocopy', 'packages']) {
    await fetch(`${emulator.url}/collections/${name}`, {
      method: 'PUT',
      body: '{"vectors":{"size":4,"distance":"Cosine"}}',
    });
  }
});
afterAll(() => emulator.close());

describe('every recorded exchange with Qdrant 1.18.3, in order', () => {
  it('has them all', () => {
    expect(exchanges).toHaveLength(106);
  });

  it.each(exchanges)('$name', async ({ name, request, response }) => {
    const answered = await fetch(emulator.url + request.path, {
      method: request.method,
      body: request.body === null ? null : fullBody(request.body),
      headers: { 'content-type': 'application/json' },
    });
    const text = await answered.text();
    expect(answered.status).toBe(response.status);
    expect(answered.headers.get('content-type')).toBe(response.contentType);
    const [expected, got] = [comparable(response.body), comparable(text)];
    const compared = name in DEVIATIONS ? shape : (value: MetadataValue): MetadataValue => value;
    expect(compared(got)).toStrictEqual(compared(expected));
  });
});

/** The recording cuts one long body short and notes its length. */
function fullBody(body: string): string {
  const cut = /^(.*x)…\((\d+) bytes\)$/s.exec(body);
  if (cut === null) return body;
  const [, head = '', bytes] = cut;
  const tail = '"}}]}';
  return head + 'x'.repeat(Number(bytes) - head.length - tail.length) + tail;
}

/** Exact numbers, without the time it took. */
function comparable(body: string): MetadataValue {
  if (!body.startsWith('{')) return body;
  const { time, ...rest } = parseJson(body) as Readonly<Record<string, MetadataValue>>;
  // An error found while reading the body has the time 0.0, others a measured one.
  return { ...rest, instant: 'status' in rest && rest['status'] !== 'ok' && Number(time) === 0 };
}

function shape(value: MetadataValue): MetadataValue {
  if (Array.isArray(value)) return value.map(shape);
  // An id may be of either integer type.
  if (typeof value === 'bigint') return 'number';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item as MetadataValue)]));
}
