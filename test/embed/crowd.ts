import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocation as openPglite } from '@vsm/adapter-pgvector';
import { openLocation as openQdrant } from '@vsm/adapter-qdrant';
import { startEmbeddings, vectorOf } from '@vsm/emulator-embeddings';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { expect } from 'vitest';
import { main, testEnvironment } from '../cli/process.ts';

/** Texts of one call to a server that is not OpenAI, and calls at once: what may be on its way when a run is killed. */
const IN_FLIGHT = 32 * 4;

export interface Source {
  /** Where `count` records with texts are, the id of each being its number from 0 on. */
  readonly location: string;
  readonly count: number;
  readonly textOf: (at: number) => string;
}

/** Where it goes. */
const TARGETS = {
  async qdrant() {
    const emulator = await startQdrantEmulator();
    const location = `qdrant://127.0.0.1:${emulator.port}/docs`;
    return { location, open: () => openQdrant(location), close: () => emulator.close() };
  },
  async pglite() {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-embed-pglite-'));
    const location = `pglite:${folder}?table=docs`;
    return { location, open: () => openPglite(location), close: () => rm(folder, { recursive: true }) };
  },
};

/** Kills the re-embedding of a source again and again, and counts what was paid for. */
export async function killAgainAndAgain(
  { location, count, textOf }: Source,
  kills: number,
  into: keyof typeof TARGETS = 'qdrant',
): Promise<{ paid: number; twice: number; bound: number }> {
  const [server, target, folder] = await Promise.all([
    startEmbeddings({ dimension: 16 }),
    TARGETS[into](),
    mkdtemp(join(tmpdir(), 'vsm-embed-kill-')),
  ]);
  try {
    await writeFile(join(folder, 'prices.json'), JSON.stringify({ models: [] }));
    const words = ['migrate', location, target.location, '--embed', 'openai:test', '--yes'];
    const options = ['--embed-url', server.url, '--run-dir', join(folder, 'runs'), '--batch-size', '200', '--json'];
    const run = (onStarted?: (kill: () => void) => void): Promise<number | null> =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...main, ...words, ...options], {
          env: testEnvironment,
          stdio: 'ignore',
        });
        child.once('error', reject);
        child.once('close', resolve);
        onStarted?.(() => child.kill('SIGKILL'));
      });
    const answers = Math.floor(count / 32 / (kills + 1));
    for (let at = 0; at < kills; at += 1) {
      let paid = 0;
      const code = await run((kill) => {
        server.onPaid = () => {
          paid += 1;
          if (paid === answers) kill();
        };
      });
      expect(code).toBeNull();
    }
    server.onPaid = undefined;
    expect(await run()).toBe(0);
    const twice = [...server.paid.values()].reduce((sum, times) => sum + times - 1, 0);
    const { store } = target.open();
    const collection = await store.openCollection('docs');
    expect(await collection.count()).toMatchObject({ value: count });
    const some = [0, Math.floor(count / 2), count - 1];
    for (const record of await collection.fetch(some.map(String))) {
      const wanted = vectorOf(textOf(Number(record.id)), 'test', 16);
      const got = [...(record.vectors[''] as Float32Array)];
      for (const [place, value] of wanted.entries()) expect(got[place]).toBeCloseTo(value, 5);
    }
    await store.close();
    return { paid: server.paid.size, twice, bound: IN_FLIGHT * kills };
  } finally {
    await Promise.all([server.close(), target.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}
