import { isMetadataArray, numberKind, type Metadata, type MetadataValue } from '@vsm/core/adapter';

/** Types for which Parquet has a column that holds every value exactly. */
export type FieldKind = 'string' | 'boolean' | 'integer' | 'float' | 'string[]';

export type FieldColumns = Readonly<Record<string, FieldKind>>;

/** Wider tables are a nuisance for everybody who opens them, and cost memory while writing. */
const MOST_COLUMNS = 100;
const MOST_KEYS = 2 * MOST_COLUMNS;
const RESERVED = new Set(['id', 'namespace', 'document', 'uri', 'metadata', 'vector']);
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_ -]*$/u;

/** Finds out which metadata keys hold values of one type throughout a collection. */
export class FieldKinds {
  readonly #kinds: Map<string, FieldKind | 'mixed'>;
  #hasOthers: boolean;

  constructor(known: FieldColumns, hasOthers: boolean) {
    this.#kinds = new Map(Object.entries(known));
    this.#hasOthers = hasOthers;
  }

  see(metadata: Metadata): void {
    for (const [key, value] of Object.entries(metadata)) {
      const before = this.#kinds.get(key);
      // A null is kept apart from its column, and says nothing about the type.
      if (value === null || (before === undefined && this.#kinds.size >= MOST_KEYS)) this.#hasOthers = true;
      else if (before !== 'mixed') {
        const kind = kindOf(value) ?? 'mixed';
        this.#kinds.set(key, before === undefined || before === kind ? kind : 'mixed');
      }
    }
  }

  /** Keys that get a column; `taken` are the names of other columns. */
  columns(taken: ReadonlySet<string>): FieldColumns {
    // DuckDB does not tell capital letters from small ones.
    const names = new Set([...taken, ...RESERVED].map((name) => name.toLowerCase()));
    const columns: [string, FieldKind][] = [];
    for (const [key, kind] of this.#kinds) {
      if (kind === 'mixed' || !PLAIN_KEY.test(key) || names.has(key.toLowerCase())) continue;
      if (columns.length === MOST_COLUMNS) break;
      names.add(key.toLowerCase());
      columns.push([key, kind]);
    }
    return Object.fromEntries(columns);
  }

  /** Whether some value has no place in these columns. */
  leavesOthers(columns: FieldColumns): boolean {
    return this.#hasOthers || [...this.#kinds.keys()].some((key) => !Object.hasOwn(columns, key));
  }
}

/** The kind of column that holds a value exactly; `undefined` where only JSON does. */
export function kindOf(value: MetadataValue): FieldKind | undefined {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (isMetadataArray(value)) return value.every((item) => typeof item === 'string') ? 'string[]' : undefined;
  const number = numberKind(value);
  const fits = typeof value !== 'bigint' || BigInt.asIntN(64, value) === value;
  return number === 'integer' && !fits ? undefined : number;
}
