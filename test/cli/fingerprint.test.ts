import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fingerprint } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages, root, vsm as runVsm, type Ended } from './process.ts';

let folder: string;
const vsm = (...words: string[]): Promise<Ended> =>
  runVsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-prints-'));
  await cp(join(root, 'examples/demo/debian-packages-1k.parquet'), join(folder, 'packages.parquet'));
  await vsm('migrate', 'file:./packages.parquet', 'file:./copy.jsonl', '--verify', 'none');
  const lines = (await readFile(join(folder, 'copy.jsonl'), 'utf8')).split('\n');
  const at = lines.findIndex((line) => line.includes('"hunspell-tr"'));
  lines[at] = lines[at]?.replace('Turkish', 'Kurdish') ?? '';
  lines.splice(at + 1, 1);
  await writeFile(join(folder, 'changed.jsonl'), lines.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a fingerprint', () => {
  it('is written, and proves a copy when the original is gone', async () => {
    const taken = await vsm('fingerprint', packages, '--out', 'docs.json');
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    const written = JSON.parse(await readFile(join(folder, 'docs.json'), 'utf8')) as Fingerprint;
    expect(taken.stdout).toContain(`1000 records of "debian-packages-1k" in 64 buckets\ndigest ${written.digest}\n`);
    const same = await vsm('verify', 'fingerprint:docs.json', 'file:./copy.jsonl');
    expect(same.stdout).toContain('fingerprints: equal, 1000 records in the source, 1000 in the target, 0 of 64');
    expect(same.code).toBe(0);
  });

  it('of another collection differs, and names the records among which the change is', async () => {
    const other = await vsm('diff', 'file:./changed.jsonl', 'fingerprint:docs.json', '--json');
    expect(other.code).toBe(3);
    const report = JSON.parse(other.stdout) as { suspects: { id: string }[]; differingBuckets: number };
    expect(report).toMatchObject({ passed: false, sourceRecords: 999, targetRecords: 1000 });
    expect(report.differingBuckets).toBeLessThanOrEqual(2);
    expect(report.suspects.map(({ id }) => id)).toContain('hunspell-tr');
    const text = await vsm('verify', 'fingerprint:docs.json', 'file:./changed.jsonl');
    expect(text.stdout).toMatch(/DIFFERENT.*\nnamespace .*\n {2}bucket \d+: \d+ and \d+ records, fields/);
    await vsm('fingerprint', 'file:./changed.jsonl', '--out', 'changed.json');
    expect((await vsm('verify', 'fingerprint:docs.json', 'fingerprint:changed.json')).code).toBe(3);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a flag that asks for less than whole records',
      ['verify', 'fingerprint:docs.json', packages, '--level', 'ids'],
      /--level has no meaning where a fingerprint is compared/,
    ],
    ['a migration from one', ['migrate', 'fingerprint:docs.json', 'file:./new.jsonl'], /holds no records/],
    [
      'a file that is not there',
      ['verify', 'fingerprint:none.json', packages],
      /Cannot read the fingerprint none.json/,
    ],
    ['a file that is none', ['verify', 'fingerprint:copy.jsonl', packages], /Cannot read copy.jsonl as a fingerprint/],
    ['all collections at once', ['fingerprint', 'file:.?collection=*'], /is of one collection/],
    [
      'a place that cannot be written',
      ['fingerprint', packages, '--out', 'none/docs.json'],
      /Cannot write the fingerprint to none\/docs.json/,
    ],
  ])('%s is refused', async (_what, words, message) => {
    const { code, stderr } = await vsm(...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('diff', () => {
  it('says equal where nothing differs', async () => {
    const { code, stdout } = await vsm('diff', packages, 'file:./copy.jsonl');
    expect(stdout).toMatch(/^1000 records in the source, 1000 in the target\n(?:note: .*\n)*equal$/m);
    expect(code).toBe(0);
  });

  it('lists what differs, with both values and as much as was asked for', async () => {
    const words = ['diff', packages, 'file:./changed.jsonl'];
    const { code, stdout } = await vsm(...words);
    expect(stdout).toMatch(/changed: hunspell-tr document: .*Turkish.* \| .*Kurdish/);
    expect(stdout).toMatch(/only in the source: \S+/);
    expect(stdout).toMatch(/different: 1 only in the source, 0 only in the target, [12] values changed/);
    expect(code).toBe(3);
    const less = JSON.parse((await vsm(...words, '--limit', '1', '--json')).stdout) as {
      records: { differences: unknown[]; missing: number };
    };
    expect(less).toMatchObject({ equal: false, schema: [], records: { missing: 1 } });
    expect(less.records.differences).toHaveLength(1);
  });
});
