import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockFinding } from '../../packages/cli/src/commands/doctor/server.ts';
import { nodeFinding } from '../../packages/cli/src/commands/doctor/environment.ts';
import { completionScript } from '../../packages/cli/src/commands/completion/scripts.ts';
import { main, packages, root, vsm } from './process.ts';
import { inTerminal } from './terminal.ts';

let server: ChromaServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([startChroma(), mkdtemp(join(tmpdir(), 'vsm-commands-'))]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('doctor', () => {
  it('finds out that both ends answer, what they are, and that the target can be written', async () => {
    const chroma = `chroma://${new URL(server.url).host}`;
    const { code, stdout } = await vsm(['doctor', packages, chroma, '--write', '--json'], { cwd: folder });
    const { findings } = JSON.parse(stdout) as { findings: { check: string; status: string; detail: string }[] };
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(Object.fromEntries(findings.map(({ check, detail }) => [check, detail]))).toMatchObject({
      node: expect.stringMatching(/^Node \d/) as string,
      adapters: expect.stringMatching(/chroma \d/) as string,
      'source: reading': '"debian-packages-1k" can be read and has 1000 records',
      'target: version': `chroma ${server.version}`,
      'target: clock': expect.any(String) as string,
      'target: writing': 'a scratch collection was made, written and removed',
    });
    expect(code).toBe(0);
    expect((await vsm(['inspect', chroma])).stdout).toMatch(/has no collections/);
  });

  it('says what to do about what is wrong, and ends with 1', async () => {
    await writeFile(join(folder, 'broken.json'), '{"migration":{}}');
    const words = ['doctor', 'chroma://127.0.0.1:1/docs', 'qdrnt://localhost/docs', '--config', 'broken.json'];
    const { code, stdout } = await vsm([...words, '--run-dir', join(folder, 'no-runs')], { cwd: folder });
    expect(stdout).toMatch(/PROBLEM {2}config: .*Did you mean "migrations"\?\n +→ Correct the file/);
    expect(stdout).toMatch(/PROBLEM {2}source: .*does not answer[^\n]*\n +→ Check that the server runs/);
    expect(stdout).toMatch(/PROBLEM {2}target: .*Did you mean "qdrant:"\?\n +→ Correct the location/);
    expect(stdout).toMatch(/^3 problems, 0 warnings$/m);
    expect(code).toBe(1);
  });

  it('judges Node and clocks', () => {
    expect(nodeFinding('20.19.0')).toMatchObject({ status: 'problem', advice: 'Install Node 22.15 or later.' });
    expect(nodeFinding('22.15.0').status).toBe('ok');
    const now = Date.parse('2026-11-25T09:00:00Z');
    expect(clockFinding('source', 'Wed, 25 Nov 2026 08:59:30 GMT', now).status).toBe('ok');
    expect(clockFinding('source', 'Wed, 25 Nov 2026 08:50:00 GMT', now)).toMatchObject({
      status: 'warning',
      detail: 'this machine is 600 s ahead',
    });
  });
});

describe('init', () => {
  it('asks a few questions and writes a config file that works', async () => {
    const terminal = inTerminal(['init'], { cwd: folder, columns: 200 });
    await terminal.until(/Where are the records/);
    terminal.type(`${packages}\r`);
    await terminal.until(/Where do they go/);
    terminal.type('file:./copy.parquet\r');
    await terminal.until(/What is this migration called/);
    terminal.type('debian\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toMatch(/vsm migrate debian/);
    expect(await readFile(join(folder, 'vsm.config.ts'), 'utf8')).toMatch(/^ *\/\/ transform: /m);

    const [planned, again, secret] = await Promise.all([
      vsm(['plan', 'debian', '--json'], { cwd: folder }),
      vsm(['init', '--source', 'file:a.parquet', '--target', 'file:b.parquet'], { cwd: folder }),
      vsm(['init', '--source', 'postgresql://u:hunter2@h/d?table=t', '--target', 'file:b.parquet', '--force'], {
        cwd: folder,
      }),
    ]);
    expect(JSON.parse(planned.stdout)).toMatchObject({ totalVectors: 1000, target: { collection: 'copy' } });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/--force/) as string });
    expect(secret).toMatchObject({ code: 2, stderr: expect.stringMatching(/\$\{NAME\}/) as string });
    expect(secret.stderr).not.toContain('hunter2');
  });
});

