import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SideTraffic } from '@vsm/core';
import { costOfTraffic, priceOfService, readPrices, readServicePrices, type ServiceCost } from '@vsm/embed';
import { expect, it, onTestFinished } from 'vitest';
import { failure } from './helpers.ts';

const none: SideTraffic = {
  scanned: 0,
  fetched: 0,
  written: 0,
  bytesRead: 0,
  bytesWritten: 0,
  readRequests: 0,
  writeRequests: 0,
  bytesStored: 0,
};

async function costOf(
  store: { adapter: string; location: string },
  traffic: Partial<SideTraffic>,
): Promise<ServiceCost> {
  const price = priceOfService(store, await readServicePrices());
  if (price === undefined) throw new Error('no price');
  return costOfTraffic(price, { ...none, ...traffic });
}

const pinecone = { adapter: 'pinecone', location: 'https://api.pinecone.io' };

it.each([
  // The table of https://docs.pinecone.io/guides/organizations/manage-cost/understanding-cost.
  { records: 1, bytes: 768 * 4 + 100, requests: 1, units: 5 },
  { records: 100, bytes: 100 * (768 * 4 + 500), requests: 1, units: 357 },
  { records: 1000, bytes: 1000 * (1536 * 4 + 1000), requests: 1, units: 7144 },
  { records: 10_000, bytes: 10_000 * (1024 * 4 + 15_000), requests: 1000, units: 190_960 },
])('Pinecone counts $units write units', async ({ records, bytes, requests, units }) => {
  const traffic = { written: records, bytesWritten: bytes, writeRequests: requests };
  const { once } = await costOf(pinecone, traffic);
  expect(once).toEqual([
    {
      unit: 'write units',
      units: expect.closeTo(units, -0.5) as number,
      cost: expect.closeTo((units / 1e6) * 4, 5) as number,
      bound: undefined,
    },
  ]);
});

it('Pinecone counts ten records fetched, or a hundred listed, as a read unit, and what is stored by the month', async () => {
  expect((await costOf(pinecone, { fetched: 107 })).once).toMatchObject([{ unit: 'read units to fetch', units: 11 }]);
  const billion = await costOf(pinecone, { scanned: 1e9 });
  expect(billion.once).toMatchObject([
    { unit: 'read units to fetch', units: 1e8, cost: 1600 },
    { unit: 'read units to list', units: 1e7, cost: 160 },
  ]);
  const { monthly } = await costOf(pinecone, { bytesStored: 500_000 * (8 + 768 * 4 + 500) });
  expect(monthly).toMatchObject([{ unit: 'GB stored', units: 1.79, cost: expect.closeTo(0.5907, 4) as number }]);
});

it('small puts to S3 Vectors count 128 KiB each, and large ones what they are', async () => {
  const s3 = { adapter: 's3vectors', location: 's3vectors:us-east-1/bucket' };
  const small = await costOf(s3, { bytesWritten: 10_000 * 4096, writeRequests: 10_000 });
  expect(small.once[0]).toMatchObject({ units: 1.31072, cost: expect.closeTo(0.262144, 6) as number });
  const large = await costOf(s3, { bytesWritten: 41e9, writeRequests: 20_000 });
  expect(large.once[0]).toMatchObject({ units: 41, cost: expect.closeTo(8.2, 6) as number });
});

it('each request to turbopuffer counts all of the namespace, and 1.28 GB at the least', async () => {
  const turbopuffer = { adapter: 'turbopuffer', location: 'https://gcp-us-central1.turbopuffer.com' };
  const queried = async (bytesStored: number): Promise<number | undefined> =>
    (await costOf(turbopuffer, { readRequests: 1000, bytesStored })).once.find(({ unit }) => unit === 'PB queried')
      ?.cost;
  expect(await queried(1e6)).toBeCloseTo(0.001_28, 8);
  expect(await queried(60e9)).toBeCloseTo(0.06, 8);
});

it('Chroma is charged for where it is Chroma Cloud, by the GiB', async () => {
  const prices = await readServicePrices();
  expect(priceOfService({ adapter: 'chroma', location: 'http://localhost:8000' }, prices)).toBeUndefined();
  const cloud = { adapter: 'chroma', location: 'https://api.trychroma.com/tenant/database' };
  const { once } = await costOf(cloud, { bytesWritten: 4 * 2 ** 30, bytesRead: 2 ** 30 });
  expect(once).toMatchObject([
    { unit: 'GiB written', units: 4, cost: 10 },
    { unit: 'GiB returned', units: 1, cost: 0.09 },
  ]);
});

it('every entry of the list says where and when it was read, and a list of one’s own is checked', async () => {
  for (const { source, date } of await readServicePrices()) {
    expect(source).toMatch(/^https:\/\//);
    expect(date).toMatch(/^2026-\d\d-\d\d$/);
  }
  const folder = await mkdtemp(join(tmpdir(), 'vsm-services-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'prices.json');
  const meter = { unit: 'units', of: 'eaten', by: 'byte', amount: 1, price: 1, for: 1 };
  const entry = {
    service: 'X',
    adapter: 'x',
    currency: 'EUR',
    meters: [meter],
    source: 'https://x',
    date: '2026-01-01',
  };
  await writeFile(path, JSON.stringify({ services: [entry] }));
  expect(await failure(readServicePrices(path))).toMatch(/"of" of units of X is none of written, read/);
  await writeFile(path, JSON.stringify({ models: [] }));
  expect(await readServicePrices(path)).toEqual([]);
});

it('every price of the list says where and when it was read', async () => {
  const prices = [...(await readServicePrices()), ...(await readPrices())];
  expect(prices.length).toBeGreaterThan(7);
  for (const { source, date } of prices) {
    expect(source).toMatch(/^https:\/\/\S+\.\S+$/);
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Number.isNaN(Date.parse(date))).toBe(false);
  }
  const [s3] = (await readServicePrices()).filter(({ adapter }) => adapter === 's3vectors');
  expect(s3?.notes.join()).toContain('not one of AWS');
});
