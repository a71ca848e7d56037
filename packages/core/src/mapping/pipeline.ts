import { encodeRecord } from './envelope.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { Rejection, StoreFacts } from '../spec/v1.ts';
import { createEmbedder, type Embedding } from './embed.ts';
import type { RecordLayout } from './layout.ts';
import type { MigrationPlan } from '../plan/plan.ts';
import { changeRecord, renameVectors, type Transform } from './steps.ts';

export interface PipelineFunctions {
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
}

/** A record as it should read back from the target, and as it is to be stored there. */
export interface MappedRecord {
  readonly original: VectorRecord;
  readonly stored: VectorRecord;
}

interface MappedPage {
  readonly mapped: readonly MappedRecord[];
  /** How many records the transform left out, by the reason it gave. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Records, as the source has them, that the layout has no form for. */
  readonly unformed: readonly { readonly rejection: Rejection; readonly record: VectorRecord }[];
}

export interface Pipeline {
  /** `withoutVectors` skips computing new ones, where only the rest is of interest. */
  map(records: readonly VectorRecord[], withoutVectors?: boolean): Promise<MappedPage>;
  /** Name, in the target, of the vector that is computed anew and cannot be compared with the source. */
  readonly computedVector: string | undefined;
}

/** What a record goes through between `scan` and `upsert`: decode, fields, transform, embed, layout, rename, encode. */
export function createPipeline(plan: MigrationPlan, target: StoreFacts, functions: PipelineFunctions): Pipeline {
  const { transform, layout } = functions;
  const embedder = functions.embed === undefined ? undefined : createEmbedder(functions.embed);
  const computed = functions.embed === undefined ? undefined : (functions.embed.vector ?? '');
  const rules = { capabilities: target.capabilities, namespaces: plan.namespacePolicy };
  return {
    computedVector: computed === undefined ? undefined : plan.vectorNames[computed],
    async map(records, withoutVectors = false) {
      const kept: VectorRecord[] = [];
      const dropped: Record<string, number> = {};
      for (const record of records) {
        const changing = changeRecord(record, plan, transform);
        // Without a transform there is nothing to wait for, which a page of a thousand records would notice.
        const changed = changing instanceof Promise ? await changing : changing;
        if ('dropped' in changed) dropped[changed.dropped] = (dropped[changed.dropped] ?? 0) + 1;
        else kept.push(changed);
      }
      const embedded = embedder === undefined || withoutVectors ? kept : await embedder(kept);
      const mapped: MappedRecord[] = [];
      const unformed: MappedPage['unformed'][number][] = [];
      for (const record of embedded) {
        const formed = layout === undefined ? record : layout.change(record);
        if ('refused' in formed) {
          const { id, namespace } = record;
          unformed.push({ rejection: { id, namespace, reason: 'refused', detail: formed.refused }, record });
          continue;
        }
        const original = renameVectors(formed, plan);
        mapped.push({ original, stored: encodeRecord(original, rules) });
      }
      return { mapped, dropped, unformed };
    },
  };
}
