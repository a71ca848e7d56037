import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { afterAll, beforeAll, expect } from 'vitest';

/** The stand-in, or the server that WEAVIATE_URL names. Classes that are made through it are dropped at the end. */
export interface TestServer {
  readonly url: string;
  /** A class that nobody has yet, with what an application would say of it. */
  makeClass(definition?: object): Promise<string>;
  /** Past the adapter. */
  raw<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer>;
  /** Writes objects of a class as an application would; none may be refused. */
  write(className: string, objects: readonly object[]): Promise<void>;
}

const given = process.env['WEAVIATE_URL'];

export function testServer(): TestServer {
  let url = given ?? '';
  let stop: () => Promise<void> = async () => undefined;
  const made: string[] = [];
  beforeAll(async () => {
    if (given !== undefined) return;
    const emulator = await startWeaviateEmulator();
    url = emulator.url;
    stop = () => emulator.close();
  });
  const raw = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    expect(response.ok, `${method} ${path}: ${response.status} ${text}`).toBe(true);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  afterAll(async () => {
    for (const name of made.toReversed()) await raw('DELETE', `schema/${name}`);
    await stop();
  });
  return {
    get url() {
      return url;
    },
    raw,
    async makeClass(definition = {}) {
      const name = `Test_${process.pid}_${made.length}_${Math.random().toString(36).slice(2, 8)}`;
      made.push(name);
      await raw('POST', 'schema', {
        class: name,
        ...('vectorConfig' in definition ? {} : { vectorizer: 'none' }),
        ...definition,
      });
      return name;
    },
    async write(className, objects) {
      const body = { objects: objects.map((object) => ({ class: className, ...object })) };
      const results = await raw<{ result: { status: string } }[]>('POST', 'batch/objects', body);
      expect(results.filter(({ result }) => result.status !== 'SUCCESS')).toEqual([]);
    },
  };
}

/** Ids of any number. */
export const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
