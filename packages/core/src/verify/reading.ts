import { digestBits, RecordDigest, type DigestForms } from '../digest/record-digest.ts';
import type { CopiedPage, MappedRecord } from '../mapping/page.ts';
import { hashedKey, type HashedKey } from '../digest/key-hash.ts';
import type { PagePlace } from '../scan/pages.ts';
import { recordKey } from '../spec/record.ts';
import type { ScanPage } from '../spec/v1.ts';
import type { VectorTolerance } from './compare.ts';
import { IdDigest } from './id-digest.ts';
import type { Sides } from './ids.ts';
import { ValuesPass } from './values-pass.ts';
import { vectorTolerances } from './values.ts';

/** What one reading of the source says the target should hold, without the records themselves. */
export class SourceReading {
  readonly ids: IdDigest = new IdDigest({ watchDoubles: true });
  readonly pass: ValuesPass;
  /** Absent where only ids are of interest. */
  readonly values: RecordDigest | undefined;

  constructor(sides: Sides, of: 'ids' | 'values') {
    this.pass = new ValuesPass(sides);
    this.values = of === 'ids' ? undefined : new RecordDigest(formsOf(sides));
  }

  /** A page that the copy has read and written. */
  async copied({ mapped, refused, repeated, formless, ...read }: CopiedPage, place: PagePlace): Promise<void> {
    const absent = new Set(refused.filter(({ reason }) => reason !== 'duplicate-id').map(recordKey));
    this.#expect(mapped, ({ stored }, { key }) => !repeated.has(stored) && !absent.has(key));
    await this.#read(read, place, formless);
  }

  async page(
    read: Pick<ScanPage, 'records' | 'witness'>,
    place: PagePlace,
    expected: readonly MappedRecord[],
    formless: number,
  ): Promise<void> {
    this.#expect(expected);
    await this.#read(read, place, formless);
  }

  #expect(expected: readonly MappedRecord[], isExpected?: (record: MappedRecord, key: HashedKey) => boolean): void {
    for (let at = 0; at < expected.length; at += 1) {
      const record = expected[at] as MappedRecord;
      const { original, stored } = record;
      const hashed = hashedKey(stored);
      if (isExpected?.(record, hashed) === false) continue;
      this.ids.add(stored, hashed);
      if (this.values === undefined) continue;
      this.values.add(hashed, original);
      this.pass.expect(original);
    }
  }

  async #read(read: Pick<ScanPage, 'records' | 'witness'>, place: PagePlace, formless: number): Promise<void> {
    this.ids.rejected += formless;
    if (this.values === undefined) this.pass.read = (this.pass.read ?? 0) + read.records.length;
    else await this.pass.page(read, place);
  }
}

/** As records are compared, so are they digested. */
export function formsOf({ plan, targetStore, pipeline }: Sides): DigestForms {
  const tolerances = vectorTolerances(plan, targetStore, pipeline.computedVector);
  const having = (one: VectorTolerance): ReadonlySet<string> =>
    new Set([...tolerances].flatMap(([name, tolerance]) => (tolerance === one ? [name] : [])));
  return { ignored: having('computed'), doubles: having('doubles'), bits: digestBits(plan.totalVectors) };
}
