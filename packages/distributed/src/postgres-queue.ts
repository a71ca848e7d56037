import { realClock } from './clock.ts';
import type { ItemRef } from './model.ts';
import { end, makeTables, type PostgresDatabase } from './postgres-database.ts';
import { parseRef, refName, type Delivery, type WorkQueue } from './queue.ts';

const HINTS = `CREATE TABLE IF NOT EXISTS vsm_queue (
  name text PRIMARY KEY, due timestamptz NOT NULL, token text, held timestamptz)`;
const DUE = `CREATE INDEX IF NOT EXISTS vsm_queue_due ON vsm_queue (due)`;

export interface PostgresQueueOptions {
  /** How long a delivery that is not renewed stays with whoever took it, in milliseconds. @default 30000 */
  readonly leaseMs?: number | undefined;
}

const POLL_MS = 500;
const WAIT_MS = 4000;

/** Hints in the table `vsm_queue` of the same database as the ledger. All times are the server's. */
export function postgresQueue(database: PostgresDatabase, options: PostgresQueueOptions = {}): WorkQueue {
  const lease = `${options.leaseMs ?? 30_000} milliseconds`;
  const ready = makeTables(database, [HINTS, DUE]);
  const tokenOf = ({ handle }: Delivery): string => handle as string;
  const take = async (): Promise<Delivery | undefined> => {
    const token = crypto.randomUUID();
    const { rows } = await database.query(
      `UPDATE vsm_queue SET token = $1, held = now(), due = now() + $2::interval WHERE name = (
        SELECT name FROM vsm_queue WHERE due <= now() ORDER BY due, name LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name`,
      [token, lease],
    );
    const [row] = rows as { name: string }[];
    return row === undefined ? undefined : { ref: parseRef(row.name), handle: token };
  };
  return {
    async add(refs: readonly ItemRef[], { delayMs = 0 } = {}) {
      await ready();
      await database.query(
        `INSERT INTO vsm_queue (name, due) SELECT name, now() + $2::interval + place * interval '1 microsecond'
          FROM unnest($1::text[]) WITH ORDINALITY AS given (name, place) ON CONFLICT DO NOTHING`,
        [refs.map(refName), `${delayMs} milliseconds`],
      );
    },
    async claim(signal) {
      await ready();
      for (let waited = 0; waited < WAIT_MS && !signal.aborted; waited += POLL_MS) {
        const delivery = await take();
        if (delivery !== undefined) return delivery;
        await realClock.sleep(POLL_MS, signal);
      }
      return undefined;
    },
    async renew(held) {
      if (held.length === 0) return;
      await database.query(
        `UPDATE vsm_queue SET held = now(), due = now() + $3::interval FROM unnest($1::text[], $2::text[]) AS mine (name, token)
          WHERE vsm_queue.name = mine.name AND vsm_queue.token = mine.token`,
        [held.map(({ ref }) => refName(ref)), held.map(tokenOf), lease],
      );
    },
    async complete(delivery) {
      await database.query(`DELETE FROM vsm_queue WHERE name = $1 AND token = $2`, [
        refName(delivery.ref),
        tokenOf(delivery),
      ]);
    },
    async fail(delivery, retryInMs) {
      await database.query(
        `UPDATE vsm_queue SET token = NULL, held = NULL, due = now() + $3::interval WHERE name = $1 AND token = $2`,
        [refName(delivery.ref), tokenOf(delivery), `${retryInMs} milliseconds`],
      );
    },
    async depth() {
      await ready();
      const { rows } = await database.query(
        `SELECT count(*) FILTER (WHERE held IS NULL OR due <= now())::int AS waiting,
          count(*) FILTER (WHERE held IS NOT NULL AND due > now())::int AS active FROM vsm_queue`,
      );
      return rows[0] as { waiting: number; active: number };
    },
    close: () => end(database),
  };
}
