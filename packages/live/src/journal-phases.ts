import { VsmError } from '@vsm/core';
import { parseKept, printKept } from '@vsm/core/engine';
import {
  factKey,
  HEADER,
  instanceKey,
  INSTANCES,
  isGone,
  keyOf,
  MARKS,
  parse,
  PHASE,
  phaseOf,
  RUNNER,
  runnerOf,
  type JournalRows,
  type Read,
} from './journal-rows.ts';
import { contradiction, type MoveFacts } from './facts.ts';
import type { InstanceRow, MoveHeader, Phase, PhaseRow } from './model.ts';

/** The phase, and when it was read. */
export interface Seen {
  readonly row: PhaseRow;
  readonly now: number;
}

/** What a switch on its way still waits for. */
export interface Waiting {
  readonly marks: boolean;
  /** Names of instances that have not acknowledged. */
  readonly instances: readonly string[];
  readonly drainer: boolean;
  /** Why the verification says nothing any more, where the journal was told of it meanwhile. No switch waits for another one. */
  readonly unverified?: string | undefined;
}

/** What became of the attempt: whether its phase is another one now, and what it waits for, or did not get. */
export interface Attempt {
  readonly row: PhaseRow;
  readonly waiting?: Waiting | undefined;
}

export interface NextPhase extends Pick<PhaseRow, 'percent' | 'from' | 'to'> {
  readonly phase: Phase;
  /** Of a switch: how long from now. */
  readonly holdMs?: number | undefined;
}

export interface JournalPhases {
  /** @throws VsmError `CONFLICT` where the journal has a move of this name */
  create(header: MoveHeader): Promise<void>;
  /** @throws VsmError `NOT_FOUND` */
  header(): Promise<MoveHeader>;
  /** @throws VsmError `NOT_FOUND` */
  seen(): Promise<Seen>;
  /** Changes the phase, if it is still of that version. @returns what it is then */
  change(version: number, next: NextPhase): Promise<PhaseRow>;
  /** Ends an attempt at the switch whose time is over. @returns what the phase is then */
  fallBack(version: number): Promise<PhaseRow>;
  /** The barrier: switches, if nothing is left to wait for; falls back, if the time is over or what was verified counts no more. */
  commit(version: number): Promise<Attempt>;
  facts(): Promise<MoveFacts>;
  setFact<Name extends keyof MoveFacts>(name: Name, value: MoveFacts[Name]): Promise<void>;
}

const FACT_NAMES = ['copied', 'verified', 'sampled', 'gap'] as const;

export function journalPhases(rows: JournalRows): JournalPhases {
  const { storage, space, move, keeps } = rows;
  const next = ({ version }: PhaseRow, now: number, { holdMs, ...change }: NextPhase): PhaseRow => ({
    ...change,
    version: version + 1,
    since: now,
    ...(holdMs !== undefined && { deadline: now + holdMs }),
  });
  const back = (row: PhaseRow, now: number): PhaseRow =>
    next(row, now, { phase: row.from ?? 'drain', percent: row.percent });
  const put = (row: PhaseRow): ReadonlyMap<string, string> => new Map([[PHASE, JSON.stringify(row)]]);

  return {
    create(header) {
      return storage.transact(space, { locked: [HEADER], alone: [PHASE] }, (read, now) => {
        if (read(PHASE) !== undefined) {
          throw new VsmError('CONFLICT', `This journal has a move "${move}" already. Give the new one another name.`);
        }
        const row: PhaseRow = { phase: 'off', version: 1, since: now };
        return { result: undefined, put: new Map([...put(row), [HEADER, printKept(header)]]) };
      });
    },
    async header() {
      const text = (await storage.read(space, [HEADER])).get(HEADER);
      if (text === undefined) phaseOf(() => undefined, rows);
      return parseKept(text ?? '') as MoveHeader;
    },
    seen() {
      return storage.transact(space, { locked: [], seen: [PHASE] }, (read, now) => ({
        result: { row: phaseOf(read, rows), now },
      }));
    },
    change(version, change) {
      return storage.transact(space, { locked: [], alone: [PHASE] }, (read, now) => {
        const row = phaseOf(read, rows);
        if (row.version !== version) return { result: row };
        const changed = next(row, now, change);
        return { result: changed, put: put(changed) };
      });
    },
    fallBack(version) {
      return storage.transact(space, { locked: [], alone: [PHASE] }, (read, now) => {
        const row = phaseOf(read, rows);
        if (row.version !== version || row.phase !== 'switching' || now <= (row.deadline ?? 0)) return { result: row };
        const fallen = back(row, now);
        return { result: fallen, put: put(fallen) };
      });
    },
    async commit(version) {
      const instances: string[] = [];
      for await (const [key] of storage.list(space, INSTANCES)) instances.push(keyOf(key));
      const seen = [...instances.map(instanceKey), ...FACT_NAMES.map(factKey)];
      const keys = { locked: [RUNNER], alone: [PHASE], seen, prefix: MARKS };
      return storage.transact<Attempt>(space, keys, (read, now, any) => {
        const row = phaseOf(read, rows);
        if (row.version !== version || row.phase !== 'switching') return { result: { row } };
        const fall = (waiting?: Waiting) => {
          const fallen = back(row, now);
          return { result: { row: fallen, waiting }, put: put(fallen) };
        };
        if (now > (row.deadline ?? 0)) return fall();
        const unverified = keeps('gap-at-barrier') ? contradiction(factsIn(read), row.to) : undefined;
        const silent = instances
          .flatMap((id) => (parse(read(instanceKey(id))) as InstanceRow | undefined) ?? [])
          .filter((instance) => instance.ack < version && !isGone(instance, now, rows));
        const waiting: Waiting = {
          marks: any && keeps('no-marks'),
          instances: keeps('instances-acknowledge') ? silent.map(({ name }) => name) : [],
          drainer: runnerOf(read)?.ack !== version && keeps('drainer-acknowledges'),
          unverified,
        };
        if (unverified !== undefined) return fall(waiting);
        if (waiting.marks || waiting.drainer || waiting.instances.length > 0) return { result: { row, waiting } };
        const switched = next(row, now, { phase: row.to ?? 'switched' });
        return { result: { row: switched }, put: put(switched) };
      });
    },
    async facts() {
      const found = await storage.read(space, FACT_NAMES.map(factKey));
      return factsIn((key) => found.get(key));
    },
    async setFact(name, value) {
      const key = factKey(name);
      await storage.transact(space, { locked: [key] }, () => ({
        result: undefined,
        put: new Map([[key, value === undefined ? undefined : JSON.stringify(value)]]),
      }));
    },
  };
}

function factsIn(read: Read): MoveFacts {
  return Object.fromEntries(FACT_NAMES.map((name) => [name, parse(read(factKey(name)))]));
}
