import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packages, root, vsm } from './process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

const typescript = `
import { defineConfig, env } from '${join(root, 'packages/cli/src/index.ts')}';

export default defineConfig({
  stores: { debian: '${packages}', backup: { location: 'file:./\${FOLDER_OF_BACKUPS}', apiKey: env('BACKUP_KEY') } },
  migrations: {
    libraries: {
      source: 'debian:',
      target: 'backup:libraries',
      filter: { section: 'libs' },
      fields: { rename: { section: 'part' } },
      transform: (record) => ({ ...record, document: record.document?.toUpperCase() }),
      metric: 'cosine',
      verify: 'ids',
      batchSize: 7,
    },
    texts: { source: 'debian:', target: 'backup:texts', filter: { section: 'text' }, metric: 'cosine' },
  },
});
`;

describe('a config file', () => {
  it('names stores and migrations, with functions and references, in TypeScript', async () => {
    await write('vsm.config.ts', typescript);
    const env = { FOLDER_OF_BACKUPS: 'backups', BACKUP_KEY: 'k-123456' };
    const one = await vsm(['migrate', 'libraries', '--json'], { cwd: folder, env });
    expect(one.stderr).toBe('');
    expect(JSON.parse(one.stdout)).toMatchObject({
      success: true,
      targetCollection: 'libraries',
      verification: { passed: true, level: 'ids' },
      metadata: { plan: { fieldMapping: { rename: { section: 'part' } } } },
    });
    const seen = await vsm(['inspect', 'backup:libraries', '--json'], { cwd: folder, env });
    const { collections } = JSON.parse(seen.stdout) as { collections: { fields: { path: string }[] }[] };
    expect(collections[0]?.fields.map(({ path }) => path)).toContain('part');
    const { runs } = JSON.parse((await vsm(['runs', '--json'], { cwd: folder })).stdout) as { runs: object[] };
    expect(runs).toContainEqual(
      expect.objectContaining({
        annotations: expect.objectContaining({ migration: 'libraries', verify: 'ids' }) as object,
      }),
    );

    const all = await vsm(['migrate', '--all', '--sync'], { cwd: folder, env });
    expect(all.stdout).toMatch(/2 of 2 collections migrated/);
    expect(all.code).toBe(0);
    const unset = await vsm(['plan', 'texts'], { cwd: folder });
    expect(unset.stderr).toMatch(
      /store "backup" refers to the environment variable FOLDER_OF_BACKUPS, which is not set/,
    );
    expect(unset.code).toBe(2);
  });

  it.each([
    ['vsm.config.json', (config: object) => JSON.stringify(config)],
    ['vsm.config.mjs', (config: object) => `export default ${JSON.stringify(config)}`],
    ['vsm.config.js', (config: object) => `export default ${JSON.stringify(config)}`],
    [
      'vsm.config.yaml',
      () =>
        `migrations:\n  docs:\n    source: ${packages}\n    target: file:./docs.jsonl\n    metric: cosine\n    filter:\n      section: text\n`,
    ],
  ])('may be %s', async (name, textOf) => {
    const docs = { source: packages, target: 'file:./docs.jsonl', metric: 'cosine', filter: { section: 'text' } };
    await write(name, textOf({ migrations: { docs } }));
    const { code, stdout, stderr } = await vsm(['plan', 'docs', '--json'], { cwd: folder });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ target: { collection: 'docs' }, filter: {} });
    expect(code).toBe(0);
  });

  it('warns of a key that is written out, and does not repeat it', async () => {
    await write(
      'vsm.config.json',
      JSON.stringify({ stores: { mine: { location: packages, apiKey: 'sk-very-secret' } } }),
    );
    const { stderr, stdout } = await vsm(['inspect', 'mine:'], { cwd: folder });
    expect(stderr).toMatch(/holds the key of store "mine" itself/);
    expect(stderr + stdout).not.toContain('very-secret');
  });

  it.each([
    [
      'an unknown migration',
      { migrations: { docs: { source: 'a:', target: 'b:' } } },
      ['migrate', 'dcos'],
      /Did you mean "docs"\?/,
    ],
    [
      'an unknown setting',
      { migrations: { docs: { source: 'a:', target: 'b:', batchsize: 3 } } },
      ['migrate', 'docs'],
      /Did you mean "batchSize"\?/,
    ],
    [
      'a migration without a target',
      { migrations: { docs: { source: 'a:' } } },
      ['migrate', 'docs'],
      /migrations\.docs needs a target/,
    ],
    [
      'a mistyped store',
      { stores: { production: packages } },
      ['inspect', 'prodution:'],
      /Did you mean "production:"\?/,
    ],
    [
      'no words',
      { migrations: { docs: { source: 'a:', target: 'b:' } } },
      ['migrate'],
      /a migration of \S+vsm\.config\.json: docs/,
    ],
  ])('that has %s is refused with a way out', async (_what, config, words, message) => {
    await write('vsm.config.json', JSON.stringify(config));
    const { code, stderr } = await vsm(words, { cwd: folder });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
