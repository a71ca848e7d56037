import { randomUUID } from 'node:crypto';
import {
  keyOf,
  LEFT,
  leftKey,
  markKey,
  MARKS,
  OPEN,
  openKey,
  parse,
  PHASE,
  phaseOf,
  type JournalRows,
} from './journal-rows.ts';
import { writesTo, type KeyedMark, type Mark, type OpenWrite, type PhaseRow, type Side } from './model.ts';

/** A write between its begin and its end, as the one who writes knows it. */
export interface Begun extends OpenWrite {
  readonly seqs: ReadonlyMap<string, string>;
  /** The rechecks that the marks had before, where those were still ahead. */
  readonly held: ReadonlyMap<string, number>;
}

/** The phase writes elsewhere, or holds: nothing was marked. */
export interface Refused {
  readonly refused: PhaseRow;
}

/** A mark as it was taken for a drain. */
export type Taken = Pick<KeyedMark, 'key' | 'seq'>;

export interface JournalMarks {
  /**
   * Marks keys before a write to that store. Given what an earlier begin of the same write gave, it is that one over again.
   */
  begin(side: Side, keys: readonly string[], again?: Begun): Promise<Begun | Refused>;
  /** The write was answered at its first try. `settleMs`: the store may show what was before for so long. */
  done(write: Begun, settleMs?: number): Promise<void>;
  /** The write failed, or it is not known how it ended: it may still land. */
  unanswered(write: Begun): Promise<void>;
  /** Marks keys that were written without a begin. */
  touched(keys: readonly string[]): Promise<void>;
  marks(): AsyncIterable<KeyedMark>;
  marksOf(keys: readonly string[]): Promise<ReadonlyMap<string, Mark>>;
  /** Clears those that are as they were taken, and that nothing holds beyond `fetched`, which was before they were fetched. */
  clear(taken: readonly Taken[], fetched: number): Promise<void>;
  /** A write of the drain may still land. */
  raise(keys: readonly string[]): Promise<void>;
  /** The store does not take these; each stays marked, and is not drained again before it is written. */
  refuse(taken: readonly (Taken & { readonly why: string })[], fetched: number): Promise<void>;
  /** Refused records that need not be carried. @returns how many there were */
  accept(keys: readonly string[]): Promise<number>;
  /** What is known not to be in both stores, and why. */
  left(): AsyncIterable<{ readonly key: string; readonly why: string }>;
  /** Keeps why records are not carried; `undefined` for those that are. */
  leave(keys: ReadonlyMap<string, string | undefined>): Promise<void>;
  leftOf(keys: readonly string[]): Promise<ReadonlySet<string>>;
  openWrites(): AsyncIterable<OpenWrite>;
}

