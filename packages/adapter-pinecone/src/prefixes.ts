/** A prefix of ids, and how many of a sample begin with it. */
export interface WeightedPrefix {
  readonly prefix: string;
  readonly weight: number;
}

/** Every character that an id can have. */
const ALPHABET = Array.from({ length: 127 }, (_, at) => String.fromCodePoint(at + 1));

/**
 * Disjoint prefixes that divide a sample of ids, as few as can be shared out to `parts` groups of about equal weight. Ids outside
 * the sample may have none of them: {@link outsidePrefixes} covers those.
 */
export function splitByPrefix(sample: readonly string[], parts: number): WeightedPrefix[] {
  let leaves: Leaf[] = [{ prefix: '', ids: sample, weight: sample.length }];
  const most = (sample.length / parts) * 1.25;
  while (heaviest(groupPrefixes(leaves, parts)) > most) {
    const divisible = leaves.filter(({ prefix, ids }) => ids.length > 1 && ids.some((id) => id !== prefix));
    const [largest] = divisible.toSorted((left, right) => right.weight - left.weight);
    if (largest === undefined) break;
    leaves = [...leaves.filter((leaf) => leaf !== largest), ...divide(largest)];
  }
  return leaves
    .map(({ prefix, weight }) => ({ prefix, weight }))
    .toSorted((left, right) => (left.prefix < right.prefix ? -1 : 1));
}

interface Leaf extends WeightedPrefix {
  readonly ids: readonly string[];
}

/** One character further. An id that ends here is covered as one that stands alone. */
function divide({ prefix, ids }: Leaf): Leaf[] {
  const longer = ids.filter((id) => id.length > prefix.length);
  const children = Map.groupBy(longer, (id) => id.slice(0, prefix.length + 1));
  return [...children].map(([child, group]) => ({ prefix: child, ids: group, weight: group.length }));
}

const heaviest = (groups: readonly (readonly WeightedPrefix[])[]): number =>
  Math.max(...groups.map((group) => group.reduce((sum, { weight }) => sum + weight, 0)));

/** Shares prefixes out to at most `parts` groups of about equal weight. */
export function groupPrefixes<Prefix extends WeightedPrefix>(prefixes: readonly Prefix[], parts: number): Prefix[][] {
  const groups = Array.from({ length: Math.min(parts, prefixes.length) }, () => ({
    weight: 0,
    prefixes: [] as Prefix[],
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
