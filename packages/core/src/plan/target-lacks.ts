import type {
  CallOptions,
  CollectionSchema,
  LackingSetting,
  MetadataIndex,
  ReadableCollection,
  StoreFacts,
} from '../spec/v1.ts';

interface Compared {
  /** The source's adapter. */
  readonly from: string;
  readonly facts: StoreFacts;
  readonly existing: ReadableCollection;
  readonly present: CollectionSchema;
}

/** What a target that was made beforehand lacks of the collection that the run would make. */
export async function lackingSettings(
  wanted: CollectionSchema,
  { from, facts, existing, present }: Compared,
  options: CallOptions,
): Promise<readonly LackingSetting[]> {
  if (existing.lacks !== undefined) return existing.lacks(wanted, options);
  const { adapter, capabilities } = facts;
  // Of other kinds of stores, an index may be nothing that there is here.
  if (from !== adapter && !capabilities.keepsSchema) return [];
  const known = new Set((present.indexes ?? []).map(({ path }) => path));
  return (wanted.indexes ?? [])
    .filter(({ path }) => !known.has(path))
    .map((index) => ({ setting: indexText(index), problem: `${adapter} adds none to a collection that is there` }));
}

function indexText({ path, type }: MetadataIndex): string {
  return `index on "${path}" (${type})`;
}

/** One sentence for what the run adds, or could add, and one for each setting that stays as it is. */
export function sayLacking(lacking: readonly LackingSetting[], completes: boolean): string[] {
  const addable = lacking.filter(({ problem }) => problem === undefined).map(({ setting }) => setting);
  const left = lacking.flatMap(({ setting, problem }) =>
    problem === undefined ? [] : [`the target lacks ${setting} of the source, and is left so: ${problem}`],
  );
  if (addable.length === 0) return left;
  const list = addable.join('; ');
  const sentence = completes
    ? `the target lacks of the source, and gets before the first record: ${list}`
    : `the target lacks of the source: ${list}. The completeTarget option (--complete-target) adds ${addable.length === 1 ? 'it' : 'them'}`;
  return [sentence, ...left];
}
