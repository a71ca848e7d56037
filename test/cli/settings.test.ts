import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../packages/cli/src/config-schema.ts';
import { settingProblem } from '../../packages/cli/src/setting-check.ts';
import { CONFIG_SETTINGS, SETTINGS } from '../../packages/cli/src/settings.ts';
import { packages, root, vsm } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-settings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const complete = async (...words: string[]): Promise<string[]> =>
  (await vsm(['complete', '--', ...words], { cwd: folder })).stdout.trim().split('\n');

describe('a setting is told once', () => {
  it('and schema.json says of config files what the table says', () => {
    const published = JSON.parse(readFileSync(join(root, 'packages/cli/schema.json'), 'utf8')) as {
      $defs: { config: object };
    };
    expect(published.$defs.config).toEqual(configSchema());
  });

  it('and every flag of it is one that some command has, and none is missing in the help', async () => {
    const commands = [
      'migrate',
      'verify',
      'resume',
      'estimate',
      'plan',
      'runs',
      'worker',
      'status',
      'diff',
      'fingerprint',
      'live start',
      'live run',
      'live next',
      'live status',
      'live triggers',
      'live doubts',
    ];
    const helps = await Promise.all(commands.map(async (name) => (await vsm([...name.split(' '), '--help'])).stdout));
    const shown = helps.join('\n').replaceAll(/\s+/g, ' ');
    const lines = Object.values(SETTINGS).flatMap(({ flag, help }) => (flag === undefined ? [] : [`${flag} ${help}`]));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !shown.includes(line))).toEqual([]);
  });

  it('and completion has every name that may follow it', async () => {
    expect(await complete('live', 'st')).toEqual(['start', 'status']);
    expect(await complete('live', 'next', '--perc')).toEqual(['--percent']);
    expect(await complete('migrate', '--allow-loss', '')).toEqual([
      'named-vectors',
      'sparse-vectors',
      'multi-vectors',
      'vector-precision',
      'vector-dimensions',
      'no-vectors',
      'rejected-records',
      'superseded-records',
      'layout',
      'same-place',
    ]);
    expect(await complete('migrate', '--verify', '')).toEqual(['none', 'count', 'ids', 'values', 'search']);
    expect(await complete('verify', '--level', 'v')).toEqual(['values']);
    expect(await complete('migrate', '--max-b')).toEqual(['--max-bytes-in-flight']);
  });

  it('and a value that is none is refused with the names that are', () => {
    const good = { batchSize: 3, filter: { a: 1 }, allowLoss: ['layout'], deleteExtra: true, verify: 'none' };
    const bad = {
      batchSize: '3',
      filter: '{}',
      allowLoss: 'layout',
      deleteExtra: 'yes',
      verify: 'deep',
      transform: {},
    };
    const problems = (values: Readonly<Record<string, unknown>>): (string | undefined)[] =>
      CONFIG_SETTINGS.flatMap(([name, setting]) => (name in values ? [settingProblem(setting, values[name])] : []));
    expect(problems(good).filter((problem) => problem !== undefined)).toEqual([]);
    expect(problems(bad)).toEqual([
      'is not an object',
      'is not a function',
      'is not a list of texts',
      'is not true or false',
      'cannot be "deep"; it may be none, count, ids, values, search',
      'is not a whole number',
    ]);
  });
});

describe('maxBytesInFlight', () => {
  it('is a flag and a setting of the config file, and reaches the engine from both', async () => {
    // So small that the engine refuses it, which it does only with what it was told.
    const flag = await vsm(['migrate', packages, 'memory:docs', '--max-bytes-in-flight', '0'], { cwd: folder });
    expect(flag).toMatchObject({ code: 2, stderr: expect.stringMatching(/maxBytesInFlight .*is 0/) as string });
    const docs = { source: packages, target: 'memory:docs', maxBytesInFlight: 0 };
    await writeFile(join(folder, 'vsm.config.json'), JSON.stringify({ migrations: { docs } }));
    for (const words of [
      ['migrate', 'docs'],
      ['verify', 'docs'],
    ]) {
      const { code, stderr } = await vsm(words, { cwd: folder });
      expect(stderr).toMatch(/maxBytesInFlight .*is 0/);
      expect(code).toBe(2);
    }
    const won = await vsm(['migrate', 'docs', '--max-bytes-in-flight', '1000000'], { cwd: folder });
    expect(won).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/maxBytesInFlight/) as string });
  });

  it('of another kind is refused by its place in the file', async () => {
    const docs = { source: packages, target: 'memory:docs', maxBytesInFlight: 'much' };
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ $schema: 'x', migrations: { docs } }));
    const { code, stderr } = await vsm(['migrate', 'docs', '--config', 'wrong.json'], { cwd: folder });
    expect(stderr).toMatch(/wrong\.json: migrations\.docs\.maxBytesInFlight is not a whole number/);
    expect(code).toBe(2);
  });
});
