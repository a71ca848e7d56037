import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskLocation, withoutMasks } from '@vsm/report/redact';
import { packages, vsm, type Ended } from './process.ts';

const SECRET = 'hunter2-TopSecret';
/** What is left of the secret in any spelling that is used here. */
const TRACE = /TopSecret/i;

/** A Chroma that repeats everything it is told in its errors, keys included, and breaks when it is told to. */
interface Gossip {
  readonly url: string;
  breakAfter: number;
  stop(): Promise<void>;
}

let chroma: ChromaServer;
let gossip: Gossip;
let folder: string;
beforeAll(async () => {
  [chroma, folder] = await Promise.all([startChroma(), mkdtemp(join(tmpdir(), 'vsm-secrets-'))]);
  gossip = await startGossip(chroma.url);
});
afterAll(async () => {
  await gossip.stop();
  await chroma.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startGossip(behind: string): Promise<Gossip> {
  let requests = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      if (requests > state.breakAfter) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: 'broken', message: `you sent ${JSON.stringify(request.headers)}` }));
        return;
      }
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
      const relay = async (): Promise<void> => {
        const answer = await fetch(`${behind}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
          ...(body !== undefined && { body }),
        });
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      };
      relay().catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const state = {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get breakAfter() {
      return limit;
    },
    set breakAfter(value: number) {
      limit = value;
      requests = 0;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  let limit = Number.POSITIVE_INFINITY;
  return state;
}

/** Every file below a folder, as text. */
function filesOf(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesOf(path) : [readFileSync(path, 'latin1')];
  });
}

const postgres = `postgresql://me:${SECRET}@127.0.0.1:1/db?table=docs`;
const forms = [[], ['--json']];

describe('a secret appears nowhere', () => {
  // Each waits for servers that do not answer; they can wait together.
  it.concurrent.each([
    ['a password in a location that does not answer', [1], () => ['inspect', postgres]],
    ['the same in a migration', [1], () => ['migrate', packages, postgres, '--max-retries', '0']],
    ['the same as a source', [1], () => ['verify', postgres, packages]],
    ['all collections of it', [1], () => ['migrate', postgres.replace('table=docs', 'table=*'), 'file:./out']],
    ['an encoded password', [1], () => ['inspect', `postgresql://me:%74${SECRET}%2F%40@127.0.0.1:1/db?table=docs`]],
    [
      'a password that should have been encoded',
      [1, 2],
      () => ['inspect', `postgresql://me:a/b${SECRET}@127.0.0.1:1/db`],
    ],
    [
      'a password as a parameter',
      [1],
      () => ['inspect', `postgresql://me@127.0.0.1:1/db?table=docs&password=${SECRET}`],
    ],
    ['a key as a parameter', [2], () => ['inspect', `chroma://${gossip.url}/docs?api_key=${SECRET}`]],
    ['a key in front of a host', [1, 2], () => ['inspect', `qdrant://${SECRET}@127.0.0.1:1/docs`]],
    ['a location without its scheme', [2], () => ['inspect', `//me:${SECRET}@127.0.0.1/db`]],
    [
      'no collection',
      [2],
      () => ['migrate', packages.replace(/[^/]*$/, ''), `postgresql://me:${SECRET}@h:1/db?table=a`],
    ],
    ['a check of it', [1], () => ['doctor', postgres, `chroma://${gossip.url}?token=${SECRET}`]],
  ])('%s', async (_what, codes, words) => {
    const ended = await Promise.all(forms.map((form) => vsm([...words(), ...form], { cwd: folder })));
    for (const { code, stdout, stderr } of ended) {
      expect(stdout + stderr).not.toMatch(TRACE);
      expect(stdout + stderr).not.toBe('');
      expect(codes).toContain(code);
    }
  });

  it.concurrent.each([
    `postgresql://me:p#${SECRET}@127.0.0.1:1/db?table=docs`,
    `postgresql://me:p?${SECRET}@127.0.0.1:1/db`,
    `postgres://u:p@x/${SECRET}@127.0.0.1:1/db?table=docs`,
    `postgres://me:${SECRET}`,
    `postgres:me:${SECRET}@127.0.0.1:1/db?table=docs`,
    `qdrant+https://user:pa ${SECRET}@127.0.0.1:1/docs`,
    `chroma://127.0.0.1:1/docs?auth=${SECRET}`,
    `chroma://127.0.0.1:x/docs??api_key=${SECRET}`,
    `pinecone:i?host=http://u:${SECRET}@127.0.0.1:1`,
    `?api_key=${SECRET}`,
  ])('of a location that cannot be parsed: %s', async (location) => {
    const report = `${createHash('sha256').update(location).digest('hex')}.html`;
    const commands = [
      ['doctor', location],
      ['inspect', location, '--json'],
      ['migrate', packages, location, '--max-retries', '0', '--report', report],
    ];
    const ended = await Promise.all(commands.map((words) => vsm(words, { cwd: folder })));
    for (const { code, stdout, stderr } of ended) {
      expect(stdout + stderr).not.toMatch(TRACE);
      expect(code).not.toBe(0);
    }
    const page = readFileSync(join(folder, report), 'utf8');
    expect(page).not.toMatch(TRACE);
    expect(page).toContain('***');
  });

  it.each([
    ['--api-key', SECRET],
    [`--api-key=${SECRET}`],
    ['--password', SECRET],
    [`--source-token=${SECRET}`],
    [`--apikey=${SECRET}`],
  ])('in %s, which is no option', async (...words) => {
    const { code, stdout, stderr } = await vsm(['migrate', packages, 'file:./out.parquet', ...words]);
    expect(stdout + stderr).not.toMatch(TRACE);
    expect(stderr).toMatch(/is not an option: .*environment/);
    expect(code).toBe(2);
  });

  it('where a server repeats the key, before a run, in the middle of one, and when it is resumed', async () => {
    const env = { CHROMA_API_KEY: SECRET, VSM_RUN_DIR: join(folder, 'runs') };
    const target = `chroma://${gossip.url}/docs`;
    const words = ['migrate', packages, target, '--batch-size', '50', '--max-retries', '0', '--report', 'report.html'];
    const outputs: Ended[] = [];
    const watched = async (given: readonly string[]): Promise<Ended> => {
      const ended = await vsm(given, { cwd: folder, env });
      outputs.push(ended);
      return ended;
    };
    for (const [breakAfter, form] of [
      [0, ['--json']],
      [16, []],
      [16, ['--json=stream']],
    ] as const) {
      gossip.breakAfter = breakAfter;
      expect((await watched([...words, ...form])).code).toBe(1);
    }
    const listed = JSON.parse((await watched(['runs', '--json'])).stdout) as {
      runs: { runId: string; state: string }[];
    };
    const unfinished = listed.runs.filter(({ state }) => state === 'unfinished');
    expect(unfinished.length).toBeGreaterThan(0);
    const { runId = '' } = unfinished[0] ?? {};
    gossip.breakAfter = 4;
    expect((await watched(['resume', runId, '--max-retries', '0'])).code).toBe(1);
    gossip.breakAfter = Number.POSITIVE_INFINITY;
    const resumed = await watched(['resume', runId, '--json', '--report', 'resumed.html']);
    expect(resumed.code).toBe(0);
    // The server did repeat it, so that there was something to hide.
    expect(outputs.map(({ stdout, stderr }) => stdout + stderr).join('\n')).toMatch(/x-chroma-token\W+\*\*\*/);
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toMatch(TRACE);
    const kept = [
      ...filesOf(join(folder, 'runs')),
      ...['report.html', 'resumed.html'].map((name) => readFileSync(join(folder, name), 'utf8')),
    ];
    expect(kept.length).toBeGreaterThan(3);
    for (const text of kept) expect(text).not.toMatch(TRACE);
  });

  it('in a config file that is right, that is broken, or whose store does not answer', async () => {
    const right = { stores: { mine: { location: postgres, apiKey: SECRET } } };
    await writeFile(join(folder, 'right.json'), JSON.stringify(right));
    await writeFile(join(folder, 'broken.json'), `{ "stores": { "mine": { "apiKey": "${SECRET}", oops } } }`);
    await writeFile(join(folder, 'broken.yaml'), `stores:\n  mine: { apiKey: ${SECRET}, location: [ }\n`);
    await writeFile(
      join(folder, 'broken.ts'),
      `export default { stores: { mine: { apiKey: '${SECRET}' location: 1 } } }`,
    );
    for (const name of ['right.json', 'broken.json', 'broken.yaml', 'broken.ts']) {
      const { code, stdout, stderr } = await vsm(['inspect', 'mine:', '--config', name], { cwd: folder });
      expect(stdout + stderr).not.toMatch(TRACE);
      expect(stderr).toContain(name);
      expect(code).toBe(name === 'right.json' ? 1 : 2);
    }
  });
});

describe('a location', () => {
  it.each([
    [
      'postgresql://me:pw@host/db?table=docs',
      'postgresql://me:***@host/db?table=docs',
      'postgresql://me@host/db?table=docs',
    ],
    ['postgresql://me:p@ss@host/db', 'postgresql://me:***@host/db', 'postgresql://me@host/db'],
    ['postgresql://me:a/b@host/db', 'postgresql://me:***@host/db', 'postgresql://me@host/db'],
    ['postgresql://me:p#s@s@host/db', 'postgresql://me:***@host/db', 'postgresql://me@host/db'],
    [
      'postgresql://me@host/db?password=x&table=a',
      'postgresql://me@host/db?password=***&table=a',
      'postgresql://me@host/db?table=a',
    ],
    ['qdrant://key@host:6333/docs', 'qdrant://***@host:6333/docs', 'qdrant://host:6333/docs'],
    ['chroma://host:8000/a@b?api_key=k', 'chroma://host:8000/a@b?api_key=***', 'chroma://host:8000/a@b'],
    ['file:./docs.parquet', 'file:./docs.parquet', 'file:./docs.parquet'],
    ['pglite:./a@b?table=c:d@e', 'pglite:./a@b?table=c:d@e', 'pglite:./a@b?table=c:d@e'],
  ])('%s is shown as %s and resumed as %s', (location, masked, resumed) => {
    expect(maskLocation(location)).toBe(masked);
    expect(withoutMasks(masked)).toBe(resumed);
  });
});
