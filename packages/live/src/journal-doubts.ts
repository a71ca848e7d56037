import type { BothValues, DoubtfulWrite } from './facts.ts';
import { doubtKey, DOUBTS, parse, type JournalRows } from './journal-rows.ts';

export interface JournalDoubts {
  /** Writes that ended after the move had switched to the other store, and records that were found written there around the journal. */
  doubtful(): AsyncIterable<DoubtfulWrite>;
  /** Keeps what both stores held of keys that are in doubt; what was kept before stays. */
  keepValues(doubt: DoubtfulWrite, values: ReadonlyMap<string, BothValues>): Promise<void>;
  /** They were looked at by whoever can judge them. @returns how many there were */
  settleDoubts(keys: ReadonlySet<string>): Promise<number>;
}

export function journalDoubts({ storage, space }: JournalRows): JournalDoubts {
  const list = async function* (): AsyncGenerator<DoubtfulWrite, void, void> {
    for await (const [, text] of storage.list(space, DOUBTS)) yield JSON.parse(text) as DoubtfulWrite;
  };
  /** As it is now, changed. */
  const change = (doubt: DoubtfulWrite, make: (now: DoubtfulWrite) => DoubtfulWrite | undefined): Promise<void> => {
    const key = doubtKey(doubt.id);
    return storage.transact(space, { locked: [key] }, (read) => {
      const made = make((parse(read(key)) as DoubtfulWrite | undefined) ?? doubt);
      return { result: undefined, put: new Map([[key, made && JSON.stringify(made)]]) };
    });
  };
  return {
    doubtful: list,
    keepValues(doubt, values) {
      return change(doubt, (now) => ({ ...now, values: { ...Object.fromEntries(values), ...now.values } }));
    },
    async settleDoubts(keys) {
      let settled = 0;
      for await (const doubt of list()) {
        const left = doubt.keys.filter((key) => !keys.has(key));
        if (left.length === doubt.keys.length) continue;
        settled += doubt.keys.length - left.length;
        await change(doubt, (now) => (left.length === 0 ? undefined : { ...now, keys: left }));
      }
      return settled;
    },
  };
}
