import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPineconeEmulator, type PineconeEmulator } from '@vsm/emulator-pinecone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packages, vsm, type Ended } from './process.ts';

let folder: string;
let server: PineconeEmulator;
let target: string;
beforeAll(async () => {
  [folder, server] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-costs-')), startPineconeEmulator()]);
  target = `pinecone:docs?host=${encodeURIComponent(server.url)}`;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: string[]): Promise<Ended> => vsm(words, { cwd: folder, env: { PINECONE_API_KEY: 'any' } });

it('a plan and an estimate say what each side reads and writes, and what a metered one charges, by whose word', async () => {
  const { stdout } = await run('plan', packages, target, '--metric', 'cosine');
  expect(stdout).toMatch(/^ {2}traffic: file: about 6\.\d MB read in 2 requests or more$/m);
  expect(stdout).toMatch(/^ {2}traffic: pinecone: about \d\.\d MB written in 1 request or more, about \d\.\d MB read/m);
  expect(stdout).toMatch(
    /^ {2}cost of the target: 0\.\d+ USD, for [\d,.]+ write units, 100 read units to fetch \(Pinecone .*; https:\/\/www\.pinecone\.io\/pricing\/, 2026-10-07\)$/m,
  );
  expect(stdout).toMatch(/^ {2}cost of the target each month: 0\.\d+ USD/m);
  const estimated = await run('estimate', packages, target, '--no-probe', '--json');
  expect(JSON.parse(estimated.stdout)).toMatchObject({
    traffic: { source: { scanned: 2000 }, target: { written: 1000, fetched: 1000 } },
    costs: {
      target: { currency: 'USD', once: [{ unit: 'write units' }, { unit: 'read units to fetch', units: 100 }] },
    },
  });
});

it('prices of one’s own take the place of the list, and a side without any is charged for by nobody', async () => {
  const meter = { unit: 'records', of: 'read', by: 'record', amount: 1, price: 2, for: 1000 };
  const service = {
    service: 'A disk',
    adapter: 'file',
    currency: 'EUR',
    meters: [meter],
    source: 'https://x',
    date: '2026-01-01',
  };
  await writeFile(join(folder, 'prices.json'), JSON.stringify({ services: [service] }));
  const { stdout } = await run('plan', packages, target, '--metric', 'cosine', '--embed-prices', 'prices.json');
  expect(stdout).toMatch(/^ {2}cost of the source: 4\.00 EUR, for 2,000 records \(A disk; https:\/\/x, 2026-01-01\)$/m);
  expect(stdout).not.toMatch(/cost of the target/);
  const ofWriting = { ...service, meters: [{ ...meter, of: 'written' }] };
  await writeFile(join(folder, 'prices.json'), JSON.stringify({ services: [ofWriting] }));
  const unknown = await run('plan', packages, target, '--metric', 'cosine', '--embed-prices', 'prices.json');
  expect(unknown.stdout).toMatch(/^ {2}cost of the source: nothing that the list has a price for \(A disk; /m);
  const file = await run('plan', packages, 'file:./copy.parquet');
  expect(file.stdout).toMatch(/^ {2}space: about \d.*; with no graph; [\d.]+ [MGT]B of disk free$/m);
  expect(file.stdout).not.toMatch(/cost of/);
});
