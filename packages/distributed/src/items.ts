import { randomBytes } from 'node:crypto';
import { addPage, noPages } from '@vsm/core/engine';
import { MOST_ATTEMPTS, type Append, type Claimed, type ItemRow, type Position, type Timings } from './model.ts';
import { isSingle } from './waves.ts';

/**
 * What makes an append count and where a claim begins. In one place, so that a test can take one of them away and see what it is
 * good for.
 */
export interface Rules {
  accepts(row: ItemRow, claimed: Claimed): boolean;
  beginsAt(row: ItemRow): Position;
}

export const RULES: Rules = {
  // A ledger that has forgotten its last changes may reach the same seq again, never the same claim.
  accepts: ({ status, claim, seq }, claimed) => status === 'open' && claim === claimed.claim && seq === claimed.seq,
  beginsAt: ({ position }) => position,
};

/** Of an item that nobody has taken yet. */
export const UNTOUCHED: ItemRow = {
  status: 'open',
  epoch: 0,
  seq: 0,
  position: { part: 0 },
  sums: { ...noPages(), bytes: 0 },
  attempts: 0,
  progressed: false,
  claimedAt: 0,
  seenAt: 0,
  notBefore: 0,
};

/** A claim that has gone on for so long counts for no failure, though it had no page: building an index has none. */
const LONG_MS = 600_000;

export interface Taking {
  readonly row: ItemRow;
  readonly outcome: 'taken' | 'not-now' | 'given-up';
  /** Whether the one who had it before may still write. */
  readonly takenOver: boolean;
}

/** What becomes of an open item that a worker is handed. */
export function take(row: ItemRow, ref: Claimed['ref'], worker: string, now: number, timings: Timings): Taking {
  const { lease, late } = timings;
  if (row.notBefore > now) return { row, outcome: 'not-now', takenOver: false };
  const lost = row.claim !== undefined;
  const single = isSingle(ref.wave);
  // A second hint for an item that is in good hands; to take it would only cost the work.
  if (lost && single && row.seenAt + lease > now) return { row, outcome: 'not-now', takenOver: false };
  const counts = lost && !row.progressed && now - row.claimedAt < LONG_MS;
  const attempts = row.attempts + (counts ? 1 : 0);
  const kept = { ...row, attempts, claim: undefined, progressed: false };
  if (attempts >= MOST_ATTEMPTS) {
    const error = row.error ?? `it was taken ${attempts} times, and nobody who took it was heard of again`;
    return { row: { ...kept, status: 'failed', error }, outcome: 'given-up', takenOver: lost };
  }
  // What takes effect once must not be begun while another one may still send its requests: voided now, handed out when those are through.
  if (lost && single) {
    return { row: { ...kept, notBefore: now + lease + late }, outcome: 'not-now', takenOver: true };
  }
  const claim = randomBytes(16).toString('hex');
  return {
    row: { ...kept, claim, worker, epoch: row.epoch + 1, claimedAt: now, seenAt: now },
    outcome: 'taken',
    takenOver: lost,
  };
}

/** The row after an append that counts. */
export function appended(row: ItemRow, { position, sums, bytes = 0, done }: Append, now: number): ItemRow {
  const total = { ...structuredClone(row.sums), bytes: row.sums.bytes + bytes };
  if (sums !== undefined) addPage(total, sums);
  return {
    ...row,
    status: done === undefined ? 'open' : 'done',
    claim: done === undefined ? row.claim : undefined,
    seq: row.seq + 1,
    position: position ?? row.position,
    sums: total,
    attempts: position === undefined ? row.attempts : 0,
    progressed: row.progressed || position !== undefined,
    seenAt: now,
    error: done === undefined ? row.error : undefined,
  };
}

/** The row after its worker gave it back. */
export function released(
  row: ItemRow,
  { wave }: Claimed['ref'],
  failure: string | undefined,
  now: number,
  { lease, late, retry }: Timings,
): ItemRow {
  const back = { ...row, claim: undefined, progressed: false, seenAt: 0 };
  if (failure === undefined) return back;
  const attempts = row.attempts + 1;
  if (attempts >= MOST_ATTEMPTS) return { ...back, attempts, status: 'failed', error: failure };
  // A request that had no answer may still take effect.
  const pause = Math.max(retry * 2 ** (attempts - 1), isSingle(wave) ? lease + late : 0);
  return { ...back, attempts, error: failure, notBefore: now + pause };
}
