/** A prefix of ids, and how many of a sample begin with it. */
export interface WeightedPrefix {
  readonly prefix: string;
  readonly weight: number;
}

/** Every character that an id can have. */
const ALPHABET = Array.from({ length: 127 }, (_, at) => String.fromCodePoint(at + 1));

/**
 * Disjoint prefixes that divide a sample of ids into shares of at most about one in `parts`. Ids outside the sample may have
 * none of them: {@link outsidePrefixes} covers those.
 */
export function splitByPrefix(sample: readonly string[], parts: number): WeightedPrefix[] {
  const done: WeightedPrefix[] = [];
  const open = [{ prefix: '', ids: sample }];
  const share = sample.length / parts;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { prefix, ids } = node;
    const children = Map.groupBy(
      ids.filter((id) => id.length > prefix.length),
      (id) => id.slice(0, prefix.length + 1),
    );
    const splits = (prefix === '' || ids.length > share) && children.size > 0 && ids.length > 1;
    if (splits) open.push(...[...children].map(([child, group]) => ({ prefix: child, ids: group })));
    else done.push({ prefix, weight: ids.length });
  }
  return done.toSorted((left, right) => (left.prefix < right.prefix ? -1 : 1));
}

/** Shares prefixes out to at most `parts` groups of about equal weight. */
export function groupPrefixes(prefixes: readonly WeightedPrefix[], parts: number): WeightedPrefix[][] {
  const groups = Array.from({ length: Math.min(parts, prefixes.length) }, () => ({
    weight: 0,
    prefixes: [] as WeightedPrefix[],
  }));
  for (const one of prefixes.toSorted((left, right) => right.weight - left.weight)) {
    const lightest = groups.reduce((least, group) => (group.weight < least.weight ? group : least));
    lightest.prefixes.push(one);
    lightest.weight += one.weight;
  }
  return groups.map((group) => group.prefixes);
}

/**
 * Prefixes and whole ids that cover every id which begins with none of `inside`, and no other. `first` is the smallest id there
 * is: what lies before it is left out.
 */
export function outsidePrefixes(
  inside: readonly string[],
  first: string,
): { readonly prefixes: string[]; readonly ids: string[] } {
  const taken = new Set(inside);
  const branches = new Set(inside.flatMap((prefix) => Array.from(prefix, (_, length) => prefix.slice(0, length))));
  const prefixes: string[] = [];
  for (const branch of branches) {
    for (const character of ALPHABET) {
      const prefix = branch + character;
      if (taken.has(prefix) || branches.has(prefix)) continue;
      if (prefix >= first || first.startsWith(prefix)) prefixes.push(prefix);
    }
  }
  return { prefixes: prefixes.toSorted(), ids: [...branches].filter((id) => id !== '' && id >= first).toSorted() };
}
