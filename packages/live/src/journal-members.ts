import type { MoveFacts } from './facts.ts';
import {
  factKey,
  instanceKey,
  INSTANCES,
  isGone,
  parse,
  PHASE,
  phaseOf,
  RUNNER,
  runnerOf,
  type JournalRows,
} from './journal-rows.ts';
import type { InstanceRow, PhaseRow, RunnerFigures, RunnerRow, ShadowFigures } from './model.ts';
import type { Seen } from './journal-phases.ts';

/** What an instance says of itself. */
export interface Beat {
  readonly id: string;
  readonly name: string;
  /** Up to this version no earlier write is pending; absent when it says so for the first time. */
  readonly ack?: number | undefined;
  /** Whether it goes on writing without the journal. */
  readonly records?: boolean | undefined;
  readonly longestHoldMs?: number | undefined;
  readonly shadow?: ShadowFigures | undefined;
}

export interface BeatAnswer extends Seen {
  readonly figures: RunnerFigures | undefined;
}

/** A runner's claim to be the only one. */
export interface Claim {
  readonly holder: string;
  readonly epoch: number;
}

/** Whose the lease is, and what the phase was then. */
export interface Lease extends Seen {
  /** Absent where somebody else has it. */
  readonly claim?: Claim | undefined;
  /** How long the holder has to wait, counted from the answer, before it writes. */
  readonly waitMs: number;
  readonly row: PhaseRow;
}

export interface LeaseRequest {
  readonly holder: string;
  /** The claim that is to be renewed. */
  readonly claim?: Claim | undefined;
  /** The version of a switch for which nothing is drained any more, until a later one is seen. */
  readonly ack?: number | undefined;
  readonly figures?: RunnerFigures | undefined;
}

export interface JournalMembers {
  beat(instance: Beat): Promise<BeatAnswer>;
  /** The instance has ended, and nothing of it is on its way. */
  leaveInstance(id: string): Promise<void>;
  instances(): Promise<readonly InstanceRow[]>;
  /** Forgets instances that are gone. */
  sweep(): Promise<void>;
  /** Takes the lease, or renews it. */
  lease(request: LeaseRequest): Promise<Lease>;
  /** Keeps when the last page of the copy was answered, unless another one has had the lease since it began. @returns whether it was kept */
  copied(claim: Claim, copy: { readonly version: number; readonly records: number }): Promise<boolean>;
  /** The runner has ended, and everything that it sent was answered. */
  release(claim: Claim): Promise<void>;
  runner(): Promise<RunnerRow | undefined>;
}

export function journalMembers(rows: JournalRows): JournalMembers {
  const { storage, space, timings, keeps } = rows;
  const instances = async (): Promise<InstanceRow[]> => {
    const found: InstanceRow[] = [];
    for await (const [, text] of storage.list(space, INSTANCES)) found.push(JSON.parse(text) as InstanceRow);
    return found;
  };
  return {
    beat({ id, name, ack, records, longestHoldMs, shadow }) {
      const key = instanceKey(id);
      return storage.transact(space, { locked: [key], steady: [PHASE], seen: [RUNNER] }, (read, now) => {
        const row = phaseOf(read, rows);
        const old = parse(read(key)) as InstanceRow | undefined;
        const acked = ack ?? row.version;
        const ackAt = old?.ack === acked ? old.ackAt : now;
        const instance: InstanceRow = {
          id,
          name,
          beat: now,
          ack: acked,
          ackAt,
          ...(records === true && { records }),
          ...(longestHoldMs !== undefined && longestHoldMs > 0 && { longestHoldMs }),
          ...(shadow !== undefined && { shadow }),
        };
        return {
          result: { row, now, figures: runnerOf(read)?.figures },
          put: new Map([[key, JSON.stringify(instance)]]),
        };
      });
    },
    leaveInstance(id) {
      const key = instanceKey(id);
      return storage.transact(space, { locked: [key] }, () => ({
        result: undefined,
        put: new Map([[key, undefined]]),
      }));
    },
    instances,
    async sweep() {
      for (const { id } of await instances()) {
        const key = instanceKey(id);
        await storage.transact(space, { locked: [key] }, (read, now) => {
          const instance = parse(read(key)) as InstanceRow | undefined;
          const gone = instance !== undefined && isGone(instance, now, rows);
          return { result: undefined, ...(gone && { put: new Map([[key, undefined]]) }) };
        });
      }
    },
    lease({ holder, claim, ack, figures }) {
      return storage.transact<Lease>(space, { locked: [RUNNER], steady: [PHASE] }, (read, now) => {
        const row = phaseOf(read, rows);
        const old = runnerOf(read);
        const same = keeps('restarted-is-new') ? isOf(old, claim) : old?.holder === holder;
        const epoch = same ? (old?.epoch ?? 1) : (old?.epoch ?? 0) + 1;
        const free = old === undefined || old.released === true || now - old.renewed > timings.lease;
        if (!same && !free && keeps('one-drainer')) return { result: { row, now, waitMs: 0 } };
        const until = old === undefined || old.released === true ? 0 : old.renewed + timings.lease + timings.late;
        const waitMs = same || !keeps('new-waits') ? 0 : Math.max(0, until - now);
        const runner: RunnerRow = {
          holder,
          epoch,
          renewed: now,
          ...(ack !== undefined && { ack }),
          ...(figures !== undefined && { figures }),
        };
        return {
          result: { row, now, claim: { holder, epoch }, waitMs },
          put: new Map([[RUNNER, JSON.stringify(runner)]]),
        };
      });
    },
    copied(claim, copy) {
      const key = factKey('copied');
      return storage.transact(space, { locked: [RUNNER, key] }, (read, now) => {
        if (!isOf(runnerOf(read), claim) && keeps('copied-by-lease')) return { result: false };
        return {
          result: true,
          put: new Map([[key, JSON.stringify({ at: now, ...copy } satisfies MoveFacts['copied'])]]),
        };
      });
    },
    release(claim) {
      return storage.transact(space, { locked: [RUNNER] }, (read) => {
        const old = runnerOf(read);
        if (!isOf(old, claim)) return { result: undefined };
        return { result: undefined, put: new Map([[RUNNER, JSON.stringify({ ...old, released: true })]]) };
      });
    },
    async runner() {
      return parse((await storage.read(space, [RUNNER])).get(RUNNER)) as RunnerRow | undefined;
    },
  };
}

/** Whether the lease is that of a claim, and nobody has had it since. */
function isOf(runner: RunnerRow | undefined, claim: Claim | undefined): boolean {
  return claim !== undefined && runner?.holder === claim.holder && runner.epoch === claim.epoch;
}
