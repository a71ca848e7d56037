import type {
  CollectionDescription,
  RecordsWitness,
  ScanRequest,
  ValueFigure,
  ValuesWitness,
  VectorRecord,
  Witness,
} from '@vsm/core/adapter';
import type { FilePage, PlacedId, Position, Range, RecordFile } from './read.ts';

/** Places in one part; a row number or byte offset beyond this would be a file of four terabytes. */
const PART: Position = 2 ** 42;

export interface Part {
  readonly open: () => Promise<RecordFile>;
  /** Of every record in it. */
  readonly namespace?: string | undefined;
}

interface OpenPart {
  readonly file: RecordFile;
  readonly namespace: string | undefined;
  readonly start: Position;
}

/** Several files, one after the other, as if they were one. */
export class PartsFile implements RecordFile {
  readonly #parts: readonly OpenPart[];

  private constructor(parts: readonly OpenPart[]) {
    this.#parts = parts;
  }

  static async open(parts: readonly Part[]): Promise<PartsFile> {
    const open: OpenPart[] = [];
    try {
      for (const [index, part] of parts.entries()) {
        open.push({ file: await part.open(), namespace: part.namespace, start: index * PART });
      }
    } catch (cause) {
      for (const { file } of open) await file.close();
      throw cause;
    }
    return new PartsFile(open);
  }

  /** Understood from all parts together. */
  async describe(name: string): Promise<CollectionDescription> {
    const [first] = this.#parts;
    if (first === undefined) return { name, vectors: {} };
    const described = await first.file.describe(name);
    const namespaces = described.namespaces === true || this.#parts.some(({ namespace }) => namespace !== undefined);
    const notes = [`${this.#parts.length} parts, read as one`, ...(described.notes ?? [])];
    return { ...described, namespaces, notes };
  }

  async count(): Promise<number> {
    let total = 0;
    for (const { file } of this.#parts) total += await file.count();
    return total;
  }

  async witness(): Promise<Witness | undefined> {
    let total = 0;
    let by = '';
    for (const { file } of this.#parts) {
      const found = await file.witness();
      if (found === undefined) return undefined;
      total += found.count;
      by = `${found.by}, summed over ${this.#parts.length} files`;
    }
    return by === '' ? undefined : { count: total, by };
  }

  async witnessValues(): Promise<ValuesWitness | undefined> {
    const found: ValuesWitness[] = [];
    for (const { file } of this.#parts) {
      const one = await file.witnessValues();
      if (one === undefined) return undefined;
      found.push(one);
    }
    const [first] = found;
    return first === undefined ? undefined : found.length === 1 ? first : added(found, first.by);
  }

  async witnessRecords(places: readonly PlacedId[]): Promise<RecordsWitness | undefined> {
    const found: RecordsWitness[] = [];
    for (const { file, start } of this.#parts) {
      const inside = places
        .map(({ id, position }) => ({ id, position: position - start }))
        .filter(({ position }) => position >= 0 && position < PART);
      const one = inside.length === 0 ? undefined : await file.witnessRecords(inside);
      if (one !== undefined) found.push(one);
    }
    return togetherOf(found);
  }

  async split(target: number): Promise<readonly Range[]> {
    const share = Math.max(1, Math.round(target / Math.max(1, this.#parts.length)));
    const ranges: Range[] = [];
    for (const { file, start } of this.#parts) {
      for (const { from, to, count } of await file.split(share)) {
        ranges.push({ from: start + from, to: start + Math.min(to, PART), count });
      }
    }
    return ranges;
  }

  async read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const index = Math.floor(from / PART);
    const part = this.#parts[index];
    if (part === undefined || from >= to) return { records: [], positions: [], next: undefined };
    const { file, start } = part;
    const page = await file.read({ from: from - start, to: Math.min(to - start, PART) }, limit, include);
    const following = start + PART < to && index + 1 < this.#parts.length ? start + PART : undefined;
    return {
      records: page.records.map((record) => placed(record, part)),
      positions: page.positions.map((position) => start + position),
      next: page.next === undefined ? following : start + page.next,
    };
  }

  async pick(positions: readonly Position[]): Promise<readonly VectorRecord[]> {
    const found: VectorRecord[] = [];
    for (const part of this.#parts) {
      const inside = positions.map((position) => position - part.start).filter((at) => at >= 0 && at < PART);
      if (inside.length > 0) found.push(...(await part.file.pick(inside)).map((record) => placed(record, part)));
    }
    return found;
  }

  async close(): Promise<void> {
    for (const { file } of this.#parts) await file.close();
  }
}

/** A file that does all as another one, but for what is given. */
export function changedFile(file: RecordFile, changes: Partial<RecordFile>): RecordFile {
  return {
    describe: file.describe.bind(file),
    count: file.count.bind(file),
    witness: file.witness.bind(file),
    witnessValues: file.witnessValues.bind(file),
    witnessRecords: file.witnessRecords.bind(file),
    split: file.split.bind(file),
    read: file.read.bind(file),
    pick: file.pick.bind(file),
    close: file.close.bind(file),
    ...changes,
  };
}

/** What several files say of their records, as one. */
export function togetherOf(found: readonly RecordsWitness[]): RecordsWitness | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const unwitnessed = new Set(found.flatMap((one) => one.unwitnessed));
  return { ...first, records: found.flatMap(({ records }) => records), unwitnessed: [...unwitnessed] };
}

/** Figures that each part has, added up; where one has none, its count is not known. */
function added(parts: readonly ValuesWitness[], by: string): ValuesWitness {
  const groups = Map.groupBy(
    parts.flatMap(({ figures }) => figures),
    ({ part, name, measure }) => JSON.stringify([part, name, measure]),
  );
  const unwitnessed = new Set(parts.flatMap((one) => one.unwitnessed));
  const figures = [...groups.values()].flatMap((group): ValueFigure[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { measure, name } = first;
    if (measure === 'least' || measure === 'most') return [];
    if (group.length < parts.length) {
      unwitnessed.add(`"${name}", which not all files count`);
      return [];
    }
    const sum = group.reduce((total, { value }) => total + value, 0);
    return [{ ...first, value: measure === 'first' || measure === 'last' ? sum % 2 ** 32 : sum }];
  });
  return { by: `${by}, summed over ${parts.length} files`, figures, unwitnessed: [...unwitnessed] };
}

function placed(record: VectorRecord, { namespace }: OpenPart): VectorRecord {
  return namespace === undefined || record.namespace !== undefined ? record : { ...record, namespace };
}
