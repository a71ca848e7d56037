import { KeyTable, own, recordKey, type VectorRecord, type VectorSchema } from '@vsm/core/adapter';
import { FieldKinds } from './field-kinds.ts';
import type { Manifest, TextColumn } from './manifest.ts';
import type { Entry } from './frames.ts';
import type { Position } from './read.ts';

/** In a {@link KeyTable}: the record was deleted. */
const GONE = -1;
/** Of one id: a column that is no id may have the same value in all rows, and who asks for it gets them all at once. */
const MOST_OTHERS = 100;

/** Where the valid version of each record lies, and what a pass over all of them teaches. */
export class LiveRecords {
  readonly #positions = new KeyTable();
  /** Of the ids that several records of a file of others have: those behind the first. */
  readonly #others = new Map<string, Position[]>();
  readonly #namespaces = new Map<string, number>();
  readonly kinds: FieldKinds;
  readonly texts: Set<TextColumn>;
  #count = 0;

  /** `manifest`: what an earlier pass over the same records taught. */
  constructor(manifest: Manifest | undefined) {
    this.kinds = new FieldKinds(manifest?.fields ?? {}, manifest?.rest ?? false);
    this.texts = new Set(manifest?.texts);
  }

  get count(): number {
    return this.#count;
  }

  /** Records by namespace, without those that have none left. */
  get namespaces(): ReadonlyMap<string, number> {
    return this.#namespaces;
  }

  /** A record of the file itself: of several with one id, the first is the one that is carried, and nothing has replaced the others. */
  found(record: Pick<VectorRecord, 'id' | 'namespace'>, position: Position): void {
    if (this.find(record.id, record.namespace) === undefined) return this.put(record, position);
    const key = recordKey(record);
    const others = this.#others.get(key);
    if (others === undefined) this.#others.set(key, [position]);
    else if (others.length < MOST_OTHERS) others.push(position);
  }

  put({ id, namespace }: Pick<VectorRecord, 'id' | 'namespace'>, position: Position): void {
    const key = recordKey({ id, namespace });
    const before = this.#positions.set(key, position);
    this.#others.delete(key);
    if (before === undefined || before === GONE) this.#add(namespace, 1);
  }

  remove(id: string, namespace: string | undefined): void {
    const key = recordKey({ id, namespace });
    const before = this.#positions.get(key);
    if (before === undefined || before === GONE) return;
    this.#positions.set(key, GONE);
    this.#others.delete(key);
    this.#add(namespace, -1);
  }

  apply(entry: Entry, position: Position): void {
    if ('deleted' in entry) this.remove(entry.deleted.id, entry.deleted.namespace);
    else {
      this.put(entry.record, position);
      this.kinds.see(entry.record.metadata);
      if (entry.record.document !== undefined) this.texts.add('document');
      if (entry.record.uri !== undefined) this.texts.add('uri');
    }
  }

  find(id: string, namespace: string | undefined): Position | undefined {
    const position = this.#positions.get(recordKey({ id, namespace }));
    return position === GONE ? undefined : position;
  }

  /** Where the records of this id lie; not more of them than anybody wants at once. */
  findAll(id: string, namespace: string | undefined): readonly Position[] {
    const position = this.find(id, namespace);
    return position === undefined ? [] : [position, ...(this.#others.get(recordKey({ id, namespace })) ?? [])];
  }

  /** Whether this is the version of the record that counts. */
  isLive({ id, namespace }: Pick<VectorRecord, 'id' | 'namespace'>, position: Position): boolean {
    return this.find(id, namespace) === position;
  }

  #add(namespace: string | undefined, change: 1 | -1): void {
    this.#count += change;
    const count = (this.#namespaces.get(namespace ?? '') ?? 0) + change;
    if (count === 0) this.#namespaces.delete(namespace ?? '');
    else this.#namespaces.set(namespace ?? '', count);
  }
}

/** A vector that was declared without a dimension gets that of the first record. */
export function withDimensions(
  schemas: Readonly<Record<string, VectorSchema>>,
  { vectors }: VectorRecord,
): Readonly<Record<string, VectorSchema>> {
  const learned = Object.entries(schemas).flatMap(([name, schema]): [string, VectorSchema][] => {
    const vector = own(vectors, name);
    if (vector === undefined || schema.kind === 'sparse' || schema.dimension !== undefined) return [];
    const dimension = 'rows' in vector ? vector.rows[0]?.length : 'length' in vector ? vector.length : undefined;
    return dimension === undefined ? [] : [[name, { ...schema, dimension }]];
  });
  return learned.length === 0 ? schemas : { ...schemas, ...Object.fromEntries(learned) };
}
