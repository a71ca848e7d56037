import { stringifyJson } from '@vsm/core/adapter';
import type { CollectionReport, VectorSchema } from '@vsm/core';
import { shorten } from '../format.ts';
import { line } from '../redact/printable.ts';
import { readingLines } from './reading.ts';

/** What a collection holds. */
export function collectionText(report: CollectionReport): string {
  const { description, count, exact } = report;
  const { ids } = description;
  const onlyDefault = report.namespaces.every(({ name }) => name === '');
  return [
    line`${description.name}: ${exact ? '' : 'about '}${count} records`,
    ...Object.entries(description.vectors).map(
      ([name, vector]) => line`  ${name === '' ? 'vector' : `vector "${name}"`}: ${vectorText(vector)}`,
    ),
    ...(ids === undefined ? [] : [line`  ids: ${ids}, such as ${report.sampleIds.join(', ')}`]),
    ...(onlyDefault ? [] : report.namespaces.map((one) => line`  namespace "${one.name}": ${one.count} records`)),
    ...(report.fields.length > 0 ? ['  metadata:'] : []),
    ...report.fields.map(
      ({ path, type, example }) =>
        line`    ${path}: ${type}${example === undefined ? '' : `, such as ${shorten(stringifyJson(example))}`}`,
    ),
    ...(description.indexes ?? []).map(({ path, type }) => line`  index on ${path} (${type})`),
    ...(description.aliases ?? []).map((alias) => line`  also known as ${alias}`),
    ...readingLines(description.reading, description.undecided),
    ...(description.notes ?? []).map((note) => line`  note: ${note}`),
    ...Object.values(description.restrictions ?? {}).map((restriction) => line`  restriction: ${restriction}`),
  ].join('\n');
}

function vectorText(vector: VectorSchema): string {
  if (vector.kind === 'sparse') return 'sparse';
  const dimension = vector.dimension === undefined ? 'unknown dimension' : `${vector.dimension} dimensions`;
  const metric = vector.metric ?? 'unknown metric';
  return `${vector.kind}, ${dimension}, ${metric}${vector.datatype === undefined ? '' : `, ${vector.datatype}`}`;
}
