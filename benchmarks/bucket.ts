// What a bucket costs beside the disk of this machine: a collection written to a Parquet file and read back, on disk and in moto, and the bytes of
// that file sent and fetched by the vendor's client, in turn and three times; the best time counts. Prints after each round the bucket's time as a ratio to
// the disk's and the transfer's together, and whether that is within bounds: after the last one the exit code says so too. moto, which is installed and started where MOTO_URL names none,
// is another process of this machine, and takes part of it: its CPU counts in both the bucket and the transfer.
//   npm run bench:s3 [records] [dimension] [rounds]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createFile } from '@vsm/adapter-file';
import { migrate, readPages } from '@vsm/core';
import { reach } from '../test/frameworks/reach.ts';
import { serverCache } from '../test/servers/cache.ts';
import { moto } from '../test/servers/moto.ts';
import { openStore } from './compare/stores.ts';

const [records, dimension] = [Number(process.argv[2] ?? 200_000), Number(process.argv[3] ?? 384)];
const rounds = Number(process.argv[4] ?? 3);
const MOST = 1.3;
/** As the adapter cuts and sends them. */
const [SENT_BYTES, SENT_AT_ONCE, FETCHED_BYTES, FETCHED_AT_ONCE] = [8 * 2 ** 20, 4, 4 * 2 ** 20, 6];

const server = await reach(moto, serverCache());
const { url } = server;
process.env['AWS_ACCESS_KEY_ID'] ??= 'any';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'any';
const home = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
process.env['VSM_RUN_DIR'] = join(home, 'runs');
const client = new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true });
const Bucket = 'bench';
await client.send(new CreateBucketCommand({ Bucket }));

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Writes the collection to a file, and reads it back in one piece. */
async function carry(path: string): Promise<{ readonly write: number; readonly read: number }> {
  await using target = createFile({ path });
  const source = openStore({ kind: 'generating', shape: { dimension }, records });
  const write = await timed(() =>
    migrate({ source, target, sourceCollection: 'docs', checkpoints: false, validate: false }),
  );
  await using reading = createFile({ path });
  const read = await timed(async () => {
    let count = 0;
    for await (const page of readPages(await reading.openCollection('docs'))) count += page.length;
    if (count !== records) throw new Error(`${count} of ${records} records came`);
  });
  await reading.dropCollection?.('docs');
  return { write, read };
}

async function sendParts(bytes: Buffer): Promise<void> {
  await inParts(bytes.length, SENT_BYTES, SENT_AT_ONCE, async (start, end) => {
    const Body = new Uint8Array(bytes.subarray(start, end));
    await client.send(new PutObjectCommand({ Bucket, Key: `part-${start}`, Body }));
  });
}

async function fetchParts(length: number): Promise<void> {
  await inParts(length, FETCHED_BYTES, FETCHED_AT_ONCE, async (start, end) => {
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket, Key: 'whole', Range: `bytes=${start}-${end - 1}` }),
    );
    const { byteLength } = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (byteLength !== end - start) throw new Error(`${byteLength} of ${end - start} bytes came`);
  });
}

async function inParts(
  length: number,
  partBytes: number,
  atOnce: number,
  work: (start: number, end: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < length) {
      const start = next;
      next += partBytes;
      await work(start, Math.min(length, start + partBytes));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const best = { write: Infinity, read: Infinity };
const [disk, bucket, transfer] = [{ ...best }, { ...best }, { ...best }];
function keep(kept: typeof best, { write, read }: typeof best): void {
  kept.write = Math.min(kept.write, write);
  kept.read = Math.min(kept.read, read);
}

/** Prints how it stands, so that a run that is ended early has said something. */
function isWithin(): boolean {
  const ratios = (['write', 'read'] as const).map((way) => {
    const ratio = bucket[way] / (disk[way] + transfer[way]);
    const [there, here, alone] = [bucket[way], disk[way], transfer[way]].map((seconds) => seconds.toFixed(2));
    console.log(
      `  ${way}: ${there} s in the bucket, ${here} s on disk and ${alone} s the transfer alone: ${ratio.toFixed(2)} × (${ratio <= MOST ? 'within' : 'over'} ${MOST})`,
    );
    return ratio;
  });
  return ratios.every((ratio) => ratio <= MOST);
}

try {
  for (let round = 0; round < rounds; round += 1) {
    const path = join(home, 'docs.parquet');
    keep(disk, await carry(path));
    keep(bucket, await carry(`s3://bench/docs.parquet?endpoint=${url}`));
    // The same number of bytes as the file has, which is gone: one that is made anew.
    await using target = createFile({ path });
    const source = openStore({ kind: 'generating', shape: { dimension }, records });
    await migrate({ source, target, sourceCollection: 'docs', checkpoints: false, validate: false });
    const bytes = readFileSync(path);
    await target.dropCollection?.('docs');
    await client.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: bytes }));
    keep(transfer, { write: await timed(() => sendParts(bytes)), read: await timed(() => fetchParts(bytes.length)) });
    if (round === 0)
      console.log(`${records} records of ${dimension} dimensions, ${(bytes.length / 1e6).toFixed(0)} MB`);
    console.log(`best of ${round + 1}:`);
    process.exitCode = isWithin() ? 0 : 1;
  }
} finally {
  client.destroy();
  rmSync(home, { recursive: true });
  await server.stop();
}
