import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, copyFile, chown } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const text = await readFile(join(root, 'Dockerfile'), 'utf8');
const dockerfile = DockerfileParser.parse(text);

/** The instructions from one FROM to the next. */
const stages = dockerfile.getInstructions().reduce<Instruction[][]>((all, instruction) => {
  if (instruction.getKeyword() === 'FROM') return [...all, [instruction]];
  all.at(-1)?.push(instruction);
  return all;
}, []);
const final = stages.at(-1) ?? [];
const of = (stage: readonly Instruction[], keyword: string): string[] =>
  stage.filter((one) => one.getKeyword() === keyword).map((one) => one.getRawArgumentsContent() ?? '');

describe('the Dockerfile', () => {
  it('ends in a slim stage without root, with one layer from the build', () => {
    expect(stages.map((stage) => of(stage, 'FROM')[0])).toEqual([
      expect.stringMatching(/^node:\d+\.\d+\.\d+-slim AS build$/),
      expect.stringMatching(/^node:\d+\.\d+\.\d+-slim$/),
    ]);
    expect(of(final, 'COPY')).toEqual(['/app /app']);
    expect(text.match(/^COPY --from=build/gm)).toHaveLength(1);
    expect(of(final, 'USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
    expect(of(final, 'STOPSIGNAL')).toEqual(['SIGINT']);
    expect(of(final, 'HEALTHCHECK')[0]).toMatch(/CMD \["vsm", "doctor", "--quiet"\]$/);
    expect(of(final, 'ENTRYPOINT')).toEqual(['["vsm"]']);
    expect(of(stages.flat(), 'ADD')).toEqual([]);
  });

  it('has the Node of the lockfile, and scripts that are there', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    for (const from of of(stages.flat(), 'FROM')) expect(from).toContain(`node:${devDependencies['node']}-slim`);
    const scripts = of(stages[0] ?? [], 'RUN').flatMap((line) => line.match(/scripts\/\S+/g) ?? []);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) expect(existsSync(join(root, script))).toBe(true);
  });
});

describe('what its steps make, without Docker', () => {
  let folder: string;
  let app: string;
  let work: string;
  // Where the test is root, the command runs as the image's user.
  const user = process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vsm-image-test-'));
    await chmod(folder, 0o755);
    [app, work] = [join(folder, 'app'), join(folder, 'work')];
    await Promise.all([app, work].map((path) => mkdir(path)));
    const [line = ''] = of(stages[0] ?? [], 'RUN').filter((run) => run.includes('image.ts'));
    const words = line.replace('/app', app).split(' ').slice(1);
    await execute(process.execPath, words, { cwd: root });
    await copyFile(join(root, 'examples/demo/debian-packages-1k.parquet'), join(work, 'docs.parquet'));
    if (user.uid !== undefined) await chown(work, user.uid, user.gid);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function inImage(...words: readonly string[]): Promise<{ code: number | null; output: string }> {
    const path = [join(app, 'node_modules/.bin'), join(process.execPath, '..'), process.env['PATH']].join(delimiter);
    return new Promise((resolve, reject) => {
      const child = spawn('vsm', words, {
        cwd: work,
        env: { PATH: path, HOME: work, NODE_ENV: 'production' },
        ...user,
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (said) => (output += String(said)));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  it('has every adapter, and nothing for development', async () => {
    const ours = await readdir(join(app, 'node_modules/@vsm'));
    const packages = await readdir(join(root, 'packages'));
    expect(ours).toEqual(expect.arrayContaining(packages.filter((name) => name.startsWith('adapter-'))));
    expect(ours).not.toContain('conformance');
    const others = await readdir(join(app, 'node_modules'));
    for (const name of ['vitest', 'typescript', 'openai']) expect(others).not.toContain(name);
  });

  it('is healthy, and moves and verifies without root', async () => {
    const health = await inImage('doctor', '--quiet');
    expect(health).toEqual({ code: 0, output: '' });
    const moved = await inImage(
      'migrate',
      'file:./docs.parquet',
      'sqlite:./docs.db/docs',
      '--metric',
      'cosine',
      '--yes',
    );
    expect(moved.output).toContain('1000 compared by value');
    expect(moved.code).toBe(0);
    expect(await readdir(join(work, '.vsm'))).toContainEqual(expect.stringMatching(/^\d{8}T/));
  });
});
