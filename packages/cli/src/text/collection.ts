import { stringifyJson } from '@vsm/core/adapter';
import type { CollectionReport, VectorSchema } from '@vsm/core';
import { shorten } from './units.ts';

export function collectionText(report: CollectionReport): string {
  const { description, count, exact } = report;
  const lines = [
    `${description.name}: ${exact ? '' : 'about '}${count} records`,
    ...Object.entries(description.vectors).map(
      ([name, vector]) => `  ${name === '' ? 'vector' : `vector "${name}"`}: ${vectorText(vector)}`,
    ),
  ];
  if (description.ids !== undefined) lines.push(`  ids: ${description.ids}, such as ${report.sampleIds.join(', ')}`);
  const onlyDefault = report.namespaces.every(({ name }) => name === '');
  for (const { name, count: records } of onlyDefault ? [] : report.namespaces)
    lines.push(`  namespace "${name}": ${records} records`);
  if (report.fields.length > 0) lines.push('  metadata:');
  for (const { path, type, example } of report.fields) {
    lines.push(`    ${path}: ${type}${example === undefined ? '' : `, such as ${shorten(stringifyJson(example))}`}`);
  }
  for (const index of description.indexes ?? []) lines.push(`  index on ${index.path} (${index.type})`);
  for (const alias of description.aliases ?? []) lines.push(`  also known as ${alias}`);
  for (const note of description.notes ?? []) lines.push(`  note: ${note}`);
  for (const restriction of Object.values(description.restrictions ?? {})) lines.push(`  restriction: ${restriction}`);
  return lines.join('\n');
}

function vectorText(vector: VectorSchema): string {
  if (vector.kind === 'sparse') return 'sparse';
  const dimension = vector.dimension === undefined ? 'unknown dimension' : `${vector.dimension} dimensions`;
  const metric = vector.metric ?? 'unknown metric';
  return `${vector.kind}, ${dimension}, ${metric}${vector.datatype === undefined ? '' : `, ${vector.datatype}`}`;
}
