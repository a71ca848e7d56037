import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '@vsm/live';
import type { Ends } from './ends.ts';
import { insist } from './insist.ts';
import type { Processes, Role } from './processes.ts';

interface FaultsOptions {
  readonly processes: Processes;
  readonly journal: Journal;
  readonly random: () => number;
  readonly kills: number;
  readonly ends: Pick<Ends, 'longestStopMs'>;
}

export interface Faults {
  /** Now and then, something happens just now. */
  strike(): void;
  /** Whether enough was killed. */
  spent(): boolean;
  end(): Promise<void>;
}

/** Share of the faults that happen while a switch is wanted: each of an application puts it off until nothing more can land. */
const AT_THE_SWITCH = 0.1;

/** Kills processes, or lets them stand still, until it is ended. */
export function faults({ processes, journal, random, kills, ends }: FaultsOptions): Faults {
  const over = new AbortController();
  const pick = (kind: Role['kind']): Role => {
    const some = processes.roles.filter((role) => role.kind === kind);
    const role = some[Math.floor(random() * some.length)];
    if (role === undefined) throw new Error(`there is no ${kind}`);
    return role;
  };
  const stop = (role: Role): void => {
    // A third stands still for as long as can be.
    const share = random() < 1 / 3 ? 1 : random() ** 2;
    processes.stop(role, share * ends.longestStopMs);
  };
  const happen = (kind: Role['kind']): void => {
    if (random() < 0.6) processes.kill(pick(kind));
    else stop(pick(kind));
  };
  const happening = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      await delay(1500 + 3500 * random(), undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      const { row } = await insist(() => journal.seen());
      const kind = random() < 0.75 ? 'application' : 'runner';
      const wanted = row.phase === 'canary' || row.phase === 'switching';
      if (kind === 'application' && wanted && random() > AT_THE_SWITCH) continue;
      happen(kind);
    }
  })();
  return {
    strike() {
      if (over.signal.aborted || random() > 0.4) return;
      const kind = random() < 0.7 ? 'application' : 'runner';
      void delay(random() * 400, undefined, { ref: false }).then(() => happen(kind));
    },
    spent: () => processes.kills >= kills,
    async end() {
      over.abort();
      await happening;
    },
  };
}
