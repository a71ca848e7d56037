import type { VectorRecord } from '@vsm/core/adapter';
import { KeyTable, recordKey } from './key-table.ts';
import { EVERYTHING, type RecordFile } from './record-file.ts';

const PAGE = 10_000;

interface Built {
  readonly positions: KeyTable;
  readonly namespaces: ReadonlyMap<string, number>;
}

/** Where each record of a file lies. A file has no index, so the first use reads all ids once. */
export class RecordIndex {
  readonly #file: RecordFile;
  #built: Promise<Built> | undefined;

  constructor(file: RecordFile) {
    this.#file = file;
  }

  async namespaces(): Promise<ReadonlyMap<string, number>> {
    return (await this.build()).namespaces;
  }

  /** Of an id that occurs twice the last record counts, as it would for whoever writes them one after the other. */
  async fetch(ids: readonly string[], namespace: string): Promise<VectorRecord[]> {
    const { positions } = await this.build();
    const wanted = ids.flatMap((id) => positions.get(recordKey(id, namespace)) ?? []).toSorted((a, b) => a - b);
    const found: VectorRecord[] = [];
    for (const from of wanted) {
      const page = await this.#file.read({ from, to: from + 1 }, 1, ['vectors', 'metadata']);
      found.push(...page.records);
    }
    return found;
  }

  build(): Promise<Built> {
    this.#built ??= this.#build().catch((cause: unknown) => {
      this.#built = undefined;
      throw cause;
    });
    return this.#built;
  }

  async #build(): Promise<Built> {
    const positions = new KeyTable();
    const namespaces = new Map<string, number>();
    for (let from: number | undefined = 0; from !== undefined;) {
      const page = await this.#file.read({ from, to: EVERYTHING.to }, PAGE, []);
      for (const [at, { id, namespace }] of page.records.entries()) {
        positions.set(recordKey(id, namespace), page.positions[at] as number);
        namespaces.set(namespace ?? '', (namespaces.get(namespace ?? '') ?? 0) + 1);
      }
      from = page.next;
    }
    return { positions, namespaces };
  }
}
