import { fingerprint, VsmError } from '@vsm/core';
import { codeOf, FULL_DISK_ADVICE, writeDurably } from '@vsm/core/files';
import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { runCommand } from '../../run.ts';
import { given } from '../../selection.ts';
import { openLocation, theCollectionOf } from '../../stores.ts';
import type { FingerprintFlags } from './flags.ts';

export async function fingerprintCollection(location: string, flags: FingerprintFlags): Promise<void> {
  await runCommand(flags, async ({ signal, use, config, secrets, onProgress, begin }) => {
    const opened = use(await openLocation(location, 'source', await config(flags.config, [location]), secrets));
    const collection = await theCollectionOf(opened, location, signal);
    begin(collection, 0, 1);
    const { batchSize, concurrency, maxBytesInFlight, out } = flags;
    const document = await fingerprint({
      ...given({ batchSize, concurrency, maxBytesInFlight }),
      source: opened.store,
      collection,
      namespaces: flags.namespace ?? opened.namespaces,
      onProgress,
      signal,
    });
    if (out !== undefined) await writeFingerprint(out, JSON.stringify(document));
    const where = out === undefined ? 'Keep it with --out <file>' : line`Written to ${out}`;
    const text = [
      line`${document.records} records of "${collection}" in ${2 ** document.bucketBits} buckets`,
      line`digest ${document.digest}`,
      ...Object.entries(document.vectors).map(
        ([name, { form, stored }]) => line`vector "${name}": as ${form}, ${WORDS[stored]}`,
      ),
      `${where}, and compare by: vsm verify fingerprint:<file> <location>`,
    ].join('\n');
    return { exitCode: EXIT.done, document, text };
  });
}

const WORDS = {
  exact: 'bit for bit',
  normalized: 'which the store scales to length 1',
  rounded: 'which the store rounds',
} as const;

async function writeFingerprint(path: string, text: string): Promise<void> {
  try {
    await writeDurably(path, `${text}\n`);
  } catch (cause) {
    const isFull = codeOf(cause) === 'ENOSPC';
    const advice = isFull ? FULL_DISK_ADVICE : 'Name another file with --out.';
    throw new VsmError(
      isFull ? 'REMOTE_FAILED' : 'INVALID_OPTIONS',
      `Cannot write the fingerprint to ${path}: ${(cause as Error).message}. ${advice}`,
      { cause },
    );
  }
}
