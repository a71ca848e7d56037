import {
  doubtKey,
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
  type Read,
} from './journal-rows.ts';
import {
  heldUntil,
  isMarked,
  writesTo,
  type KeyedMark,
  type Mark,
  type OpenWrite,
  type PhaseRow,
  type Side,
} from './model.ts';
import type { DoubtfulWrite } from './facts.ts';

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
  begin(side: Side, keys: readonly string[], again?: OpenWrite): Promise<OpenWrite | Refused>;
  /**
   * The write was answered at its first try. `settleMs`: the store may show what was before for so long.
   * @returns whether that store takes writes; else the write is listed as doubtful, and must not be acknowledged
   */
  done(write: OpenWrite, settleMs?: number): Promise<boolean>;
  /** The write failed, or it is not known how it ended: it may still land. */
  unanswered(write: OpenWrite): Promise<void>;
  /** Marks keys that were written without a begin. */
  touched(keys: readonly string[]): Promise<void>;
  marks(): AsyncIterable<KeyedMark>;
  anyMarks(): Promise<boolean>;
  marksOf(keys: readonly string[]): Promise<ReadonlyMap<string, Mark>>;
  /** Clears those that are as they were taken, and that nothing holds beyond `fetched`, which was before they were fetched. */
  clear(taken: readonly Taken[], fetched: number): Promise<void>;
  /** A write of the drain may still land. */
  raise(keys: readonly string[]): Promise<void>;
  /** The store does not take these; each stays marked, and is not drained again before it is written. */
  refuse(taken: readonly (Taken & { readonly why: string })[], fetched: number): Promise<void>;
  /** Rejected records that need not be carried. @returns how many there were */
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
  const { storage, space, timings, keeps, newName } = rows;
  const { lease, late } = timings;
  const process = newName();
  let count = 0;
  const nextSeq = (old: Mark | undefined): string => {
    count += 1;
    // Without the rule, a number of the mark's own, which begins again with it.
    return keeps('seq-anew') ? `${process}.${count}` : String(Number(old?.seq ?? 0) + 1);
  };

  type Make = (old: Mark | undefined, key: string, now: number) => Mark | 'same' | 'gone';

  const changed = (keys: readonly string[], make: Make, read: Read, now: number): Map<string, string | undefined> => {
    const put = new Map<string, string | undefined>();
    for (const key of keys) {
      const made = make(markOf(read, key), key, now);
      if (made !== 'same') put.set(markKey(key), made === 'gone' ? undefined : JSON.stringify(made));
    }
    return put;
  };

  /** Changes marks one by one, all in one transaction. `steady` keeps the phase as it is meanwhile. */
  const change = (keys: readonly string[], make: Make): Promise<void> =>
    storage.transact(space, { locked: keys.map(markKey), steady: [PHASE] }, (read, now) => ({
      result: undefined,
      put: changed(keys, make, read, now),
    }));

  /** As `change`, for a write that has ended. @returns whether its store still takes writes */
  const end = ({ id, side, keys }: OpenWrite, answered: boolean, make: Make): Promise<boolean> =>
    storage.transact(
      space,
      { locked: [...keys.map(markKey), openKey(id), doubtKey(id)], steady: [PHASE] },
      (read, now) => {
        const phase = phaseOf(read, rows);
        // While a switch is on its way, the marks of its writes hold it.
        const moved = writesTo(phase) !== undefined && writesTo(phase) !== side;
        // Where no marks are drained any more, none are made.
        const put = isMarked(phase) ? changed(keys, make, read, now) : new Map<string, string | undefined>();
        if (answered) put.set(openKey(id), undefined);
        if (moved) put.set(doubtKey(id), JSON.stringify({ id, side, keys, at: now, answered } satisfies DoubtfulWrite));
        return { result: !moved, put };
      },
    );

  return {
    begin(side, keys, again) {
      const id = again?.id ?? newName();
      const locked = [...keys.map(markKey), openKey(id)];
      return storage.transact<OpenWrite | Refused>(space, { locked, steady: [PHASE] }, (read, now) => {
        const phase = phaseOf(read, rows);
        if (keeps('begin-fenced') && writesTo(phase) !== side) return { result: { refused: phase } };
        const write: OpenWrite = { id, side, keys, at: again?.at ?? now };
        const put = new Map([[openKey(id), JSON.stringify(write)]]);
        for (const key of keys) {
          const old = markOf(read, key);
          const open = { ...stillOpen(old, now), [id]: now + lease + late };
          put.set(
            markKey(key),
            JSON.stringify({ seq: nextSeq(old), at: now, recheck: old?.recheck ?? 0, open } satisfies Mark),
          );
        }
        return { result: write, put };
      });
    },
    done(write, settleMs = 0) {
      return end(write, true, (old, _key, now) => {
        const settled = settleMs > 0 ? now + settleMs : 0;
        if (old === undefined) {
          return keeps('done-remakes') ? { seq: nextSeq(old), at: now, recheck: settled } : 'same';
        }
        const seq = keeps('seq-at-done') ? nextSeq(old) : old.seq;
        if (!keeps('done-keeps-others')) return { seq, at: now, recheck: settled };
        const { [write.id]: _own, ...open } = stillOpen(old, now);
        return { seq, at: now, recheck: Math.max(old.recheck, settled), open };
      });
    },
    async unanswered(write) {
      await end(write, false, (old, _key, now) => ({
        seq: nextSeq(old),
        at: now,
        recheck: Math.max(old?.recheck ?? 0, now + late),
        open: stillOpen(old, now),
      }));
    },
    touched(keys) {
      return change(keys, (old, _key, now) => ({
        seq: nextSeq(old),
        at: now,
        recheck: old?.recheck ?? 0,
        open: stillOpen(old, now),
      }));
    },
    async *marks() {
      for await (const [row, text] of storage.list(space, MARKS))
        yield { key: keyOf(row), ...(JSON.parse(text) as Mark) };
    },
    anyMarks() {
      return storage.transact(space, { locked: [], prefix: MARKS }, (_read, _now, any) => ({ result: any }));
    },
    async marksOf(keys) {
      const found = await storage.read(space, keys.map(markKey));
      return new Map([...found].map(([row, text]) => [keyOf(row), JSON.parse(text) as Mark]));
    },
    clear(taken, fetched) {
      const seqs = new Map(taken.map(({ key, seq }) => [key, seq]));
      return change([...seqs.keys()], (old, key, now) => {
        if (old === undefined) return 'same';
        const asTaken = old.seq === seqs.get(key) || !keeps('clear-by-seq');
        const settled = heldUntil(old) < (keeps('clear-by-fetch') ? fetched : now);
        return asTaken && settled ? 'gone' : 'same';
      });
    },
    raise(keys) {
      return change(keys, (old, _key, now) => {
        if (old === undefined) {
          return keeps('raise-remakes') ? { seq: nextSeq(old), at: now, recheck: now + late } : 'same';
        }
        if (!keeps('seq-at-raise') && heldUntil(old) >= now + late) return 'same';
        return { ...old, seq: nextSeq(old), at: now, recheck: Math.max(old.recheck, now + late) };
      });
    },
    refuse(taken, fetched) {
      const found = new Map(taken.map((one) => [one.key, one]));
      return change([...found.keys()], (old, key) => {
        const one = found.get(key);
        if (old === undefined || one === undefined || old.seq !== one.seq || heldUntil(old) >= fetched) return 'same';
        return { ...old, seq: nextSeq(old), refused: one.why };
      });
    },
    accept(keys) {
      const locked = [...keys.map(markKey), ...keys.map(leftKey)];
      return storage.transact(space, { locked, steady: [PHASE] }, (read) => {
        const put = new Map<string, string | undefined>();
        for (const key of keys) {
          const mark = markOf(read, key);
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

function markOf(read: Read, key: string): Mark | undefined {
  return parse(read(markKey(key))) as Mark | undefined;
}

/** The writes of a mark that may still land. */
function stillOpen(mark: Mark | undefined, now: number): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(mark?.open ?? {}).filter(([, until]) => until > now));
}
