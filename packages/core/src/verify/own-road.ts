import { setOwn, type VectorRecord } from '../spec/record.ts';
import { VsmError, type RemoteError } from '../errors.ts';
import type { CollectionDescription, ReadableCollection, RecordsRequest, RecordsWitness } from '../spec/v1.ts';
import { probesFor, witnessDifferences, type WitnessDifference } from '../witness/record-witness.ts';
import type { OwnRoadReport } from './roads-report.ts';

/** An answer that is none, or a connection that broke: those are no refusals. */
const isFailure = ({ code, cause, retryable, status }: RemoteError): boolean =>
  code === 'REMOTE_FAILED' && (retryable || (status === undefined ? cause !== undefined : status >= 500));

/** Ids of one question: stores compute for each. */
const MOST_ASKED = 100;

/** Asks a store what it says itself of records that were read. */
export class OwnRoad {
  #by: string | undefined;
  #refusal: string | undefined;
  #compared = 0;
  /** One for each vector, kept: by another one, a fault that was seen may not be seen again. */
  readonly #probes: Record<string, readonly number[]> = {};
  readonly #witnessed = new Set<string>();
  readonly #unwitnessed = new Set<string>();

  /** @returns those of the records that it contradicts */
  async ask(
    collection: ReadableCollection,
    records: readonly VectorRecord[],
    description: CollectionDescription,
    { counts, signal }: { readonly counts: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<ReadonlyMap<VectorRecord, readonly WitnessDifference[]>> {
    const contradicted = new Map<VectorRecord, readonly WitnessDifference[]>();
    const namespace = records[0]?.namespace;
    for (let from = 0; from < records.length; from += MOST_ASKED) {
      const some = records.slice(from, from + MOST_ASKED);
      for (const [name, probe] of Object.entries(probesFor(some, description))) {
        if (!Object.hasOwn(this.#probes, name)) setOwn(this.#probes, name, probe);
      }
      const probes = this.#probes;
      const request = { ids: [...new Set(some.map(({ id }) => id))], namespace, probes };
      const witness = this.#refusal === undefined ? await this.#witness(collection, request, signal) : undefined;
      if (witness === undefined) return contradicted;
      this.#by = witness.by;
      if (counts) for (const one of witness.unwitnessed) this.#unwitnessed.add(one);
      const answers = Map.groupBy(witness.records, ({ id }) => id);
      for (const record of some) {
        // Of ids that occur twice, any record may be meant.
        const each = (answers.get(record.id) ?? []).map((found) =>
          witnessDifferences(record, found, probes, witness.metrics),
        );
        const told = each.find(({ differences }) => differences.length === 0) ?? each[0];
        if (told === undefined) continue;
        if (told.differences.length > 0) contradicted.set(record, told.differences);
        if (!counts || told.witnessed.length === 0) continue;
        this.#compared += 1;
        for (const part of told.witnessed) this.#witnessed.add(part);
      }
    }
    return contradicted;
  }

  /** A store that refuses the question, as an older one may, is no reason to end the verification of what it holds. */
  async #witness(
    collection: ReadableCollection,
    request: RecordsRequest,
    signal: AbortSignal | undefined,
  ): Promise<RecordsWitness | undefined> {
    try {
      return await collection.witnessRecords?.(request, { signal });
    } catch (error) {
      if (!VsmError.isInstance(error) || error.code === 'ABORTED' || isFailure(error as RemoteError)) throw error;
      this.#refusal = `anything more of its records: ${error.message}`;
      return undefined;
    }
  }

  report(found: Pick<OwnRoadReport, 'differing' | 'differences'>): OwnRoadReport | undefined {
    const refused = this.#refusal === undefined ? [] : [this.#refusal];
    const by = this.#by ?? (refused.length > 0 ? 'a road that its store refuses' : undefined);
    if (by === undefined) return undefined;
    const [witnessed, unwitnessed] = [[...this.#witnessed], [...this.#unwitnessed, ...refused]];
    return { by, compared: this.#compared, witnessed, unwitnessed, ...found };
  }
}
