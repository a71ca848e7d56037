import { cp, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages, root, vsm as runVsm, type Ended } from './process.ts';

let folder: string;
const vsm = (...words: string[]): Promise<Ended> =>
  runVsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs'), PINECONE_API_KEY: 'any' } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-backups-'));
  await cp(join(root, 'examples/demo/debian-packages-1k.parquet'), join(folder, 'packages.parquet'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function idsIn(path: string): Promise<string[]> {
  const { stdout } = await vsm('backups', 'list', path, '--json');
  return (JSON.parse(stdout) as { snapshots: { id: string }[] }).snapshots.map(({ id }) => id);
}

describe('a backup', () => {
  it('of a folder with odd letters says how to restore it in words that a shell takes', async () => {
    const { stdout } = await vsm('backup', packages, './of our & more');
    expect(stdout).toMatch(/Restore it by: vsm restore '\.\/of our & more@\d{8}T\S+' <target>/);
  });

  it('is added to, listed, read whole, restored and pruned', async () => {
    const first = await vsm('backup', packages, './backups');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^snapshot \S+ of "debian-packages-1k": 1000 records, (\d+) of \1 parts written/);
    const second = await vsm('backup', packages, './backups');
    expect(second.stdout).toContain('1000 records, nothing of it had to be written');
    const [older = '', newer = ''] = await idsIn('./backups');
    expect(second.stdout).toContain(`vsm restore ./backups@${newer} <target>`);
    const whole = await vsm('backups', 'verify', './backups');
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whole: 2 snapshots, \d+ parts, /) });

    const restored = await vsm('restore', `./backups@${older}`, 'file:./restored.jsonl', '--yes');
    expect(restored.code).toBe(0);
    expect(restored.stdout).toContain('verification (values): passed, 1000 records expected');
    expect((await vsm('diff', 'file:./restored.jsonl', 'file:./packages.parquet')).code).toBe(0);
    const filter = '{"section":"utils"}';
    const some = await vsm('restore', './backups', 'file:./utils.jsonl', '--filter', filter, '--yes', '--json');
    const { verification } = JSON.parse(some.stdout) as { verification: { passed: boolean; expectedCount: number } };
    expect(verification.passed).toBe(true);
    expect(verification.expectedCount).toBeLessThan(200);

    expect((await vsm('backups', 'prune', './backups')).code).toBe(2);
    const dry = await vsm('backups', 'prune', './backups', '--keep-last', '1', '--dry-run');
    expect(dry.stdout).toBe('1 snapshots stay; 1 snapshots and 0 parts (0 bytes) would be deleted\n');
    await vsm('backups', 'prune', './backups', '--keep-last', '1');
    expect(await idsIn('./backups')).toEqual([newer]);
  });

  it('holds what a filter selects, in a folder of its own', async () => {
    const filter = ['--filter', '{"section":"utils"}'];
    const some = await vsm('backup', packages, './utils', ...filter, '--json');
    const { records, notes } = JSON.parse(some.stdout) as { records: number; notes: string[] };
    expect([records < 200, notes]).toEqual([true, [expect.stringContaining('{"section":"utils"}')]]);
    expect(await vsm('backup', packages, './utils')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Name another folder'),
    });
    expect(await vsm('backup', packages, './utils', '--namespace', 'none', ...filter)).toMatchObject({ code: 2 });
  });

  it('that is damaged says which records are lost, and ends with 3; reading them ends with 1', async () => {
    await vsm('backup', packages, './damaged');
    const parts = (await readdir(join(folder, 'damaged/parts'), { recursive: true })).filter((name) =>
      name.endsWith('.parquet'),
    );
    await rm(join(folder, 'damaged/parts', parts[0] ?? ''));
    const verified = await vsm('backups', 'verify', './damaged@latest');
    expect(verified.code).toBe(3);
    expect(verified.stdout).toMatch(
      /^DAMAGED: 1 snapshots.*\n.* has lost \d+ records:\n {2}\d+ records, ".+" to ".+": .*: it is missing/,
    );
    const restored = await vsm('restore', './damaged', 'file:./lost.jsonl', '--yes');
    expect(restored).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\d+ records of snapshot \S+ are lost, ".+" to ".+"/),
    });
    const rest = await vsm('restore', './damaged', 'file:./rest.jsonl', '--skip-lost', '--yes');
    expect(rest.code).toBe(0);
    expect(rest.stdout).toMatch(
      /witness: source: the count in the snapshot without \d+ that are lost counts 9\d\d records/,
    );
    const { stdout } = await vsm('inspect', 'backup:./damaged?lost=skip');
    expect(stdout).toMatch(/note: \d+ records are lost, ".+" to ".+"/);
  });

  it('lists what can be read beside a snapshot that is damaged', async () => {
    await cp(join(folder, 'packages.parquet'), join(folder, 'one.parquet'));
    for (let times = 0; times < 2; times += 1)
      expect((await vsm('backup', 'file:./one.parquet', './cut')).code).toBe(0);
    const [first = '', second = ''] = (await readdir(join(folder, 'cut/snapshots'))).toSorted();
    await truncate(join(folder, 'cut/snapshots', first), 300);
    const { code, stdout } = await vsm('backups', 'list', './cut', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      snapshots: [{ id: second.slice(0, second.indexOf('.')), records: 1000 }],
      damaged: [{ id: first.slice(0, first.indexOf('.')), problem: expect.stringContaining('not as it was written') }],
    });
    const verified = await vsm('backups', 'verify', './cut');
    expect(verified).toMatchObject({ code: 3, stderr: expect.not.stringContaining('Delete the damaged parts') });
  });

  it('of several collections names one of them, or all', async () => {
    await cp(join(folder, 'packages.parquet'), join(folder, 'two/one.parquet'), { recursive: true });
    await cp(join(folder, 'packages.parquet'), join(folder, 'two/other.parquet'));
    const both = await vsm('backup', 'file:./two?collection=*', './several', '--json');
    expect(JSON.parse(both.stdout)).toMatchObject({
      success: true,
      collections: [
        { collection: 'one', records: 1000 },
        // The same records, and so the same parts.
        { collection: 'other', records: 1000, written: { parts: 0 } },
      ],
    });
    expect(await vsm('restore', './several', 'file:./one.jsonl', '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds several collections: one, other'),
    });
    const one = await vsm('restore', './several', 'file:./one.jsonl', '--collection', 'other', '--yes');
    expect(one.code).toBe(0);
    const all = await vsm('restore', './several', 'file:./all', '--collection', '*', '--yes');
    expect(all.code).toBe(0);
    expect((await readdir(join(folder, 'all'))).filter((name) => name.endsWith('.parquet'))).toEqual([
      'one.parquet',
      'other.parquet',
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ['a folder without one', ['backups', 'list', './runs'], /holds no backup/],
    ['a folder with other files', ['backup', packages, '.'], /holds other files and no backup/],
    ['a snapshot that is not there', ['restore', './damaged@1999', 'file:./x.jsonl'], /no snapshot "1999"/],
    ['a snapshot as a target', ['migrate', packages, 'backup:./damaged', '--yes'], /can only be read/],
    [
      'a flag of another action',
      ['backups', 'list', './damaged', '--keep-last', '3'],
      /--keep-last has a meaning with/,
    ],
  ])('refuses %s', async (_name, words, message) => {
    expect(await vsm(...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});
