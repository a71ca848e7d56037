import type { MigrationPlan, VectorSchema } from '@vsm/core';
import { megabytes, seconds } from './units.ts';

/** Lines of one kind that are shown; a plan is read in one screen. */
const MOST_LINES = 8;

/** What goes where, what changes on the way, what would be lost, and how long it takes. */
export function planText(plan: MigrationPlan): string {
  const { source, target, sample, losses, warnings, totalVectors, headroom, estimate } = plan;
  const size = totalVectors * sample.bytesPerRecord;
  const lines = [
    `"${source.collection}": ${totalVectors} records, about ${megabytes(size)}`,
    `  from  ${source.location}`,
    `  to    ${target.location} "${target.collection}", which ${plan.createTarget ? 'will be created' : `exists and holds ${plan.targetCount} records`}`,
    ...Object.entries(plan.schema.vectors).map(([name, vector]) => `  ${vectorLine(name, vector)}`),
    ...changes(plan).map((change) => `  change: ${change}`),
    ...few(warnings).map((warning) => `  note: ${warning}`),
    ...few(
      losses.map(({ name, detail, recordsInSample }) => {
        const seen = recordsInSample === undefined ? '' : ` (${recordsInSample} of ${sample.records} sampled records)`;
        return `${name}: ${detail}${seen}`;
      }),
    ).map((loss) => `  LOSS ${loss}`),
  ];
  if (plan.createTarget) {
    const { vectorBytes, metadataBytes, indexBytes, totalBytes } = headroom;
    lines.push(
      `  space: about ${megabytes(totalBytes)} in the target (vectors ${megabytes(vectorBytes)}, metadata ${megabytes(metadataBytes)}, index ${megabytes(indexBytes)})`,
    );
  }
  if (estimate !== undefined) {
    const { estimatedDurationSeconds, vectorsPerSecond } = estimate;
    lines.push(
      `  time: at least ${seconds(estimatedDurationSeconds)}, to read ${Math.round(vectorsPerSecond)} records/s; vsm estimate measures writing too`,
    );
  }
  return lines.join('\n');
}

function changes(plan: MigrationPlan): string[] {
  const { vectorNames, namespacePolicy, fieldMapping, embedding, encodings, sample } = plan;
  const list = Object.entries(vectorNames)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => `vector "${from}" is called "${to}"`);
  if (namespacePolicy === 'prefix-id') list.push('namespaces become prefixes of the ids, and come back when read');
  const { rename = {}, drop = [], set = {}, cast = {} } = fieldMapping ?? {};
  for (const [from, to] of Object.entries(rename)) list.push(`field "${from}" is called "${to}"`);
  for (const name of drop) list.push(`field "${name}" stays behind, as asked`);
  for (const name of Object.keys(set)) list.push(`field "${name}" is set in every record`);
  for (const [name, type] of Object.entries(cast)) list.push(`field "${name}" becomes ${type}`);
  if (embedding !== undefined) list.push(`vectors are computed anew, with ${embedding.dimension} dimensions`);
  for (const [part, count] of Object.entries(encodings)) {
    list.push(`${part} of ${count} of ${sample.records} sampled records are encoded, and restored when read`);
  }
  return few(list);
}

function few(list: readonly string[]): string[] {
  if (list.length <= MOST_LINES) return [...list];
  return [...list.slice(0, MOST_LINES - 1), `… ${list.length - MOST_LINES + 1} more, which vsm plan --json lists`];
}

function vectorLine(name: string, vector: VectorSchema): string {
  const label = name === '' ? 'vector' : `vector "${name}"`;
  if (vector.kind === 'sparse') return `${label}: sparse`;
  return `${label}: ${vector.kind}, ${vector.dimension ?? '?'} dimensions, ${vector.metric ?? 'no metric'}`;
}
