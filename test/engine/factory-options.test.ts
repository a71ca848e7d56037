import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const packages = join(import.meta.dirname, '../../packages');
const adapters = readdirSync(packages).filter((name) => name.startsWith('adapter-'));
type Factory = (options: unknown) => unknown;

async function factories(adapter: string): Promise<readonly (readonly [name: string, make: Factory])[]> {
  const module = (await import(`@vsm/${adapter}`)) as Record<string, unknown>;
  return Object.entries(module).filter((entry): entry is [string, Factory] => /^create[A-Z]/.test(entry[0]));
}

/** As the error lists them. */
function optionNames(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message.replace(/^.* one or more of /, '').split(', ');
  }
  return [];
}

it.each(adapters)(
  'the factories of %s refuse what is no option, and what are no options, before they reach anywhere',
  async (adapter) => {
    const made = await factories(adapter);
    expect(made.length).toBeGreaterThan(0);
    for (const [, make] of made) {
      const refused = (message: RegExp): object =>
        expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) });
      const attempt = (options: unknown) => (): unknown => make(options);
      expect(attempt({ urll: 'http://elsewhere' })).toThrow(
        refused(/there is no option "urll"\. (Did you mean "\w+"\?|Known: \w+)/),
      );
      expect(attempt({ ['constructor']: 1 })).toThrow(refused(/there is no option "constructor"/));
      for (const options of ['http://user:password@elsewhere', ['http://elsewhere'], null, 5]) {
        expect(attempt(options)).toThrow(refused(/the options must be an object, with one or more of \w+/));
      }
      for (const name of optionNames(attempt(null))) {
        const message = new RegExp(`\`${name}\` contains half of a surrogate pair`);
        expect(attempt({ [name]: 'a\ud800' })).toThrow(refused(message));
      }
    }
  },
);

it.each(['qdrant', 'chroma', 'weaviate', 'elasticsearch', 'milvus'])(
  '%s refuses a url that is no text',
  async (name) => {
    for (const [, make] of await factories(`adapter-${name}`)) {
      expect(() => make({ url: 5 })).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTIONS',
          message: expect.stringMatching(/`url` must be a text like/),
        }),
      );
    }
  },
);

it('what is undefined is not given, and a location gives no option that its store does not have', async () => {
  const { openLocation } = await import('@vsm/adapter-elasticsearch');
  expect(openLocation('elasticsearch://localhost:9200/docs?vector=embedding').collection).toBe('docs');
  const { createMemory } = await import('@vsm/adapter-memory');
  expect(createMemory({ nane: undefined } as object).adapter).toBe('memory');
});