/** What marks are told, and when they may be cleared. */
export function journalMarks(rows: JournalRows): JournalMarks {
  const { storage, space, timings, keeps } = rows;
  const { lease, late } = timings;
  const process = randomUUID();
  let count = 0;
  const nextSeq = (old: Mark | undefined): string => {
    count += 1;
    // Without the rule, a number of the mark's own, which begins again with it.
    return keeps('seq-anew') ? `${process}.${count}` : String(Number(old?.seq ?? 0) + 1);
  };

  /** Changes marks one by one, all in one transaction. `steady` keeps the phase as it is meanwhile. */
  const change = async <Result>(
    keys: readonly string[],
    result: Result,
    make: (old: Mark | undefined, key: string, now: number) => Mark | 'same' | 'gone',
    also: ReadonlyMap<string, string | undefined> = new Map(),
  ): Promise<Result> =>
    storage.transact(space, { locked: [...keys.map(markKey), ...also.keys()], steady: [PHASE] }, (read, now) => {
      const put = new Map<string, string | undefined>(also);
      for (const key of keys) {
        const made = make(parse<Mark>(read(markKey(key))), key, now);
        if (made !== 'same') put.set(markKey(key), made === 'gone' ? undefined : JSON.stringify(made));
      }
      return { result, put };
    });

  return {
    begin(side, keys, again) {
      const id = again?.id ?? randomUUID();
      const locked = [...keys.map(markKey), openKey(id)];
      return storage.transact<Begun | Refused>(space, { locked, steady: [PHASE] }, (read, now) => {
        const phase = phaseOf(read, rows);
        if (keeps('begin-fenced') && writesTo(phase) !== side) return { result: { refused: phase } };
        const [seqs, held] = [new Map<string, string>(), new Map<string, number>()];
        const open: OpenWrite = { id, side, keys, at: again?.at ?? now };
        const put = new Map([[openKey(id), JSON.stringify(open)]]);
        for (const key of keys) {
          const old = parse<Mark>(read(markKey(key)));
          const own = old !== undefined && old.seq === again?.seqs.get(key);
          const before = own ? again?.held.get(key) : old?.recheck;
          if (before !== undefined && before > now) held.set(key, before);
          const seq = nextSeq(old);
          seqs.set(key, seq);
          const recheck = Math.max(old?.recheck ?? 0, now + lease + late);
          put.set(markKey(key), JSON.stringify({ seq, recheck, since: old?.since ?? now } satisfies Mark));
        }
        return { result: { ...open, seqs, held }, put };
      });
    },
    done({ id, keys, seqs, held }, settleMs = 0) {
      return change(
        keys,
        undefined,
        (old, key, now) => {
          const settled = settleMs > 0 ? now + settleMs : 0;
          if (old === undefined) {
            return keeps('done-remakes') ? { seq: nextSeq(old), recheck: settled, since: now } : 'same';
          }
          const own = old.seq === seqs.get(key);
          const before = own ? (keeps('done-keeps-held') ? (held.get(key) ?? 0) : 0) : old.recheck;
          const seq = keeps('seq-at-done') ? nextSeq(old) : old.seq;
          return { seq, recheck: Math.max(before, settled), since: old.since };
        },
        new Map([[openKey(id), undefined]]),
      );
    },
    unanswered({ keys }) {
      return change(keys, undefined, (old, _key, now) => ({
        seq: nextSeq(old),
        recheck: Math.max(old?.recheck ?? 0, now + late),
        since: old?.since ?? now,
      }));
    },
    touched(keys) {
      return change(keys, undefined, (old, _key, now) => ({
        seq: nextSeq(old),
        recheck: old?.recheck ?? 0,
        since: old?.since ?? now,
      }));
    },
    async *marks() {
      for await (const [row, text] of storage.list(space, MARKS))
        yield { key: keyOf(row), ...(JSON.parse(text) as Mark) };
    },
    async marksOf(keys) {
      const found = await storage.read(space, keys.map(markKey));
      return new Map([...found].map(([row, text]) => [keyOf(row), JSON.parse(text) as Mark]));
    },
    clear(taken, fetched) {
      const seqs = new Map(taken.map(({ key, seq }) => [key, seq]));
      return change([...seqs.keys()], undefined, (old, key, now) => {
        if (old === undefined) return 'same';
        const asTaken = old.seq === seqs.get(key) || !keeps('clear-by-seq');
        const settled = old.recheck < (keeps('clear-by-fetch') ? fetched : now);
        return asTaken && settled ? 'gone' : 'same';
      });
    },
    raise(keys) {
      return change(keys, undefined, (old, _key, now) => {
        if (old === undefined) {
          return keeps('raise-remakes') ? { seq: nextSeq(old), recheck: now + late, since: now } : 'same';
        }
        if (!keeps('seq-at-raise') && old.recheck >= now + late) return 'same';
        return { seq: nextSeq(old), recheck: Math.max(old.recheck, now + late), since: old.since };
      });
    },
    refuse(taken, fetched) {
      const found = new Map(taken.map((one) => [one.key, one]));
      return change([...found.keys()], undefined, (old, key) => {
        const one = found.get(key);
        if (old === undefined || one === undefined || old.seq !== one.seq || old.recheck >= fetched) return 'same';
        return { ...old, seq: nextSeq(old), refused: one.why };
      });
    },
    accept(keys) {
      const locked = [...keys.map(markKey), ...keys.map(leftKey)];
      return storage.transact(space, { locked, steady: [PHASE] }, (read) => {
        const put = new Map<string, string | undefined>();
        for (const key of keys) {
          const mark = parse<Mark>(read(markKey(key)));
          if (mark?.refused === undefined) continue;
          put.set(markKey(key), undefined);
          put.set(leftKey(key), JSON.stringify(mark.refused));
        }
        return { result: put.size / 2, put };
      });
    },
    async *left() {
      for await (const [row, text] of storage.list(space, LEFT))
        yield { key: keyOf(row), why: JSON.parse(text) as string };
    },
    async leave(keys) {
      const put = new Map([...keys].map(([key, why]) => [leftKey(key), why && JSON.stringify(why)]));
      if (put.size > 0) await storage.transact(space, { locked: [...put.keys()] }, () => ({ result: undefined, put }));
    },
    async leftOf(keys) {
      return new Set([...(await storage.read(space, keys.map(leftKey))).keys()].map(keyOf));
    },
    async *openWrites() {
      for await (const [, text] of storage.list(space, OPEN)) yield JSON.parse(text) as OpenWrite;
    },
  };
}
