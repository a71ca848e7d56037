import type { ReadableCollection, ValueFigure, ValuesWitness } from '../spec/v1.ts';
import type { ValueTally } from '../witness/value-tally.ts';

/** What a store itself counted of the values of one side, held against what reading gave. */
export interface ValuesReport {
  readonly side: 'source' | 'target';
  /** The road; absent where there was none. */
  readonly by?: string | undefined;
  /** Figures that were compared. */
  readonly figures: number;
  /** What was compared: each part with its measures, such as `metadata "year": records, sum`. */
  readonly witnessed: readonly string[];
  /** What was not, and why. */
  readonly unwitnessed: readonly string[];
  /** Figures that differ, a sentence each. Any fails the verification. */
  readonly problems: readonly string[];
}

/** Keys that are asked for by name, at the most, of a store that has no list of its own. */
const MOST_KEYS = 200;
const LISTED = 20;

/** What reading a side gave, and what there is to hold against it. */
export interface Evidence {
  readonly read: ValueTally;
  /** Figures that the pages carried which were read. */
  readonly carried: ValuesWitness | undefined;
  /** Whether the store counts even where its pages carried figures. */
  readonly isCounted: boolean;
  /** Reads everything once more. */
  readonly again: () => Promise<ValueTally>;
}

export async function compareWitness(
  side: ValuesReport['side'],
  collection: ReadableCollection,
  evidence: Evidence,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<ValuesReport> {
  const { carried, isCounted, read } = evidence;
  // They are of the very pages that were read, so that nobody can have written in between.
  const ofPages =
    carried &&
    reportOf(side, collection, read, carried, differing([...carried.figures, ...madeUp(carried, read)], read));
  if (ofPages !== undefined && !isCounted) return ofPages;
  const counted = await askStore(side, collection, evidence, signal);
  if (ofPages === undefined || counted === undefined)
    return ofPages ?? counted ?? notWitnessed(side, 'its store counts no values by a road of its own');
  return {
    side,
    by: `${ofPages.by}; ${counted.by}`,
    figures: ofPages.figures + counted.figures,
    witnessed: [...ofPages.witnessed, ...counted.witnessed],
    unwitnessed: [...new Set([...ofPages.unwitnessed, ...counted.unwitnessed])],
    problems: [...ofPages.problems, ...counted.problems],
  };
}

/**
 * Asks the store after its records were read. Where its figures differ from those of the reading, somebody may have written in between: then
 * all is read once more, and the store asked once more, and only a figure that fits neither answer is a difference.
 */
async function askStore(
  side: ValuesReport['side'],
  collection: ReadableCollection,
  { read, again }: Evidence,
  signal: AbortSignal | undefined,
): Promise<ValuesReport | undefined> {
  const ask = async (keys: readonly string[]): Promise<ValuesWitness | undefined> =>
    collection.witnessValues?.({ keys: keys.slice(0, MOST_KEYS) }, { signal });
  const first = await ask(read.keys);
  if (first === undefined) return undefined;
  const written: string[] = [];
  let problems = differing(first.figures, read);
  if (problems.length > 0) {
    const tally = await again();
    const second = await ask(tally.keys);
    const later = new Map(second?.figures.map((figure) => [nameOf(figure), figure]));
    problems = differing(second?.figures ?? first.figures, tally).filter((problem) => {
      const name = nameOf(problem.figure);
      const before = first.figures.find((figure) => nameOf(figure) === name)?.value;
      const after = later.get(name)?.value;
      if (before === undefined || after === undefined || before === after) return true;
      const cyclic = problem.figure.measure === 'first' || problem.figure.measure === 'last';
      if (!cyclic && (problem.read < Math.min(before, after) || problem.read > Math.max(before, after))) return true;
      written.push(`${name}, which was written to meanwhile`);
      return false;
    });
  }
  const report = reportOf(side, collection, read, first, problems);
  return { ...report, unwitnessed: [...report.unwitnessed, ...written] };
}

function reportOf(
  side: ValuesReport['side'],
  { name }: ReadableCollection,
  { whole }: ValueTally,
  { by, figures, unwitnessed }: ValuesWitness,
  problems: readonly Difference[],
): ValuesReport {
  return {
    side,
    by,
    figures: figures.length,
    witnessed: witnessed(figures),
    unwitnessed: whole ? unwitnessed : [...unwitnessed, 'keys, vectors or namespaces beyond 2,000'],
    problems: problems
      .slice(0, LISTED)
      .map(
        ({ figure, read }) =>
          `${side}: reading "${name}" gave ${MEASURED[figure.measure]} ${labelOf(figure)}: ${read}, but by ${by} it is ${figure.value}`,
      ),
  };
}

export function notWitnessed(side: ValuesReport['side'], reason: string): ValuesReport {
  return { side, figures: 0, witnessed: [], unwitnessed: [reason], problems: [] };
}

const MEASURED: Readonly<Record<ValueFigure['measure'], string>> = {
  records: 'the number of records with',
  filled: 'the number of records with a value in',
  octets: 'the bytes of text in',
  sum: 'the sum of',
  least: 'the least of',
  most: 'the most of',
  first: 'a sum over the bits of the first component of',
  last: 'a sum over the bits of the last component of',
};

function labelOf({ part, name }: ValueFigure): string {
  if (part === 'document') return 'the document';
  if (part === 'uri') return 'the uri';
  if (part === 'vector') return name === '' ? 'the vector' : `vector "${name}"`;
  if (part === 'namespace') return name === '' ? 'the default namespace' : `namespace "${name}"`;
  return `metadata "${name}"`;
}

const nameOf = (figure: ValueFigure): string => `${figure.measure} of ${labelOf(figure)}`;

interface Difference {
  readonly figure: ValueFigure;
  readonly read: number;
}

function differing(figures: readonly ValueFigure[], tally: ValueTally): Difference[] {
  return figures.flatMap((figure) => {
    // Of names beyond those that are counted, reading says nothing.
    if (!tally.whole && tally.figure({ ...figure, measure: 'records' }).value === 0) return [];
    const { value, within } = tally.figure(figure);
    // Beyond the largest double, a sum says nothing.
    const unbounded = figure.measure === 'sum' && !(Number.isFinite(value) && Number.isFinite(figure.value));
    if (unbounded || value === figure.value || Math.abs(value - figure.value) <= within) return [];
    return [{ figure, read: value }];
  });
}

/** Of keys that were read and that the pages, which tell of all of theirs, do not have. */
function madeUp({ figures, unwitnessed }: ValuesWitness, { keys }: ValueTally): ValueFigure[] {
  const told = new Set(figures.flatMap(({ part, name }) => (part === 'metadata' ? [name] : [])));
  return keys
    .filter((key) => !told.has(key))
    .map((name): ValueFigure => ({ part: 'metadata', name, measure: 'records', value: 0 }))
    .filter((figure) => !unwitnessed.includes(labelOf(figure)));
}

/** Of many keys, those of one set of measures are told together. */
function witnessed(figures: readonly ValueFigure[]): string[] {
  const measures = new Map<string, string[]>();
  for (const figure of figures) {
    const label = labelOf(figure);
    measures.set(label, [...(measures.get(label) ?? []), figure.measure]);
  }
  const labels = new Map<string, string[]>();
  for (const [label, found] of measures) labels.set(found.join(', '), [...(labels.get(found.join(', ')) ?? []), label]);
  return [...labels].map(([found, names]) => {
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    return `${names.slice(0, LISTED).join(', ')}${more}: ${found}`;
  });
}