describe('conformance', () => {
  it('passes a sound adapter, and names the cases that a broken one fails', async () => {
    await writeFile(
      join(folder, 'broken-adapter.ts'),
      `import { createMemory } from '${join(root, 'packages/adapter-memory/src/index.ts')}';
export const conformance = {
  adapter: 'memory',
  connect: () => {
    const store = createMemory();
    return { ...store, openCollection: async (name, options) => {
      const collection = await store.openCollection(name, options);
      return { ...collection, count: async (...given) => ({ ...(await collection.count(...given)), value: 0 }) };
    } };
  },
};`,
    );
    const [sound, broken] = await Promise.all([
      vsm(['conformance', '@vsm/adapter-memory', '--location', 'memory:', '--json']),
      vsm(['conformance', './broken-adapter.ts'], { cwd: folder }),
    ]);
    expect(JSON.parse(sound.stdout)).toMatchObject({ adapter: 'memory', failed: 0 });
    expect(sound.code).toBe(0);
    expect(broken.stdout).toMatch(/^FAILED \S*count\S*: [^]*usual causes: /m);
    expect(broken.code).toBe(3);
    const absent = await vsm(['conformance', './nothing.js'], { cwd: folder });
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringMatching(/no module ".\/nothing.js"/) as string });
  });
});

describe('explain', () => {
  it('says what each code that an error ends with means, and what helps', async () => {
    const failed = await vsm(['inspect', 'memory:x', '--config', './absent.json'], { cwd: folder });
    const [, code = ''] = /^ {2}vsm explain (\w+)$/m.exec(failed.stderr) ?? [];
    expect(code).not.toBe('');
    const explained = await vsm(['explain', code.toLowerCase()], { cwd: folder });
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^${code}\n.*\n  To do: `)) });
    const all = await vsm(['explain', '--json'], { cwd: folder });
    const { explained: known } = JSON.parse(all.stdout) as { explained: { name: string; toDo: string }[] };
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(['CONFLICT', 'vector-precision']));
    expect(known.filter(({ toDo }) => toDo === '')).toEqual([]);
  });

  it('names the nearest where there is none of that name', async () => {
    const mistyped = await vsm(['explain', 'CONFLICTS'], { cwd: folder });
    expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "CONFLICT"?') as string });
  });
});

describe('completion', () => {
  it('completes commands, options, values, schemes and names in bash', async () => {
    await writeFile(
      join(folder, 'vsm.config.json'),
      JSON.stringify({
        stores: { prod: packages },
        migrations: { nightly: { source: 'prod:', target: 'file:x.jsonl' } },
      }),
    );
    const bin = join(folder, 'vsm');
    await writeFile(bin, `#!/bin/sh\nexec '${process.execPath}' ${main.map((word) => `'${word}'`).join(' ')} "$@"\n`);
    await chmod(bin, 0o755);
    await writeFile(join(folder, 'vsm.bash'), completionScript('bash'));
    await rm(join(folder, 'vsm.config.ts'), { force: true });
    /** As bash calls the function: words cut at colons, the last one being completed. */
    const complete = (line: string): string[] => {
      const words = line
        .split(/\s+|(?=:)|(?<=:)/)
        .filter((word, index, all) => word !== '' || index === all.length - 1);
      const script = `. ./vsm.bash; compopt() { :; }; COMP_LINE=${quoted(line)}; COMP_POINT=\${#COMP_LINE}
        COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}; _vsm; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = spawnSync('bash', ['-c', script], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      });
      return stdout.split('\n').filter((word) => word !== '');
    };
    expect(complete('vsm mig')).toEqual(['migrate']);
    expect(complete('vsm migrate --dry')).toEqual(['--dry-run']);
    expect(complete('vsm verify --level s')).toEqual(['search']);
    expect(complete('vsm migrate qd')).toEqual(['qdrant:', 'qdrant+https:']);
    expect(complete('vsm migrate n')).toEqual(['nightly']);
    expect(complete('vsm inspect pr')).toEqual(['prod:']);
    expect(complete('vsm completion ')).toEqual(['bash', 'zsh', 'fish']);
    for (const shell of ['zsh', 'fish']) expect(completionScript(shell)).toMatch(/vsm complete -- /);
  });
});

function quoted(word: string): string {
  return `'${word}'`;
}
