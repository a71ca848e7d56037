/** How many records scans have given, to be held against a count. */
export interface Tally {
  /** These parts, and no others, are everything. */
  expect(parts: readonly string[]): void;
  /** A scan begins: of a part, or of everything at once. */
  begin(part: string | undefined, isEverything: boolean): void;
  add(part: string | undefined, records: number): void;
  end(part: string | undefined): void;
  /** `undefined` unless all was read, from its beginning and by this process. */
  total(): number | undefined;
}

const WHOLE = '';

export function createTally(): Tally {
  let expected: readonly string[] = [];
  const given = new Map<string, number>();
  const ended = new Set<string>();
  return {
    expect(parts) {
      expected = parts;
      given.clear();
      ended.clear();
    },
    begin(part = WHOLE, isEverything) {
      if (part === WHOLE) this.expect(isEverything ? [WHOLE] : []);
      given.set(part, 0);
      ended.delete(part);
    },
    add(part = WHOLE, records) {
      const before = given.get(part);
      if (before !== undefined) given.set(part, before + records);
    },
    end: (part = WHOLE) => void ended.add(part),
    total() {
      const counts = expected.map((part) => (ended.has(part) ? given.get(part) : undefined));
      if (counts.length === 0) return undefined;
      return counts.reduce<number | undefined>(
        (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
        0,
      );
    },
  };
}
