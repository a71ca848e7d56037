import { isMetadataArray, numberKind, type Metadata, type MetadataValue } from '@vsm/core/adapter';

/** Types for which Parquet has a column that holds every value exactly. */
export type FieldKind = 'string' | 'boolean' | 'integer' | 'float' | 'string[]';

/** Wider tables are a nuisance for everybody who opens them, and cost memory while writing. */
const MOST_COLUMNS = 100;
const RESERVED = new Set(['id', 'namespace', 'document', 'uri', 'metadata', 'vector']);
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_ -]*$/u;

/** Finds out which metadata keys hold values of one type throughout a collection. */
export class FieldKinds {
  readonly #kinds = new Map<string, FieldKind | 'mixed'>();

  constructor(known: Readonly<Record<string, FieldKind>> = {}) {
    for (const [key, kind] of Object.entries(known)) this.#kinds.set(key, kind);
  }

  see(metadata: Metadata): void {
    for (const [key, value] of Object.entries(metadata)) {
      const before = this.#kinds.get(key);
      // A null is kept apart from its column, and says nothing about the type.
      if (before === 'mixed' || value === null || (before === undefined && this.#kinds.size >= MOST_COLUMNS * 2))
        continue;
      const kind = kindOf(value) ?? 'mixed';
      if (before === undefined) this.#kinds.set(key, kind);
      else if (before !== kind) this.#kinds.set(key, 'mixed');
    }
  }

  /** Keys that get a column; `taken` are the names of other columns. */
  columns(taken: ReadonlySet<string>): Readonly<Record<string, FieldKind>> {
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
