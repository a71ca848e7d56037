import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Secrets } from './secrets.ts';

const packages = join(import.meta.dirname, '../..');

/** Every variable that a store says it takes a key from. */
const NAMES = readdirSync(packages)
  .filter((name) => name.startsWith('adapter-'))
  .flatMap((name) => {
    const { stores } = JSON.parse(readFileSync(join(packages, name, 'store.json'), 'utf8')) as {
      readonly stores: readonly { readonly environment: readonly string[] }[];
    };
    return stores.flatMap(({ environment }) => environment);
  });

it.each([...new Set(NAMES), 'REDIS_PASSWORD', 'OPENAI_API_KEY'])('what %s holds is masked', (name) => {
  const { redactor } = new Secrets({ [name]: 'planted-4711' });
  expect(redactor.text('refused: planted-4711')).not.toContain('planted-4711');
});
