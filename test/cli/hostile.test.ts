import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vsm, type Ended } from './process.ts';

/** Clears the screen, sets the title, turns the text around, and begins a line of its own. */
const HOSTILE = 'x\u001B[2J\u001B]0;PWNED\u0007\u202Etxt\u009B5m\r\nFORGED: all is well';
/** The same where it is a name of a file, or has to be a word of the command line. */
const NAME = 'h\u001B[2J\nFORGED';

let folder: string;
let server: Server;
let hostileServer: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-hostile-'));
  await Promise.all(['from', 'to'].map((name) => mkdir(join(folder, name))));
  const record = (id: string, vector: readonly number[], text: string): string =>
    JSON.stringify({ id, vector, document: text, metadata: { [HOSTILE]: text } });
  const good = record(HOSTILE, [1, 2], HOSTILE);
  const refused = record(`${HOSTILE} 2`, [1], HOSTILE);
  await writeFile(join(folder, 'from', `${NAME}.jsonl`), `${good}\n${refused}\n`);
  await writeFile(join(folder, 'from', 'plain.jsonl'), `${good}\n${refused}\n`);
  await writeFile(
    join(folder, 'to', `${NAME}.jsonl`),
    `${record(HOSTILE, [3, 4], `other ${HOSTILE}`)}\n${record(`${HOSTILE} 3`, [1, 2], '')}\n`,
  );
  await writeFile(
    join(folder, 'adapter.mjs'),
    `const fail = () => Promise.reject(new Error(${JSON.stringify(HOSTILE)}));
export const conformance = {
  adapter: ${JSON.stringify(HOSTILE)},
  connect: () => ({ specificationVersion: 'v1', adapter: 'acme', location: 'acme:', capabilities: {}, createCollection: fail,
    listCollections: fail, openCollection: fail, close: () => Promise.resolve() }),
};`,
  );
  await writeFile(
    join(folder, 'names.json'),
    JSON.stringify({ migrations: { [NAME]: { source: 'file:a.jsonl', target: 'file:b.jsonl' } } }),
  );
  server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: HOSTILE, message: HOSTILE, version: HOSTILE }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  hostileServer = `chroma://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: string[]): Promise<Ended> =>
  vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });

/** What a terminal would act upon, but breaks of lines; and lines that nobody but the records wrote. */
function harmOf({ stdout, stderr }: Ended): string[] {
  const printed = stdout + stderr;
  return [
    ...(printed.match(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu) ?? []),
    ...printed.split('\n').filter((line) => /^\s*FORGED/.test(line)),
  ];
}

function expectHarmless(ended: Ended, words: readonly string[]): void {
  expect({ words, harm: harmOf(ended) }).toEqual({ words, harm: [] });
  // It was there to be printed; an adapter may have cleaned what its server said already.
  expect(ended.stdout + ended.stderr).toContain('[2J');
}

it('no command lets ids, keys, names, values or errors act upon the terminal', async () => {
  const source = `file:./from?collection=*&vector=vector`;
  const pair = [source, 'lancedb:./db', '--metric', 'cosine'];
  const migrate = ['migrate', ...pair, '--yes', '--report', 'report.html'];
  expectHarmless(await run(...migrate), migrate);
  const listed = await run('runs', '--json');
  const { runs } = JSON.parse(listed.stdout) as { runs: { runId: string; vectorsRejected: number; state: string }[] };
  const { runId: withRefused = '' } = runs.find(({ vectorsRejected }) => vectorsRejected > 0) ?? {};
  const { runId: unfinished = '' } = runs.find(({ state }) => state === 'unfinished') ?? {};
  const one = (side: string): string => `file:./${side}?collection=${encodeURIComponent(NAME)}&vector=vector`;
  const commands = [
    ['inspect', source],
    ['plan', ...pair],
    ['estimate', source, 'lancedb:./db', '--no-probe'],
    ['migrate', one('from'), 'lancedb:./single?table=docs', '--metric', 'cosine'],
    ['migrate', one('from'), `${hostileServer}/docs`, '--metric', 'cosine', '--max-retries', '0'],
    [
      'verify',
      `file:./from?collection=${encodeURIComponent(NAME)}`,
      `file:./to?collection=${encodeURIComponent(NAME)}`,
    ],
    ['verify', 'file:./from?collection=*', 'file:./to'],
    ['migrate', one('from'), `file:./to?collection=${encodeURIComponent(NAME)}`],
    ['runs'],
    ['replay', withRefused],
    ['resume', unfinished],
    ['resume', NAME],
    ['doctor', source, hostileServer, '--write'],
    ['inspect', `${hostileServer}/docs`],
    ['init', '--source', NAME, '--target', 'file:b.jsonl'],
    ['migrate', 'docs', '--config', 'names.json'],
    ['conformance', './adapter.mjs'],
  ];
  for (const words of commands) {
    const ended = await run(...words);
    expectHarmless(ended, words);
    // It asks people, and has nothing for machines.
    if (words[0] === 'init') continue;
    const json = await run(...words, '--json');
    expect({ words, harm: harmOf(json) }).toEqual({ words, harm: [] });
    expect({ words, json: json.stdout.startsWith('{') && json.stdout.endsWith('}\n') }).toEqual({ words, json: true });
  }
});

it('completion offers no name that would', async () => {
  await writeFile(
    join(folder, 'vsm.config.json'),
    JSON.stringify({
      migrations: { [NAME]: { source: 'file:a', target: 'file:b' }, hello: { source: 'file:a', target: 'file:b' } },
    }),
  );
  const { stdout } = await run('complete', '--', 'migrate', 'h');
  expect(stdout).toBe('hello\n');
});
