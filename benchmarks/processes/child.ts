// One of the processes of a run that its parent has started.
import { borrowedQueue, openLedger, work } from '@vsm/distributed';
import { engineOf, SLOTS, type Share } from './share.ts';

process.once('message', (share: Share) => void take(share));

async function take(share: Share): Promise<void> {
  const ledger = await openLedger(share.ledger);
  const before = process.cpuUsage();
  const queue = borrowedQueue();
  await work({ ledger, queue, engine: engineOf(ledger, share), slots: SLOTS, until: share.runId });
  const { user, system } = process.cpuUsage(before);
  await ledger.close();
  await queue.close();
  // The channel is gone with the run.
  process.stdout.write(String((user + system) / 1e6));
}
