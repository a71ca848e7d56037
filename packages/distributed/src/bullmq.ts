import { Queue, Worker, type ConnectionOptions, type Job } from 'bullmq';
import { parseRef, refName, type Delivery, type WorkQueue } from './queue.ts';

export interface BullmqQueueOptions {
  readonly connection: ConnectionOptions;
  /** @default 'vsm' */
  readonly name?: string | undefined;
  /** How long a delivery that is not renewed stays with whoever took it, in milliseconds. @default 30000 */
  readonly leaseMs?: number | undefined;
}

/** So many at once, when many are added. */
const BULK = 1000;

/**
 * Hints in BullMQ. It may hand out an item twice, and lose all of them: reconciling brings them back.
 * Jobs are claimed by hand, for the lock of one that BullMQ processes by itself is renewed as long as the process lives, whatever it does.
 */
export function bullmqQueue({ connection, name = 'vsm', leaseMs = 30_000 }: BullmqQueueOptions): WorkQueue {
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, null, {
    connection,
    lockDuration: leaseMs,
    stalledInterval: leaseMs,
    // A job that was taken over twice would fail for good otherwise.
    maxStalledCount: 1e9,
    drainDelay: 2,
  });
  // Without a listener, a server that is away would end the process.
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  let checking: Promise<void> | undefined;
  const jobOf = ({ handle }: Delivery): { readonly job: Job; readonly token: string } =>
    handle as { job: Job; token: string };
  return {
    async add(refs, { delayMs = 0 } = {}) {
      for (let at = 0; at < refs.length; at += BULK) {
        await queue.addBulk(
          refs.slice(at, at + BULK).map((ref) => ({
            name: ref.wave,
            data: {},
            opts: {
              jobId: refName(ref),
              delay: delayMs,
              attempts: 1,
              // The id of a job that is kept could not be added again.
              removeOnComplete: true,
              removeOnFail: true,
            },
          })),
        );
      }
    },
    async claim(signal) {
      checking ??= worker.startStalledCheckTimer();
      await checking;
      const token = crypto.randomUUID();
      const job = await worker.getNextJob(token);
      if (job?.id === undefined) return undefined;
      const delivery: Delivery = { ref: parseRef(job.id), handle: { job, token } };
      if (!signal.aborted) return delivery;
      await job.moveToWait(token);
      return undefined;
    },
    async renew(held) {
      await Promise.allSettled(
        held.map((delivery) => {
          const { job, token } = jobOf(delivery);
          return job.extendLock(token, leaseMs);
        }),
      );
    },
    async complete(delivery) {
      const { job, token } = jobOf(delivery);
      // Not the next one at once: it would come without its slot.
      await job.moveToCompleted(undefined, token, false).catch(ignoreLoss);
    },
    async fail(delivery, retryInMs) {
      const { job, token } = jobOf(delivery);
      await job.moveToDelayed(Date.now() + retryInMs, token).catch(ignoreLoss);
    },
    async depth() {
      const { waiting = 0, delayed = 0, active = 0, prioritized = 0 } = await queue.getJobCounts();
      return { waiting: waiting + delayed + prioritized, active };
    },
    async close() {
      await Promise.allSettled([worker.close(true), queue.close()]);
    },
  };
}

/** Whoever has the job by now completes it. */
function ignoreLoss(error: unknown): void {
  const text = String(error);
  if (!/lock|not in the active state|Missing key|not found/i.test(text)) throw error;
}
