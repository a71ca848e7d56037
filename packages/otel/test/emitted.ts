import { migrate, verify } from '@vsm/core';
import { createOtelObserver } from '@vsm/otel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Receiver, startSdk, type ReceivedPoint } from './receiver.ts';
import { sharedProgress } from './shared-progress.ts';
import { difficult, filled, records } from './stores.ts';

export type { ReceivedPoint } from './receiver.ts';

/** Every metric there is, as a receiver sees it: of a run with all kinds of trouble, and of a verification that finds some. */
export async function emitted(): Promise<readonly ReceivedPoint[]> {
  const receiver = new Receiver();
  const sdk = startSdk(await receiver.listen());
  const checkpoints = await mkdtemp(join(tmpdir(), 'vsm-otel-'));
  try {
    const observer = createOtelObserver(sdk);
    const source = await filled(records);
    await migrate({
      source,
      target: difficult(() => sdk.flush()),
      sourceCollection: 'docs',
      batchSize: 50,
      retryDelaySeconds: 0,
      checkpoints,
      observer,
    });
    const ends = { source: { adapter: 'qdrant', location: 'http://a', collection: 'docs' } };
    const unwatch = observer.sharedRunWatched?.({
      runId: 'run',
      ...ends,
      target: ends.source,
      progress: sharedProgress,
    });
    await sdk.flush();
    unwatch?.();
    await verify({ source, target: await filled(records.slice(5)), sourceCollection: 'docs', observer });
    await sdk.flush();
    return receiver.points;
  } finally {
    await sdk.shutdown();
    await receiver.close();
    await rm(checkpoints, { recursive: true });
  }
}
