/** The steps of the pipeline, each a function of a page. Their order stands in pipeline.ts. */
import type { Vector, VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';
import { isDense, own, setOwn } from '../spec/record.ts';
import { vectorLabel } from '../store/vector-label.ts';
import { createEmbedder, refuseTexts } from './embed.ts';
import { decodeRecord, encodeRecord } from './envelope.ts';
import { mapFields } from './fields.ts';
import type { PageOnItsWay, RecordMapping, Step, StepMaker } from './page.ts';
import { reduceVector } from '../store/reduce.ts';
import { transformed } from './transform.ts';

/** Older versions of records leave first, whatever would have become of them. */
export const current: StepMaker = () => (page) => {
  if (page.records.every(({ superseded }) => superseded === undefined)) return;
  for (const record of page.records) {
    if (record.superseded !== undefined) rejectBy(page, record, record.superseded, 'superseded');
  }
  page.records = page.records.filter(({ superseded }) => superseded === undefined);
};

/** What a record was before it came to the source, where VSM brought it there. */
export const decode: StepMaker = () => each(decodeRecord);

export const fields: StepMaker = ({ fieldMapping }) =>
  fieldMapping === undefined ? undefined : each((record) => mapFields(record, fieldMapping));

export const transform: StepMaker = ({ transform: change }) =>
  change === undefined
    ? undefined
    : async (page) => {
        const kept: VectorRecord[] = [];
        for (const record of page.records) {
          const changed = await transformed(record, change);
          if ('dropped' in changed)
            setOwn(page.dropped, changed.dropped, (own(page.dropped, changed.dropped) ?? 0) + 1);
          else kept.push(changed);
        }
        page.records = kept;
      };

export const embed: StepMaker = ({ embed: embedding, withoutVectors }) => {
  if (embedding === undefined) return undefined;
  const embedder = withoutVectors === true ? refuseTexts(embedding) : createEmbedder(embedding);
  return async (page) => {
    const { records, refused } = await embedder(page.records);
    page.records = records;
    for (const { record, reason } of refused) rejectBy(page, record, reason);
  };
};

export const reduce: StepMaker = ({ reduction, embed: embedding, withoutVectors }) => {
  // What is not computed is the old vector still.
  const isOld = withoutVectors === true && embedding !== undefined && (embedding.vector ?? '') === reduction?.vector;
  if (reduction === undefined || isOld) return undefined;
  const { vector: name } = reduction;
  return (page) => {
    const reduced: VectorRecord[] = [];
    for (const record of page.records) {
      const vector = own(record.vectors, name);
      const changed = vector === undefined || !isDense(vector) ? vector : reduceVector(vector, reduction);
      if (typeof changed === 'string')
        rejectBy(page, record, `the ${vectorLabel(name)} cannot be made smaller: ${changed}`);
      else
        reduced.push(changed === undefined ? record : { ...record, vectors: { ...record.vectors, [name]: changed } });
    }
    page.records = reduced;
  };
};

export const layout: StepMaker = ({ layout: form }) =>
  form === undefined
    ? undefined
    : (page) => {
        const formed: VectorRecord[] = [];
        for (const record of page.records) {
          const changed = form.change(record);
          if ('refused' in changed) rejectBy(page, record, changed.refused);
          else formed.push(changed);
        }
        page.records = formed;
      };

/**
 * Gives vectors the names they have in the target, and leaves out those that are planned to stay behind. One that the plan did
 * not know of keeps a name that the target has not, so that the record is rejected and nothing is dropped in silence.
 */
export const rename: StepMaker = (mapping) => {
  const kept = new Set(Object.entries(mapping.vectorNames).flatMap(([from, to]) => (from === to ? [from] : [])));
  return each((record) => (hasOnly(record, kept) ? record : renameVectors(record, mapping)));
};

/** The form in which the target can hold it. */
export const encode: StepMaker = ({ capabilities, namespacePolicy, onEncoding }) => {
  const rules = { capabilities, namespaces: namespacePolicy };
  return (page) => {
    page.mapped = page.records.map((original) => ({ original, stored: encodeRecord(original, rules, onEncoding) }));
  };
};

function each(change: (record: VectorRecord) => VectorRecord): Step {
  return (page) => {
    page.records = page.records.map((record) => change(record));
  };
}

function rejectBy(
  page: PageOnItsWay,
  record: VectorRecord,
  detail: string,
  reason: Rejection['reason'] = 'refused',
): void {
  const { id, namespace } = record;
  page.rejected.push({ rejection: { id, namespace, reason, detail }, record });
}

function hasOnly({ vectors }: VectorRecord, names: ReadonlySet<string>): boolean {
  for (const name in vectors) if (!names.has(name)) return false;
  return true;
}

function renameVectors(
  record: VectorRecord,
  { vectorNames, leftVectors }: Pick<RecordMapping, 'vectorNames' | 'leftVectors'>,
): VectorRecord {
  const vectors: Record<string, Vector> = {};
  for (const name of Object.keys(record.vectors)) {
    const vector = own(record.vectors, name);
    if (vector === undefined || leftVectors.includes(name)) continue;
    setOwn(vectors, own(vectorNames, name) ?? `${name} (not in the plan)`, vector);
  }
  return { ...record, vectors };
}
