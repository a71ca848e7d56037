import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from '@vsm/core/files';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { main, packages, testEnvironment, vsm, type Ended } from './process.ts';
import { CTRL_C, inTerminal } from './terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-migrate-'));
  const lines = Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({ id: `r${index}`, vector: [index, 1], vectors: { words: { indices: [index], values: [1] } } }),
  );
  await writeFile(join(folder, 'hybrid.jsonl'), `${lines.join('\n')}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]): Promise<Ended> =>
  vsm([...words, '--metric', 'cosine'], { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
const hybrid = ['migrate', 'file:./hybrid.jsonl', 'lancedb:./db?table=docs'];

describe('a plan with losses', () => {
  it('is refused without a terminal, goes through a dry run, and needs --yes or the name', async () => {
    const refused = await run(...hybrid);
    expect(refused.stderr).toMatch(/LOSS sparse-vectors: .*\(20 of 20 sampled records\)/);
    expect(refused.stderr).toMatch(/Nothing was written\. To go on without it: --allow-loss sparse-vectors, or --yes/);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    const dry = await run(...hybrid, '--dry-run');
    expect(dry.stdout).toMatch(/Dry run: 20 records were read and checked, nothing was written/);
    expect(dry.code).toBe(2);
    expect((await run(...hybrid, '--dry-run', '--allow-loss', 'sparse-vectors')).code).toBe(0);
    expect((await vsm(['inspect', 'lancedb:./db'], { cwd: folder })).stdout).toMatch(/has no collections/);

    const named = await run(...hybrid, '--allow-loss', 'sparse-vectors', '--json');
    expect(JSON.parse(named.stdout)).toMatchObject({ success: true, vectorsMigrated: 20 });
    expect((await run('migrate', 'file:./hybrid.jsonl', 'lancedb:./db?table=again', '--yes')).code).toBe(0);
    expect((await run('migrate', 'file:./hybrid.jsonl', 'lancedb:./db?table=json', '--json')).code).toBe(2);
  });

  it('is asked about in a terminal', async () => {
    const terminal = inTerminal([...hybrid, '--metric', 'cosine'], { cwd: folder, columns: 200 });
    await terminal.until(/LOSS sparse-vectors[^]*Go on, and lose what is marked as LOSS\? \[y\/N\]/);
    terminal.type('yes\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toMatch(/20 records from[^]*verification \(values\): passed/);
  });
});

it('ends with 2 where a link makes the source the target, and a yes to everything is none to that', async () => {
  expect((await run('migrate', 'file:./hybrid.jsonl', 'lancedb:./db?table=docs', '--yes')).code).toBe(0);
  await symlink(join(folder, 'db'), join(folder, 'link'));
  const same = await run('migrate', 'lancedb:./db?table=docs', 'lancedb:./link?table=docs', '--yes');
  expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining('Source and target are the same place') });
});

it('is refused a target that another process has, and takes it over where told to', async () => {
  const words = ['migrate', 'file:./hybrid.jsonl', 'lancedb:./db?table=docs', '--yes'];
  expect((await run(...words)).code).toBe(0);
  const held = await lock(join(folder, 'db', '.docs.vsm-lock'), { what: 'the table' });
  onTestFinished(() => held.release());
  const again = [...words, '--restart'];
  const refused = await run(...again);
  expect(refused.stderr).toMatch(/table "docs".* is in use by process/);
  expect(refused.code).not.toBe(0);
  expect((await run(...again, '--take-over')).code).toBe(0);
  await expect(held.check()).rejects.toMatchObject({ code: 'CONFLICT' });
});

it('ends with 3 where records were rejected, names them, and replays them', async () => {
  await writeFile(
    join(folder, 'mixed.jsonl'),
    '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[1,2,3]}\n{"id":"c","vector":[2,1]}\n',
  );
  const { code, stdout } = await run('migrate', 'file:./mixed.jsonl?vector=vector', 'lancedb:./db?table=docs', '--yes');
  expect(stdout).toMatch(/1 records were rejected:\n {4}b: /);
  expect(code).toBe(3);
  const { runs } = JSON.parse((await vsm(['runs', '--json', '--run-dir', join(folder, 'runs')])).stdout) as {
    runs: { runId: string }[];
  };
  const replayed = await vsm(['replay', runs[0]?.runId ?? '', '--run-dir', join(folder, 'runs')], { cwd: folder });
  expect(replayed.stdout).toMatch(/^0 accepted, 1 rejected again/);
  expect(replayed.code).toBe(3);
});

it('names what is left to do when several collections are interrupted', async () => {
  await mkdir(join(folder, 'from'));
  const lines = Array.from({ length: 3000 }, (_, index) => JSON.stringify({ id: `r${index}`, vector: [index, 1] }));
  for (const name of ['one', 'two', 'three']) await writeFile(join(folder, 'from', `${name}.jsonl`), lines.join('\n'));
  const words = ['migrate', 'file:./from?collection=*', 'file:./to', '--metric', 'cosine', '--yes'];
  const slowly = ['--batch-size', '50', '--max-records-per-second', '1500', '--run-dir', 'my runs'];
  const terminal = inTerminal([...words, ...slowly], { cwd: folder, columns: 200 });
  await terminal.until(/\(1 of 3\): copying[^]* [1-9]\d* of 3,000/);
  terminal.type(CTRL_C);
  expect(await terminal.ended).toBe(130);
  const said = terminal.screen();
  expect(said).toMatch(/^ {2}vsm resume \S+ --run-dir 'my runs'$/m);
  const left = [
    ...said.matchAll(/^ {2}(vsm migrate 'file:\.\/from\?collection=(\w+)' file:\.\/to) --run-dir 'my runs'$/gm),
  ];
  expect(left).toHaveLength(2);
  // The commands are right as they stand.
  const [, resume = ''] = /^ {2}vsm (resume \S+) /m.exec(said) ?? [];
  const resumed = await vsm([...resume.split(' '), '--run-dir', 'my runs'], { cwd: folder });
  expect(resumed.stdout).toMatch(/verification \(values\): passed, 3000 records expected/);
  expect(resumed.code).toBe(0);
});

it('ends at once on the second Ctrl-C, with the cursor visible', async () => {
  const words = [
    'migrate',
    packages,
    'file:./slow.parquet',
    '--yes',
    '--batch-size',
    '10',
    '--max-records-per-second',
    '20',
  ];
  const terminal = inTerminal(words, { cwd: folder });
  await terminal.until(/copying[^]*records\/s/);
  terminal.type(CTRL_C);
  terminal.type(CTRL_C);
  expect(await terminal.ended).toBe(130);
  const written = terminal.written().replaceAll('\u001B', 'ESC');
  expect(written.lastIndexOf('ESC[?25h')).toBeGreaterThan(written.lastIndexOf('ESC[?25l'));
});

it('resumes a run of the config file with its transform', async () => {
  await writeFile(
    join(folder, 'vsm.config.mjs'),
    `export default { runDir: 'kept', migrations: { loud: {
  source: '${packages}', target: 'file:./loud.jsonl', metric: 'cosine', batchSize: 20, maxRecordsPerSecond: 400,
  transform: (record) => ({ ...record, document: record.document?.toUpperCase() }),
} } };`,
  );
  const { VSM_RUN_DIR: _elsewhere, ...env } = testEnvironment;
  const child = spawn(process.execPath, [...main, 'migrate', 'loud', '--json=stream'], { cwd: folder, env });
  let output = '';
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (child.killed) return;
    if (/"type":"progress"[^\n]*"vectorsProcessed":[1-9][^\n]*"phase":"copying"/.test(output)) child.kill('SIGINT');
  });
  expect(await ended).toBe(130);
  const last = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as { error: { resume: string } };
  // Where the runs are stands in the config file, so the command does not say it.
  expect(last).toMatchObject({
    type: 'error',
    error: { code: 'INTERRUPTED', resume: expect.stringMatching(/^vsm resume \S+$/) as string },
  });
  const resumed = await vsm([...last.error.resume.split(' ').slice(1), '--json'], {
    cwd: folder,
    env: { VSM_RUN_DIR: undefined },
  });
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 1000,
    verification: { passed: true },
  });
});

it('says how to go on where a run fails in the middle', async () => {
  await writeFile(
    join(folder, 'vsm.config.mjs'),
    `let left = 1500;
export default { runDir: 'kept', migrations: { some: {
  source: '${packages}', target: 'file:./some.jsonl', metric: 'cosine', batchSize: 100, concurrency: 1,
  transform: (record) => {
    if ((left -= 1) < 0 && process.env.BROKEN) throw new Error('the service of the transform is away');
    return record;
  },
} } };`,
  );
  const at = (env: Record<string, string>): Parameters<typeof vsm>[1] => ({
    cwd: folder,
    env: { VSM_RUN_DIR: undefined, ...env },
  });
  const failed = await vsm(['migrate', 'some'], at({ BROKEN: 'yes' }));
  expect(failed).toMatchObject({ code: 2, stdout: '' });
  expect(failed.stderr).toContain('the service of the transform is away');
  const [, runId = ''] = /^ {2}vsm resume (\S+)$/m.exec(failed.stderr) ?? [];
  const resumed = await vsm(['resume', runId, '--json'], at({}));
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 1000,
    verification: { passed: true },
  });
  await writeFile(join(folder, 'kept', runId, 'progress.jsonl'), 'spilt\n');
  const damaged = await vsm(['resume', runId], at({}));
  expect(damaged.stderr).toMatch(/^vsm: Run "\S+" cannot be taken up: its files in \S+ are damaged\./);
  expect(damaged.code).toBe(1);
});

it('finds the adapter of an unknown scheme in the working directory', async () => {
  const place = join(folder, 'node_modules/vsm-adapter-acme');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), '{"name":"vsm-adapter-acme","type":"module","exports":"./index.js"}');
  await writeFile(
    join(place, 'index.js'),
    `export const openLocation = () => ({ store: { adapter: 'acme', location: 'acme:here', listCollections: async () => [], close: async () => {} } });`,
  );
  const { code, stdout } = await vsm(['inspect', 'acme:here'], { cwd: folder });
  expect(stdout).toBe('acme:here has no collections\n');
  expect(code).toBe(0);
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it while a store hears nothing', async (signal) => {
  const place = join(folder, 'node_modules/vsm-adapter-deaf');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), '{"name":"vsm-adapter-deaf","type":"module","exports":"./index.js"}');
  await writeFile(
    join(place, 'index.js'),
    `const never = () => new Promise(() => setInterval(() => undefined, 1000));
export const openLocation = () => ({ store: { adapter: 'deaf', location: 'deaf:here', close: never, async listCollections() {
  process.stderr.write('asked\\n');
  return never();
} } });`,
  );
  const child = spawn(process.execPath, [...main, 'inspect', 'deaf:here', '--json'], {
    cwd: folder,
    env: testEnvironment,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.once('data', () => child.kill(signal));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, document: JSON.parse(output) as unknown }).toMatchObject({
    code: 130,
    document: { success: false, error: { code: 'ABORTED', message: expect.stringMatching(/vsm runs/) as string } },
  });
});

describe('a plan from a file', () => {
  it('is carried out as it stands, and refused once the target has changed or where it is none', async () => {
    const options = { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } };
    const places = ['file:./plain.jsonl', 'file:./copy.parquet'];
    const lines = Array.from({ length: 20 }, (_, index) =>
      JSON.stringify({ id: `r${index}`, vector: [index, 1], metadata: { big: index } }).replace(
        /"big":(\d+)/,
        '"big":90071992547409930$1',
      ),
    );
    await writeFile(join(folder, 'plain.jsonl'), `${lines.join('\n')}\n`);
    const filter = '{"big":{"$lte":900719925474099305}}';
    const planned = await vsm(['plan', ...places, '--metric', 'cosine', '--filter', filter, '--json'], options);
    expect(planned.code).toBe(0);
    await writeFile(join(folder, 'plan.json'), planned.stdout);
    const carry = (file: string, ...more: string[]): Promise<Ended> =>
      vsm(['migrate', ...places, '--plan', file, ...more], options);

    expect((await carry('plan.json', '--metric', 'dot')).stderr).toMatch(/has decided about --metric already/);
    const done = await carry('plan.json', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({ success: true, vectorsMigrated: 6 });
    const again = await carry('plan.json');
    expect(again.stderr).toMatch(/The target has changed since the plan was made/);
    expect(again.code).toBe(2);
    const none = await carry('plain.jsonl');
    expect(none.stderr).toMatch(/--plan plain\.jsonl: cannot be read/);
    expect(none.code).toBe(2);
    for (const part of ['sample', 'warnings', 'encodings', 'traffic', 'schema', 'losses']) {
      await writeFile(join(folder, 'cut.json'), JSON.stringify({ ...JSON.parse(planned.stdout), [part]: null }));
      const cut = await carry('cut.json');
      expect([part, cut.code, cut.stderr]).toEqual([part, 2, expect.stringMatching(/cut\.json: is not a plan/)]);
    }
  });
});
