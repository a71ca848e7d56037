import type { MigrationPlan, PlannedReduction, VectorSchema } from '@vsm/core';
import { bytes, count, duration } from '../format.ts';
import { line } from '../redact/printable.ts';
import { scanPromise } from '../scan-promise.ts';
import { trafficLines } from './traffic.ts';
import { readingLines } from './reading.ts';

/** Lines of one kind that are shown; a plan is read in one screen. */
const MOST_LINES = 8;

/** What goes where, what changes on the way, what would be lost, and how long it takes. */
export function planText(plan: MigrationPlan): string {
  const { source, target, sample, losses, warnings, totalVectors, headroom, traffic, estimate } = plan;
  const size = totalVectors * sample.bytesPerRecord;
  const promise = scanPromise(plan);
  const lines = [
    line`"${source.collection}": ${totalVectors} records, about ${bytes(size)}`,
    line`  from  ${source.location}`,
    line`  to    ${target.location} "${target.collection}", which ${plan.createTarget ? 'will be created' : `exists and holds ${plan.targetCount} records`}`,
    ...(promise === undefined ? [] : [line`  scan  ${promise}`]),
    ...Object.entries(plan.schema.vectors).map(([name, vector]) => line`  ${vectorLine(name, vector)}`),
    ...readingLines(plan.reading, plan.undecided),
    ...changes(plan).map((change) => line`  change: ${change}`),
    ...few(warnings).map((warning) => line`  note: ${warning}`),
    ...few(
      losses.map(({ name, detail, recordsInSample }) => {
        const seen = recordsInSample === undefined ? '' : ` (${recordsInSample} of ${sample.records} sampled records)`;
        return `${name}: ${detail}${seen}`;
      }),
    ).map((loss) => line`  LOSS ${loss}`),
  ];
  if (plan.createTarget) {
    lines.push(line`  space: ${headroomText(headroom)}`);
  }
  if (traffic !== undefined) {
    lines.push(...trafficLines(traffic, { source: source.adapter, target: target.adapter }));
  }
  if (estimate !== undefined) {
    const { estimatedDurationSeconds, vectorsPerSecond } = estimate;
    lines.push(
      line`  time: at least ${duration(estimatedDurationSeconds)}, to read ${count(vectorsPerSecond)} records/s; vsm estimate measures writing too`,
    );
  }
  return lines.join('\n');
}

function changes(plan: MigrationPlan): string[] {
  const { vectorNames, namespacePolicy, fieldMapping, embedding, reduction, encodings, sample } = plan;
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
  if (reduction !== undefined) list.push(reductionText(reduction));
  for (const [part, number] of Object.entries(encodings)) {
    list.push(`${part} of ${number} of ${sample.records} sampled records are encoded, and restored when read`);
  }
  return few(list);
}

/** What becomes of the vectors that are made smaller. */
export function reductionText({ vector, dimensions, datatype }: PlannedReduction): string {
  const parts = [
    ...(dimensions === undefined ? [] : [`cut to ${dimensions} dimensions and scaled to length 1`]),
    ...(datatype === undefined ? [] : [`changed to ${datatype}`]),
  ];
  return `${vector === '' ? 'the vector' : `vector "${vector}"`} is ${parts.join(', and ')}`;
}

function headroomText(room: MigrationPlan['headroom']): string {
  const { vectorBytes, metadataBytes, indexBytes, totalBytes, memoryBytes, basis } = room;
  const all = `about ${bytes(totalBytes)} in the target (vectors ${bytes(vectorBytes)}, metadata ${bytes(metadataBytes)}, index ${bytes(indexBytes)})`;
  const memory = memoryBytes === undefined ? '' : `, ${bytes(memoryBytes)} of it in memory`;
  const free = (
    [
      [room.freeDiskBytes, 'disk'],
      [room.freeMemoryBytes, 'memory'],
    ] as const
  ).flatMap(([number, kind]) => (number === undefined ? [] : [`${bytes(number)} of ${kind} free`]));
  return [`${all}${memory}`, ...(basis === undefined ? [] : [`with ${basis}`]), ...free].join('; ');
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
